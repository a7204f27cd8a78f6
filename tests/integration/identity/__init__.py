"""Tests of the identity, on real servers."""
