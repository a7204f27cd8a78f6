"""A recorded event, as every fold reads it.

One of each is made per event, so they are structs.
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Generic, TypeVar

from shared.codec.hashes import commitment
from shared.codec.shapes import Commitment, Data
from shared.codec.struct import Struct

D = TypeVar("D", bound=Data)
NO_SALTS: Mapping[str, bytes] = MappingProxyType({})
"""Of an event without free texts, or whose reader does not ask for them: one for all."""


class Recorded(Struct, gc=False):
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
    salts: Mapping[str, bytes] = NO_SALTS


class Standing(Struct, Generic[D], gc=False):
    """The latest word of its kind: its data, where it was recorded, and the salts of its texts."""

    data: D
    position: int
    salts: Mapping[str, bytes]

    def says(self, data: Data, *, but: str | None = None) -> bool:
        """Does `data`, of an emission, say just what stands, free texts included? `but`: one field aside."""
        for name in data.__struct_fields__:
            mine, other = getattr(self.data, name), getattr(data, name)
            if mine != other and name != but and not self._commits_to(name, mine, other):
                return False
        return True

    def without_salts(self, fields: Collection[str]) -> None:
        """The texts of these fields were erased: nothing can be said to repeat them."""
        self.salts = {name: salt for name, salt in self.salts.items() if name not in fields}

    def _commits_to(self, name: str, mine: object, text: object) -> bool:
        salt = self.salts.get(name)
        if salt is None or not isinstance(mine, Commitment) or not isinstance(text, str):
            return False
        return commitment(salt, text) == mine.sha256
