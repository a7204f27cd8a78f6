"""What would come of a dossier if some events were not, or some leaves were scored otherwise.

Nothing is recorded.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.codec.faults import Fault, Faulty
from shared.codec.figures import Figures
from shared.codec.numbers import POINTS_PATTERN, points_of, text_of
from shared.codec.shapes import Data, ScoreAppraised, SubmissionFiled
from shared.domain.computed import exact_computed, rounded_points
from shared.domain.dossier import Dossier
from shared.domain.events import Recorded
from shared.domain.root import DossierKey, Root
from shared.domain.rubric import Leaf
from shared.domain.rules import figures_fault
from shared.domain.trail import Trail
from shared.domain.visibility import HIDDEN_UNTIL_RELEASE


@dataclass(frozen=True, slots=True)
class Instead:
    """A leaf scored otherwise: by other points, or by what its rule gives for other figures."""

    leaf: str
    points: str | None = None
    figures: Figures | None = None


@dataclass(frozen=True, slots=True)
class Imagined:
    """The fold with the changes; `fallen` are positions of events that fell away with those left out."""

    trail: Trail
    fallen: tuple[int, ...]


def imagine(
    key: DossierKey,
    root: str,
    events: Sequence[Recorded],
    without: Collection[str],
    instead: Sequence[Instead],
    *,
    own: bool = False,
) -> Imagined:
    """Fold the events that decide a dossier, without some (ids), and then score some leaves otherwise.

    `own`: as the unit may see it before the release: what is hidden until then is left out, and a leaf is
    scored otherwise by another claim. Raises Faulty: an id that is none of the dossier's events, points or
    figures that do not fit.
    """
    stream = "@".join(key)
    kept = [event for event in events if not (own and event.name in HIDDEN_UNTIL_RELEASE)]
    known = {event.event_id for event in kept if event.stream == stream}
    for n, id_ in enumerate(without):
        if id_ not in known:
            raise Faulty(_unknown_event(n, id_))
    trail, fallen = Trail(Root(root), key), list[int]()
    for event in kept:
        if event.event_id in without and event.stream == stream:
            continue
        if not _taken(trail, event, stream):
            fallen.append(event.position)
    last = kept[-1] if kept else None
    if last is not None and trail.dossier is not None:
        for n, change in enumerate(instead):
            trail.take(_said(trail.dossier, change, n, last, trail.root.position + 1, own))
    return Imagined(trail, tuple(fallen))


def _taken(trail: Trail, event: Recorded, stream: str) -> bool:
    """Take an event in; not one of the dossier's own that rests on what was left out."""
    try:
        trail.take(event)
    except LookupError:
        if event.stream != stream:
            raise
        trail.root.position = event.position
        return False
    return True


def _said(dossier: Dossier, change: Instead, n: int, last: Recorded, position: int, own: bool) -> Recorded:
    """The event that would score the leaf so."""
    leaf = dossier.rubric.leaves.get(change.leaf)
    if leaf is None:
        raise Faulty(_fault(n, "leaf", f"không có {change.leaf}", f"there is no {change.leaf}"))
    points = _points_by(dossier, leaf, change, n, own)
    data: Data
    if own:
        data = SubmissionFiled(change.leaf, points, change.figures)
    else:
        data = ScoreAppraised(change.leaf, points, change.figures)
    name = type(data).__name__
    stream = f"{dossier.unit}@{dossier.round.id}"
    return Recorded(
        root=last.root,
        position=position,
        stream=stream,
        version=0,
        event_id="",
        name=name,
        shape=1,
        source=dossier.unit,
        actor="",
        occurred=last.occurred,
        recorded_us=last.recorded_us,
        data=data,
    )


def _points_by(dossier: Dossier, leaf: Leaf, change: Instead, n: int, own: bool) -> str:
    if change.points is not None:
        return _fitting(leaf, change.points, n, own)
    figures = change.figures
    if figures is not None and (fault := figures_fault(leaf.rule, figures)):
        raise Faulty(_fault(n, "figures" + fault.pointer, fault.vi, fault.en))
    exact = None if figures is None else exact_computed(dossier, leaf, figures, unit_only=own)
    if exact is None:
        vi = f"công thức của {leaf.code} không tính được điểm; hãy cho điểm"
        raise Faulty(
            _fault(n, "figures", vi, f"the rule of {leaf.code} computes nothing from them: give points")
        )
    return text_of(rounded_points(dossier.rubric, exact))


def _fitting(leaf: Leaf, points: str, n: int, own: bool) -> str:
    """Points from 0 to the maximum; the council's are a multiple of the step."""
    top = text_of(leaf.maximum)
    if not re.match(POINTS_PATTERN, points) or points_of(points) > leaf.maximum:
        raise Faulty(
            _fault(
                n,
                "points",
                f"{leaf.code} nhận điểm từ 0 đến {top}, tối đa ba chữ số lẻ",
                f"{leaf.code} takes points from 0 to {top}, with at most three decimals",
            )
        )
    if not own and leaf.step and points_of(points) % leaf.step:
        step = text_of(leaf.step)
        raise Faulty(
            _fault(n, "points", f"điểm phải là bội số của {step}", f"points must be a multiple of {step}")
        )
    return points


def _unknown_event(n: int, id_: str) -> Fault:
    return Fault(
        f"/without/{n}",
        f"Hồ sơ không có sự kiện {id_}; hãy lấy id trong nhật ký của hồ sơ.",
        f"The dossier has no event {id_}: take an id from its events.",
    )


def _fault(n: int, place: str, vi: str, en: str) -> Fault:
    return Fault(f"/instead/{n}/{place}", vi[0].upper() + vi[1:].rstrip(".") + ".", en.rstrip(".") + ".")
