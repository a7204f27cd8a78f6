"""The query service on a real PostgreSQL."""
