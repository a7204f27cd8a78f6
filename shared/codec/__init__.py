"""Canonical JSON, shapes and upcasts, exact numbers, hashes."""
