"""What can go wrong at the ledger.

LedgerError
├── UnknownRoot      the root was never prepared
└── BrokenFence      somebody else wrote on a state that was ours alone: stop
"""


class LedgerError(Exception):
    """The ledger could not do what was asked; nothing was recorded."""


class UnknownRoot(LedgerError):
    """The root was never prepared: `parledger root add` does it."""


class BrokenFence(LedgerError):
    """An event was appended past the head row's lock: this writer must stop and fold anew."""
