"""From the ledger to the feed of recorded events."""
