"""The public log: against the published vectors, and against somebody else's reading of it."""
