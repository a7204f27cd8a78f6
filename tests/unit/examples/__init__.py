"""The examples, by their own arithmetic."""
