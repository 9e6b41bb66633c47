"""The directory: places where a resident can walk in, built from CSV into one read-only SQLite file.

Pure Python: it knows nothing of Rasa, of channels or of what is said. Who fills the CSV reads `docs/places.md`.
"""
