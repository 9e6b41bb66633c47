"""Small lessons: one a day, for who asked for them. Who is where is a row in the records; the words are elsewhere."""
