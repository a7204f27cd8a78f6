"""Telemetry without a platform."""
