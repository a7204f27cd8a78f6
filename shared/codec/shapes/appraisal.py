"""What the council says of a dossier."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from shared.codec.fields import Code, ItemId, Number, Points, Text, Time
from shared.codec.figures import Figures
from shared.codec.shapes.base import Data, FreeText


class SubmissionReturned(Data, frozen=True):
    """These leaves may be filed again until then."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaves: Annotated[list[Code], Meta(min_length=1, max_length=500)]
    reason: FreeText
    until: Time


class ScoreProposed(Data, frozen=True):
    """What the assigned appraiser would give for a leaf; the council decides."""

    TEXTS: ClassVar[tuple[str, ...]] = ("opinion",)
    leaf: Code
    points: Points
    figures: Figures | None = None
    opinion: FreeText | None = None


class ScoreAppraised(Data, frozen=True):
    """What the council gives for a leaf, with its own figures where it has some."""

    TEXTS: ClassVar[tuple[str, ...]] = ("opinion", "reason")
    leaf: Code
    points: Points
    figures: Figures | None = None
    opinion: FreeText | None = None
    reason: FreeText | None = None
    provisional: bool | None = None


class LeafExcluded(Data, frozen=True):
    """A leaf does not count in this dossier."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaf: Code
    kind: Literal["not-applicable", "not-due"]
    reason: FreeText


class LeafIncluded(Data, frozen=True):
    """An excluded leaf counts again."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaf: Code
    reason: FreeText


class DossierDefaulted(Data, frozen=True):
    """A unit did not file: every leaf that is neither appraised nor excluded counts 0."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    reason: FreeText


class PenaltyApplied(Data, frozen=True):
    """Points taken off for a breach: off the total, an area or a leaf."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    penalty: ItemId
    points: Points
    target: Code
    reason: FreeText
    basis: Text | None = None


class PenaltyLifted(Data, frozen=True):
    """A penalty is taken back."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    penalty: ItemId
    reason: FreeText


class BonusAwarded(Data, frozen=True):
    """Points added on top, up to the rubric's bonus maximum."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    bonus: ItemId
    points: Points
    reason: FreeText
    basis: Text | None = None


class BonusRevoked(Data, frozen=True):
    """A bonus is taken back."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    bonus: ItemId
    reason: FreeText


class SurveyRecorded(Data, frozen=True):
    """What a survey gave for a leaf: a mean `score` out of `of`, from so many people."""

    leaf: Code
    score: Number
    of: Number
    respondents: Annotated[int, Meta(ge=0, le=10**9)]
