"""Exports, their check, and witnesses, on a real ledger."""
