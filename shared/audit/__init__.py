"""Audit exports: everything that decides a dossier in one file, and its check, offline, by the same code."""
