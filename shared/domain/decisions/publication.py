"""The decision to publish results."""

from shared.codec.shapes import ResultsPublished
from shared.domain.decisions.targets import find_round, settled
from shared.domain.emission import Emission
from shared.domain.problems import Refused, refused_for
from shared.domain.publication import still_open
from shared.domain.root import Root


def results_published(root: Root, emission: Emission, _data: ResultsPublished, now_us: int) -> Refused | None:
    """Once nothing of the round is open; until it is reopened."""
    found = find_round(root, emission)
    if isinstance(found, Refused):
        return found
    if refused := settled(found):
        return refused
    faults = still_open(root, found, now_us)
    return refused_for("still-open", *faults) if faults else None
