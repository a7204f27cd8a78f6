"""A service that works on the broker and the ledger: its connections, its lease, its end."""
