"""The index of a dossier. Source: scoring.md, "The index of a dossier"."""

from collections.abc import Iterable

from shared.codec.numbers import INDEX_SCALE, quotient_to
from shared.codec.struct import Struct
from shared.domain.dossier import TOTAL, Dossier
from shared.domain.rubric import Area, Leaf, Rubric


class AreaScore(Struct, frozen=True, gc=False):
    """One area of a dossier, in thousandths.

    `lost` is the sum of (maximum less earned) over its counted leaves; `self_…` are of the claim.
    """

    area: Area
    points: int
    assessed: int
    excluded: int
    lost: int
    self_points: int
    self_assessed: int

    @property
    def share(self) -> "Share":
        """What it adds to the sums of its dossier."""
        return (
            self.points,
            self.assessed,
            self.excluded,
            self.lost,
            self.self_points,
            self.self_assessed,
        )


class Score(Struct, frozen=True, gc=False):
    """A dossier's result: points in thousandths, coverage in hundredths of a per cent.

    Indices are in millionths, None where nothing was assessed.
    """

    points: int
    assessed: int
    excluded: int
    lost: int
    bonus: int
    penalties: int
    coverage: int
    final: bool
    index: int | None
    self_index: int | None
    grade: str | None


def earned_points(dossier: Dossier, code: str) -> int | None:
    """Of a counted leaf: appraised less the standing penalties on it, not below 0; else None."""
    appraised = dossier.appraised(code)
    if appraised is None or dossier.excluded(code):
        return None
    return max(appraised - dossier.standing_penalties(code), 0)


Share = tuple[int, int, int, int, int, int]
"""What a leaf adds to the sums of its area.

Points, assessed, excluded, lost, self points, self assessed, in thousandths.
"""

NOTHING: Share = (0, 0, 0, 0, 0, 0)


def leaf_share(dossier: Dossier, leaf: Leaf) -> Share:
    """What a leaf of an area adds to its sums."""
    code, maximum = leaf.code, leaf.maximum
    if dossier.excluded(code):
        return (0, 0, maximum, 0, 0, 0)
    claimed, earned = dossier.leaf(code).self_points, earned_points(dossier, code)
    self_points, self_assessed = (0, 0) if claimed is None else (claimed, maximum)
    if earned is None:
        return (0, 0, 0, 0, self_points, self_assessed)
    return (earned, maximum, 0, maximum - earned, self_points, self_assessed)


def added(shares: Iterable[Share]) -> Share:
    """The sums of these shares."""
    points = assessed = excluded = lost = self_points = self_assessed = 0
    for share in shares:
        points += share[0]
        assessed += share[1]
        excluded += share[2]
        lost += share[3]
        self_points += share[4]
        self_assessed += share[5]
    return (points, assessed, excluded, lost, self_points, self_assessed)


def score_area(dossier: Dossier, area: Area) -> AreaScore:
    """One area's sums."""
    return area_score(dossier, area, added([leaf_share(dossier, leaf) for leaf in area.leaves]))


def area_score(dossier: Dossier, area: Area, sums: Share) -> AreaScore:
    """The same from the sums of its leaves."""
    points, *others = sums
    return AreaScore(area, max(points - dossier.standing_penalties(area.code), 0), *others)


def score_dossier(dossier: Dossier, areas: list[AreaScore]) -> Score:
    """The whole from its areas."""
    return dossier_score(dossier, added([area.share for area in areas]))


def dossier_score(dossier: Dossier, sums: Share) -> Score:
    """The same from the sums of its areas."""
    rubric = dossier.rubric
    points, assessed, excluded, lost, self_points, self_assessed = sums
    bonus = _bonus(dossier)
    points = max(points + bonus - dossier.standing_penalties(TOTAL), 0)
    index = index_of(rubric, points, assessed)
    if index is not None and rubric.cap is not None:
        index = min(index, rubric.cap)
    return Score(
        points=points,
        assessed=assessed,
        excluded=excluded,
        lost=lost,
        bonus=bonus,
        penalties=penalties_of(dossier),
        coverage=10_000 * (assessed + excluded) // rubric.maximum,
        final=assessed + excluded == rubric.maximum,
        index=index,
        self_index=index_of(rubric, self_points, self_assessed),
        grade=grade_of(rubric, index),
    )


def index_of(rubric: Rubric, points: int, assessed: int) -> int | None:
    """round(100 × points / assessed), in millionths; None where nothing is assessed."""
    if not assessed:
        return None
    scale = rubric.index_scale
    return quotient_to(100 * points, assessed, scale, rubric.index_rounding) * 10 ** (INDEX_SCALE - scale)


def grade_of(rubric: Rubric, index: int | None) -> str | None:
    """The first grade whose start the index reaches."""
    if index is None:
        return None
    for grade in rubric.grades:
        if index >= grade.at_least:
            return grade.name
    raise ValueError(f"the grades of {rubric.id} do not end at 0")


def penalties_of(dossier: Dossier) -> int:
    """All penalties that stand, in thousandths."""
    if not dossier.penalties:  # nearly always: no list is made for it
        return 0
    return sum([penalty.points for penalty in dossier.penalties.values() if not penalty.lifted])


def _bonus(dossier: Dossier) -> int:
    items = awarded = 0
    for item in dossier.rubric.bonus_items:
        points = dossier.appraised(item.code)
        if points and not dossier.excluded(item.code):
            items += points
    for bonus in dossier.bonuses.values():
        if not bonus.revoked:
            awarded += bonus.points
    return min(items + awarded, dossier.rubric.bonus_maximum)
