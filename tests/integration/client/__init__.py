"""The client, on a real broker."""
