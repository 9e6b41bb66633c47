"""Measuring, beside peers, in one run: `make benchmark`. Results go into docs/understanding.md."""
