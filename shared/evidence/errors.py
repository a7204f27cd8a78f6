"""What can go wrong with stored files.

EvidenceError
├── TooLarge       more bytes came than are taken
└── StoreFailed    the storage cannot be written or read; its message is for the log
"""


class EvidenceError(Exception):
    """A file was not stored, or not found."""


class TooLarge(EvidenceError):
    """More bytes came than are taken."""


class StoreFailed(EvidenceError):
    """The storage cannot be written or read; the message is for the log, not for a caller."""
