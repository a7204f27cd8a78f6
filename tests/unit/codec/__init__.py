"""The codec by itself."""
