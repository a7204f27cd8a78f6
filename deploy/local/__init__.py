"""Everything in one command, on servers from wheels."""
