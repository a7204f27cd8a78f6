"""What the services share; each folder is a room of its own."""
