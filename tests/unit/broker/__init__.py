"""The names, rights and keys of the broker, without a server."""
