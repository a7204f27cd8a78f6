"""The platform as somebody new meets it."""
