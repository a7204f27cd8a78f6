"""The made-up province."""
