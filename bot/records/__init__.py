"""What the bot remembers: one database, through SQLAlchemy, with people as pseudonyms and texts encrypted."""
