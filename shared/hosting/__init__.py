"""How a service starts: configuration, logs, readiness."""
