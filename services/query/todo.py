"""What a unit's dossier still lacks before its head submits it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from services.query.rows.dossiers import EvidenceRow, LeafRow
from services.query.rubrics import Content
from shared.domain.rubric import Leaf

_UNSUPPORTED = "UNSUPPORTED"


class Lacking(Enum):
    """What is lacking."""

    NOT_FILED = "NOT_FILED"
    EVIDENCE_LACKING = "EVIDENCE_LACKING"
    FIGURES_LACKING = "FIGURES_LACKING"
    POINTS_AGAINST_FIGURES = "POINTS_AGAINST_FIGURES"
    SAME_FILE = "SAME_FILE"


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is lacking, the leaves that it is about, and what to do, in both languages."""

    kind: Lacking
    leaves: tuple[str, ...]
    vi: str
    en: str


def lacks(
    content: Content, rows: Mapping[str, LeafRow], evidence: Mapping[str, Sequence[EvidenceRow]]
) -> list[Lack]:
    """Everything that is lacking, in the rubric's order; then files that stand on several leaves.

    What is excluded, and what the unit does not file, lacks nothing.
    """
    of_leaves = [
        lack
        for leaf in content.leaves()
        if leaf.by_unit and not ((row := rows.get(leaf.code)) and row.excluded)
        for lack in _of_leaf(leaf, row, bool(evidence.get(leaf.code)))
    ]
    return [*of_leaves, *_same_files(evidence)]


def _of_leaf(leaf: Leaf, row: LeafRow | None, proved: bool) -> Iterator[Lack]:
    if row is None or row.self_points is None:
        if leaf.area is not None:
            yield _lack(Lacking.NOT_FILED, leaf, "chưa tự chấm điểm", "no points are claimed yet")
        return
    if leaf.evidence_required and not proved:
        yield _lack(
            Lacking.EVIDENCE_LACKING,
            leaf,
            "cần tài liệu kiểm chứng nhưng chưa có tệp nào",
            "evidence is required and none stands",
        )
    elif leaf.figures_by_unit and row.figures is None and any(leaf.rule.alternatives) and row.self_points:
        yield _lack(
            Lacking.FIGURES_LACKING,
            leaf,
            "đã tự chấm điểm nhưng chưa có số liệu",
            "points are claimed, and no figures given",
        )
    elif row.self_support == _UNSUPPORTED:
        yield _lack(
            Lacking.POINTS_AGAINST_FIGURES,
            leaf,
            "điểm tự đánh giá không khớp điểm theo công thức",
            "the points claimed are not those that the figures give",
        )


def _lack(kind: Lacking, leaf: Leaf, vi: str, en: str) -> Lack:
    return Lack(kind, (leaf.code,), f"{leaf.code} {leaf.name}: {vi}.", f"{leaf.code} {leaf.name}: {en}.")


def _same_files(evidence: Mapping[str, Sequence[EvidenceRow]]) -> Iterator[Lack]:
    found: dict[str, set[str]] = {}
    for code, pieces in evidence.items():
        for piece in pieces:
            found.setdefault(piece.sha256, set()).add(code)
    for sha256, codes in sorted(found.items()):
        if len(codes) > 1:
            leaves = tuple(sorted(codes))
            named = ", ".join(leaves)
            yield Lack(
                Lacking.SAME_FILE,
                leaves,
                f"Cùng một tệp ({sha256[:12]}…) ở các tiêu chí {named}: hãy kiểm tra có nhầm không.",
                f"The same file ({sha256[:12]}…) stands under {named}: see whether that is meant.",
            )
