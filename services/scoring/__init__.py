"""The only projector: recorded events to current and historical indices."""
