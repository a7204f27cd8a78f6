"""The hashes of the ledger: commitments to free text, entries, leaf hashes (RFC 6962, over a digest)."""

from hashlib import sha256

SALT_BYTES = 16


def commitment(salt: bytes, text: str) -> str:
    """What stands in place of a free text: hex(SHA-256(salt ‖ UTF-8 text)); `salt` is 16 random bytes."""
    return sha256(salt + text.encode()).hexdigest()


def entry(body: bytes, recorded_us: int) -> bytes:
    """SHA-256(body ‖ recorded time as microseconds since 1970-01-01Z in 8 bytes big-endian): 32 bytes."""
    return sha256(body + recorded_us.to_bytes(8, "big")).digest()


def leaf_hash(entry_digest: bytes) -> bytes:
    """SHA-256(0x00 ‖ entry), as in RFC 6962 section 2.1: 32 bytes."""
    return sha256(b"\x00" + entry_digest).digest()
