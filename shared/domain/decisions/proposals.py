"""Decisions on what an assigned appraiser proposes; the council is not bound by it."""

from shared.codec.shapes import ScoreProposed
from shared.domain.decisions.answers import no_change, unknown
from shared.domain.decisions.fit import figures_fault, points_fault, step_fault
from shared.domain.decisions.targets import find_leaf, window_closed
from shared.domain.dossier import Dossier
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root


def score_proposed(root: Root, emission: Emission, data: ScoreProposed, now_us: int) -> Refused | None:
    """On a leaf that the round has assigned to the sender; within the rubric."""
    found = find_leaf(root, emission, data.leaf)
    if isinstance(found, Refused) or not _is_assigned(root, emission, found[0], data.leaf):
        return _not_assigned(emission, data.leaf)
    dossier, leaf = found
    proposal = dossier.leaf(leaf.code).proposal
    return (
        window_closed(dossier, "appraisal", now_us, "/data/leaf")
        or points_fault(leaf, data.points, "/data/points")
        or step_fault(leaf, data.points)
        or figures_fault(leaf, data.figures)
        or (no_change() if proposal and proposal.says(data) else None)
    )


def _is_assigned(root: Root, emission: Emission, dossier: Dossier, code: str) -> bool:
    appraiser = dossier.round.appraisers.get(code)
    return appraiser is not None and root.acting(appraiser) == emission.caller.tenant


def _not_assigned(emission: Emission, code: str) -> Refused:
    """The same whether the dossier or the leaf is there or not: any unit of the root may ask."""
    subject, sender = emission.envelope.subject, emission.caller.tenant
    return unknown(
        "/data/leaf",
        f"tiêu chí {code} của hồ sơ {subject} được giao cho {sender} đề xuất điểm",
        f"leaf {code} of the dossier {subject} on which {sender} was assigned to propose points",
    )
