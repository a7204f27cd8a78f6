"""Tests of what is described from the code."""
