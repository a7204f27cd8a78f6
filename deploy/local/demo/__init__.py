"""`parledger demo`: a real case played through the whole platform, and what it then answers."""

from deploy.local.demo.command import add

__all__ = ["add"]
