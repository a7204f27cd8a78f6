"""What the erasure of free texts changes: what they were can no longer be told from anything said anew."""

from collections.abc import Iterator
from typing import Any

from shared.codec.shapes import TextErased
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded, Standing
from shared.domain.root.state import Root, Touched


def text_erased(root: Root, event: Recorded, data: TextErased) -> Touched:
    """The salts of the erased texts are forgotten, as whoever reads the ledger anew does not find them."""
    root.erased[data.position] = root.erased.get(data.position, frozenset()) | frozenset(data.fields)
    unit, _, round_id = event.stream.partition("@")
    dossier = root.dossiers.get((unit, round_id))
    if dossier is None:
        return Touched()
    codes = set[str]()
    for code, standing in _standings(dossier):
        if standing.position == data.position:
            standing.without_salts(data.fields)
            codes.update((code,) if code else ())
    return Touched(codes={(unit, round_id): frozenset(codes)})


def _standings(dossier: Dossier) -> Iterator[tuple[str | None, Standing[Any]]]:
    """Everything that stands in a dossier and may hold salts, with the leaf where it stands for one."""
    for code, leaf in dossier.leaves.items():
        for standing in (leaf.filing, leaf.score, leaf.upheld, leaf.proposal, leaf.exclusion):
            if standing:
                yield code, standing
    for code, standing in dossier.required.items():
        yield code, standing
    for held in _of_the_dossier(dossier):
        if held:
            yield None, held


def _of_the_dossier(dossier: Dossier) -> Iterator[Standing[Any] | None]:
    yield dossier.defaulted
    for penalty in dossier.penalties.values():
        yield penalty.applied
    for bonus in dossier.bonuses.values():
        yield bonus.awarded
    yield from dossier.evidence.values()
    for dispute in dossier.disputes.values():
        yield from (dispute.raised, dispute.decided)
    for plan in dossier.plans.values():
        yield from (plan.planned, plan.reported, plan.confirmed)
