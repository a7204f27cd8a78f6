"""Tests of shared.identity."""
