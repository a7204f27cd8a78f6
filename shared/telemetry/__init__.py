"""What the platform tells of itself: traces and metrics, by OTLP, where an endpoint is named; else nothing.

Whoever has something to tell asks `signals()` once, when it is made: None says that nobody listens.
"""
