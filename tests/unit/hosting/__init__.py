"""How a service starts and ends."""
