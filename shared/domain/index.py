"""The index of a dossier. Source: scoring.md, "The index of a dossier"."""

from shared.codec.numbers import INDEX_SCALE, quotient_to
from shared.codec.struct import Struct
from shared.domain.dossier import TOTAL, Dossier
from shared.domain.rubric import Area, Rubric


class AreaScore(Struct, frozen=True):
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


class Score(Struct, frozen=True):
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


def score_area(dossier: Dossier, area: Area) -> AreaScore:
    """One area's sums."""
    points = assessed = excluded = lost = self_points = self_assessed = 0
    for leaf in area.leaves:
        if dossier.excluded(leaf.code):
            excluded += leaf.maximum
            continue
        state = dossier.leaf(leaf.code)
        if state.self_points is not None:
            self_points += state.self_points
            self_assessed += leaf.maximum
        earned = earned_points(dossier, leaf.code)
        if earned is not None:
            points += earned
            assessed += leaf.maximum
            lost += leaf.maximum - earned
    points = max(points - dossier.standing_penalties(area.code), 0)
    return AreaScore(area, points, assessed, excluded, lost, self_points, self_assessed)


def score_dossier(dossier: Dossier, areas: list[AreaScore]) -> Score:
    """The whole from its areas."""
    rubric = dossier.rubric
    bonus = _bonus(dossier)
    points = assessed = excluded = lost = self_points = self_assessed = 0
    for area in areas:
        points += area.points
        assessed += area.assessed
        excluded += area.excluded
        lost += area.lost
        self_points += area.self_points
        self_assessed += area.self_assessed
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
        penalties=sum([penalty.points for penalty in dossier.penalties.values() if not penalty.lifted]),
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
    return next(grade.name for grade in rubric.grades if index >= grade.at_least)


def _bonus(dossier: Dossier) -> int:
    items = sum(
        [
            dossier.appraised(item.code) or 0
            for item in dossier.rubric.bonus_items
            if not dossier.excluded(item.code)
        ]
    )
    awarded = sum([bonus.points for bonus in dossier.bonuses.values() if not bonus.revoked])
    return min(items + awarded, dossier.rubric.bonus_maximum)
