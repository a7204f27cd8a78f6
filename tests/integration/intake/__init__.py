"""The desk of a write service, on a real ledger."""
