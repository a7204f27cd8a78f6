"""The rows of the read model, in the order of its columns; written by upsert and by COPY alike."""

from typing import Any

from shared.codec.canonical import canonical

Row = tuple[Any, ...]


def as_json(value: object) -> str:
    """A column that holds JSON."""
    return canonical(value).decode()
