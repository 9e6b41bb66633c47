"""The coordinator's page: who waits, which promise is about to break, who helps how much, what did not arrive.

It reads states and times, never a message: not one of its queries names a column that holds what people wrote.
"""
