"""Tests of the broker, on real servers."""
