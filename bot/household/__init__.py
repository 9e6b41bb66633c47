"""The household check: what a household may ask about, from a few taps. Nothing is typed and nothing is kept.

Questions and rules are data (`content/household.yml`). `answers.py` works them out; it knows only the content.
"""
