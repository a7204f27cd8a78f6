"""On real servers."""
