"""Counts for the municipality that can identify nobody, and how far each language is."""
