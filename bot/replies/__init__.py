"""Speaking: what is said stands in `content/`; this package finds the words, fills them in and draws the pictures."""
