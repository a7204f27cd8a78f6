"""The demo, piece by piece."""
