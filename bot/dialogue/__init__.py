"""The dialogue: Rasa's agent with our tracker store, our actions inside the process, and nothing else around it."""
