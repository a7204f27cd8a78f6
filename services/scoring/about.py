"""Which leaves of a dossier an event is about: told before the event is folded, for it may change that."""

from collections.abc import Callable, Iterable
from typing import Any

from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.root import Root

Told = Callable[[Dossier, Any], Iterable[str | None]]


def leaves_about(root: Root, event: Recorded) -> list[str]:
    """The codes of the leaves; none of an event that is about a whole dossier, or about none."""
    told = _ABOUT.get(event.name)
    if told is None:
        return []
    unit, _, round_id = event.stream.partition("@")
    dossier = root.dossiers[unit, round_id]
    codes = dict.fromkeys(told(dossier, event.data))
    return [code for code in codes if code is not None and code in dossier.rubric.leaves]


def _leaf(_dossier: Dossier, data: Any) -> Iterable[str]:
    return (data.leaf,)


def _leaves(_dossier: Dossier, data: Any) -> Iterable[str]:
    return data.leaves


def _target(_dossier: Dossier, data: Any) -> Iterable[str]:
    return (data.target,)


def _penalty(dossier: Dossier, data: Any) -> Iterable[str]:
    return (dossier.penalties[data.penalty].applied.data.target,)


def _moved(dossier: Dossier, data: Any) -> Iterable[str]:
    return (dossier.evidence[data.evidence].leaf, data.leaf)


def _evidence(dossier: Dossier, data: Any) -> Iterable[str]:
    return (dossier.evidence[data.evidence].leaf,)


def _raised(dossier: Dossier, data: Any) -> Iterable[str | None]:
    return (_disputed(dossier, data.about),)


def _decided(dossier: Dossier, data: Any) -> Iterable[str | None]:
    return (_disputed(dossier, dossier.disputes[data.dispute].raised.data.about),)


def _disputed(dossier: Dossier, about: str) -> str | None:
    penalty = dossier.penalties.get(about.removeprefix("penalty:")) if ":" in about else None
    return penalty.applied.data.target if penalty else about


def _planned(dossier: Dossier, data: Any) -> Iterable[str]:
    """Also those that the plan no longer names."""
    earlier = dossier.plans.get(data.plan)
    return (*(earlier.planned.data.leaves if earlier else ()), *data.leaves)


def _plan(dossier: Dossier, data: Any) -> Iterable[str]:
    return dossier.plans[data.plan].planned.data.leaves


_ABOUT: dict[str, Told] = {
    "SubmissionFiled": _leaf,
    "SubmissionWithdrawn": _leaf,
    "EvidenceAttached": _leaf,
    "EvidenceMoved": _moved,
    "EvidenceWithdrawn": _evidence,
    "LeafAssigned": _leaves,
    "SubmissionReturned": _leaves,
    "ScoreProposed": _leaf,
    "ScoreAppraised": _leaf,
    "LeafExcluded": _leaf,
    "LeafIncluded": _leaf,
    "PenaltyApplied": _target,
    "PenaltyLifted": _penalty,
    "SurveyRecorded": _leaf,
    "DisputeRaised": _raised,
    "DisputeUpheld": _decided,
    "DisputeRejected": _decided,
    "RemediationRequired": _leaves,
    "RemediationPlanned": _planned,
    "RemediationReported": _plan,
    "RemediationConfirmed": _plan,
}
