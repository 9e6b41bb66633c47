"""What a resident and a key person write to each other, on its way through the bot."""
