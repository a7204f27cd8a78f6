"""Standings: who comes where among the units of one kind in one round. Source: scoring.md, "Standings"."""

from collections.abc import Iterable
from itertools import groupby
from typing import Protocol, TypeVar


class Entrant(Protocol):
    """A unit in a round."""

    @property
    def unit(self) -> str:
        """Its path."""
        ...

    @property
    def kind(self) -> str:
        """The kind among which it stands."""
        ...

    @property
    def index(self) -> int | None:
        """Its index as rounded, in millionths; None where there is none."""
        ...


E = TypeVar("E", bound=Entrant)


def standings(entrants: Iterable[E]) -> list[tuple[E, int | None]]:
    """Every entrant with its rank within its kind, ordered by kind, rank, path.

    The highest index is first; equal ones share a rank and the next is skipped (1, 2, 2, 4). Who has no index
    comes last, without a rank.
    """
    ordered = sorted(entrants, key=_place)
    return [pair for _, kind in groupby(ordered, key=lambda e: e.kind) for pair in _ranked(list(kind))]


def _place(entrant: Entrant) -> tuple[str, bool, int, str]:
    index = entrant.index
    return entrant.kind, index is None, -(index or 0), entrant.unit


def _ranked(ordered: list[E]) -> list[tuple[E, int | None]]:
    """Entrants of one kind, highest first, with their ranks: that of the first one with the same index."""
    first_with: dict[int, int] = {}
    for place, entrant in enumerate(ordered, start=1):
        if entrant.index is not None:
            first_with.setdefault(entrant.index, place)
    return [(entrant, None if entrant.index is None else first_with[entrant.index]) for entrant in ordered]
