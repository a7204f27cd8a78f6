"""A recorded event, as every fold reads it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Generic, TypeVar

from shared.codec.hashes import commitment
from shared.codec.shapes import Commitment, Data

D = TypeVar("D", bound=Data)
_NO_SALTS: Mapping[str, bytes] = MappingProxyType({})


@dataclass(slots=True)
class Recorded:
    """One event of a root's ledger.

    `position` counts in the root, `version` in the stream (both from 1); `recorded_us` is the ledger's time
    in microseconds since 1970-01-01Z, `occurred` the sender's as sent. `salts` are those of the free texts,
    by field, where the reader has them (the judges do, to tell a repeated text from a new one; projections
    do not).
    """

    root: str
    position: int
    stream: str
    version: int
    event_id: str
    name: str
    shape: int
    source: str
    actor: str
    occurred: str
    recorded_us: int
    data: Data
    salts: Mapping[str, bytes] = field(default_factory=lambda: _NO_SALTS)


@dataclass(slots=True)
class Standing(Generic[D]):
    """The latest word of its kind: its data, where it was recorded, and the salts of its texts."""

    data: D
    position: int
    salts: Mapping[str, bytes]

    def says(self, data: Data, *, but: str | None = None) -> bool:
        """Does `data`, of an emission, say just what stands, free texts included? `but`: one field aside."""
        return all(
            self._same(name, getattr(self.data, name), getattr(data, name))
            for name in data.__struct_fields__
            if name != but
        )

    def without_salts(self, fields: Collection[str]) -> None:
        """The texts of these fields were erased: nothing can be said to repeat them."""
        self.salts = {name: salt for name, salt in self.salts.items() if name not in fields}

    def _same(self, name: str, mine: object, other: object) -> bool:
        if isinstance(mine, Commitment) and isinstance(other, str):
            salt = self.salts.get(name)
            return salt is not None and commitment(salt, other) == mine.sha256
        return mine == other
