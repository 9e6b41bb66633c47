"""The warm handover: who is asked, what is promised, what is shared. Pure Python; knows nothing of Rasa or channels."""
