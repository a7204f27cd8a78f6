"""What the ledger holds, read without a ledger."""
