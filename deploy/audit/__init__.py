"""The commands of whoever checks the ledger: export, verify, witness."""
