"""What an emission is answered: recorded, a duplicate of what was recorded, or refused with a problem."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct, json

Status = Literal["recorded", "duplicate", "refused"]


class Label(Struct, frozen=True):
    """A sentence in Vietnamese and in English."""

    vi: str
    en: str

    def __str__(self) -> str:
        return f"{self.vi} ({self.en})"


class Problem(Struct, frozen=True):
    """Why an emission was refused: a type, its name, what to do, where the fault lies (a JSON pointer)."""

    type: str
    title: Label
    detail: Label | None = None
    pointer: str | None = None


class _Answer(Struct, frozen=True):
    id: str | None
    status: Status
    root: str | None = None
    position: int | None = None
    stream: str | None = None
    version: int | None = None
    recorded_at: str | None = None
    actor: str | None = None
    leaf_hash: str | None = None
    salts: dict[str, str] | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """One outcome. What was recorded has all fields but `problem`; a refusal has `problem`.

    `id` is None where none could be read. `salts` open the commitments to the free texts: hex by field name.
    `raw` is the outcome as it was sent, one JSON object.
    """

    id: str | None
    status: Status
    root: str | None
    position: int | None
    stream: str | None
    version: int | None
    recorded_at: str | None
    actor: str | None
    leaf_hash: str | None
    salts: Mapping[str, str]
    problem: Problem | None
    raw: bytes

    @property
    def refused(self) -> bool:
        """Was it refused? Otherwise it stands in the ledger, now or from before."""
        return self.status == "refused"


def read_outcome(raw: bytes) -> Outcome:
    """Decode an outcome; fields that are not known here are let pass. `msgspec.DecodeError` if it is none."""
    answer = json.decode(raw, type=_Answer)
    return Outcome(
        answer.id, answer.status, answer.root, answer.position, answer.stream, answer.version,
        answer.recorded_at, answer.actor, answer.leaf_hash, answer.salts or {}, answer.problem, raw,
    )  # fmt: skip
