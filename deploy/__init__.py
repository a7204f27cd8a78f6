"""How the platform runs."""
