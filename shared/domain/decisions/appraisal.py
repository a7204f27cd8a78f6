"""Decisions on what the council says of leaves."""

from fractions import Fraction

from shared.codec.envelope import instant, microseconds
from shared.codec.numbers import points_of, text_of
from shared.codec.shapes import (
    DossierDefaulted,
    LeafExcluded,
    LeafIncluded,
    ScoreAppraised,
    SubmissionReturned,
    SurveyRecorded,
)
from shared.domain.computed import exact_computed, leaf_figures, rounded_points, support_of
from shared.domain.decisions.answers import against, no_change
from shared.domain.decisions.fit import figures_fault, points_fault, step_fault
from shared.domain.decisions.targets import find_dossier, find_leaf, unknown_leaf, window_closed
from shared.domain.dossier import Dossier
from shared.domain.emission import Emission
from shared.domain.problems import Refused
from shared.domain.root import Root
from shared.domain.rubric import Leaf


def score_appraised(root: Root, emission: Emission, data: ScoreAppraised, now_us: int) -> Refused | None:
    """Within the rubric; what the figures do not support takes a reason, what lowers a claim an opinion."""
    found = find_leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    return (
        window_closed(dossier, "appraisal", now_us, "/data/leaf")
        or points_fault(leaf, data.points, "/data/points")
        or step_fault(leaf, data.points)
        or figures_fault(leaf, data.figures)
        or _reason_needed(dossier, leaf, data)
        or _opinion_needed(dossier, data)
        or _same_score(dossier, data)
    )


def leaf_excluded(root: Root, emission: Emission, data: LeafExcluded, now_us: int) -> Refused | None:
    """While appraisal is open; a leaf that is left out for the same cause is left out already."""
    found = find_leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    closed = window_closed(dossier, "appraisal", now_us, "/data/leaf")
    return closed or (no_change() if dossier.excluded(leaf.code) == data.kind else None)


def leaf_included(root: Root, emission: Emission, data: LeafIncluded, now_us: int) -> Refused | None:
    """While appraisal is open; of a leaf that is left out, by the round or by an event."""
    found = find_leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    closed = window_closed(dossier, "appraisal", now_us, "/data/leaf")
    return closed or (None if dossier.excluded(leaf.code) else no_change())


def submission_returned(
    root: Root, emission: Emission, data: SubmissionReturned, now_us: int
) -> Refused | None:
    """While appraisal is open, whether it was submitted or not: a unit may be let file late."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    until = microseconds(instant(data.until))
    return (
        unknown_leaf(dossier, data.leaves)
        or window_closed(dossier, "appraisal", now_us)
        or (no_change() if all(dossier.leaf(code).returned_until == until for code in data.leaves) else None)
    )


def dossier_defaulted(root: Root, emission: Emission, _data: DossierDefaulted, now_us: int) -> Refused | None:
    """While appraisal is open, once, whatever was filed."""
    dossier = find_dossier(root, emission)
    if isinstance(dossier, Refused):
        return dossier
    closed = window_closed(dossier, "appraisal", now_us)
    return closed or (no_change() if dossier.defaulted else None)


def survey_recorded(root: Root, emission: Emission, data: SurveyRecorded, now_us: int) -> Refused | None:
    """While appraisal is open; of a leaf that a survey scores, a mean that its scale has."""
    found = find_leaf(root, emission, data.leaf)
    if isinstance(found, Refused):
        return found
    dossier, leaf = found
    standing = dossier.leaf(leaf.code).survey
    return (
        window_closed(dossier, "appraisal", now_us, "/data/leaf")
        or _survey_fault(leaf, data)
        or (no_change() if standing and standing.says(data) else None)
    )


def _survey_fault(leaf: Leaf, data: SurveyRecorded) -> Refused | None:
    if leaf.source != "survey":
        return against(
            "/data/leaf",
            f"Tiêu chí {leaf.code} không chấm bằng điều tra xã hội học.",
            f"The leaf {leaf.code} is not scored by survey.",
        )
    if not Fraction(data.of):
        return against("/data/of", "Thang điểm khảo sát phải lớn hơn 0.", "A survey's scale must be above 0.")
    if Fraction(data.score) > Fraction(data.of):
        return against(
            "/data/score",
            f"Điểm khảo sát {data.score} vượt thang điểm {data.of}.",
            f"The survey's score {data.score} is above its scale {data.of}.",
        )
    return None


def _reason_needed(dossier: Dossier, leaf: Leaf, data: ScoreAppraised) -> Refused | None:
    exact = exact_computed(dossier, leaf, data.figures or leaf_figures(dossier.leaf(leaf.code)))
    if data.reason or exact is None or support_of(dossier.rubric, exact, data.points) != "UNSUPPORTED":
        return None
    computed = text_of(rounded_points(dossier.rubric, exact))
    return Refused(
        "reason-needed",
        "/data/reason",
        f"Theo số liệu, cách tính cho {computed} điểm, không phải {data.points}. "
        f"Hãy chấm {computed} hoặc nêu lý do (reason).",
        f"By the figures the rule gives {computed} points, not {data.points}. "
        f"Give {computed}, or say why in `reason`.",
    )


def _opinion_needed(dossier: Dossier, data: ScoreAppraised) -> Refused | None:
    claimed = dossier.leaf(data.leaf).self_points
    if data.opinion or claimed is None or points_of(data.points) >= claimed:
        return None
    return Refused(
        "opinion-needed",
        "/data/opinion",
        f"Đơn vị tự chấm {text_of(claimed)}; hạ xuống {data.points} phải có ý kiến của hội đồng (opinion).",
        f"The unit claims {text_of(claimed)}; lowering it to {data.points} takes the council's `opinion`.",
    )


def _same_score(dossier: Dossier, data: ScoreAppraised) -> Refused | None:
    leaf = dossier.leaf(data.leaf)
    return no_change() if leaf.score and not leaf.upheld and leaf.score.says(data) else None
