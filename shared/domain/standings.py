"""Standings: who comes where among the units of a round. Source: scoring.md, "Standings"."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Protocol, TypeVar

_NO_GROUPS: Mapping[str, str] = MappingProxyType({})


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


def standings(entrants: Iterable[E], groups: Mapping[str, str] = _NO_GROUPS) -> list[tuple[E, int | None]]:
    """Every entrant with its rank, ordered by kind, rank, path.

    It is ranked within its kind; where the round has `groups` (unit to group), within its group, one of no
    group within those of its kind that have none. The highest index is first; equal ones share a rank and the
    next is skipped (1, 2, 2, 4). Who has no index comes last, without a rank.
    """
    pools: dict[tuple[str | None, str | None], list[E]] = {}
    for entrant in entrants:
        group = groups.get(entrant.unit)
        pools.setdefault((group, None if group else entrant.kind), []).append(entrant)
    return sorted((placed for pool in pools.values() for placed in _ranked(pool)), key=_place)


def _place(placed: tuple[Entrant, int | None]) -> tuple[str, bool, int, str]:
    entrant, rank = placed
    return entrant.kind, rank is None, rank or 0, entrant.unit


def _ranked(pool: list[E]) -> list[tuple[E, int | None]]:
    """Each with its rank: that of the first one with the same index."""
    first_with: dict[int, int] = {}
    indices = sorted((entrant.index for entrant in pool if entrant.index is not None), reverse=True)
    for place, index in enumerate(indices, start=1):
        first_with.setdefault(index, place)
    return [(entrant, None if entrant.index is None else first_with[entrant.index]) for entrant in pool]
