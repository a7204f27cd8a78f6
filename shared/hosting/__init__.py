"""How a service starts and ends: its configuration, its logs, its readiness, its signals."""
