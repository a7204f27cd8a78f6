"""Kills: whatever dies at whatever moment, every emission is answered once, and the index is the same."""
