"""Telemetry of the whole platform, as a collector receives it."""
