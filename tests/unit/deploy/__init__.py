"""How the platform is put together."""
