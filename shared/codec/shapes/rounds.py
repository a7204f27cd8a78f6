"""Rubrics and rounds."""

from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from shared.codec.fields import Code, Date, Hex, Id, Path, Text, Time
from shared.codec.rubric_shape import RubricShape
from shared.codec.shapes.base import Data, FreeText

_Units = Annotated[list[Path], Meta(min_length=1, max_length=1000)]


class RubricPublished(Data, frozen=True):
    """A rubric, immutable from here on; its id is unique in the root."""

    rubric: RubricShape


class Period(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The reporting period: two dates, both inclusive."""

    from_: Date
    to: Date


class Window(Struct, frozen=True, forbid_unknown_fields=True):
    """Open while opens ≤ now < closes."""

    opens: Time
    closes: Time


class ExcludedLeaf(Struct, frozen=True, forbid_unknown_fields=True):
    """A leaf that does not count in a round."""

    leaf: Code
    kind: Literal["not-applicable", "not-due"]


class RoundOpened(Data, frozen=True):
    """One period of one authority: its children, a rubric per kind of unit, and three windows."""

    round: Id
    name: Text
    kind: Literal["annual", "interim"]
    period: Period
    rubrics: Annotated[dict[Text, Id], Meta(min_length=1, max_length=50)]
    units: _Units
    filing: Window
    appraisal: Window
    disputes: Window
    groups: dict[Text, list[Path]] | None = None
    excluded: list[ExcludedLeaf] | None = None


class RoundChanged(Data, frozen=True):
    """Units enter a round or leave it."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    reason: FreeText
    add: _Units | None = None
    remove: _Units | None = None


class RoundExtended(Data, frozen=True):
    """A window closes at another time, for all or for some; a time that has passed closes it at once."""

    window: Literal["filing", "appraisal", "disputes"]
    closes: Time
    units: _Units | None = None


class AppraiserAssigned(Data, frozen=True):
    """This unit may propose points on these leaves."""

    leaves: Annotated[list[Code], Meta(min_length=1, max_length=500)]
    appraiser: Path


class AppraisalReleased(Data, frozen=True):
    """From here on the units (all of the round where `units` is left out) see their appraised points."""

    units: _Units | None = None


class Document(Struct, frozen=True, forbid_unknown_fields=True):
    """The decision or notice by which results are published."""

    kind: Literal["decision", "notice"]
    number: Text
    date: Date
    issuer: Text


class PublishedStanding(Struct, frozen=True, forbid_unknown_fields=True):
    """One unit's place as published; numbers as text, `version` of its dossier's stream."""

    unit: Path
    kind: Text
    index: str | None
    rank: int | None
    grade: str | None
    points: str
    assessed: str
    version: int


class ResultsPublished(Data, frozen=True):
    """The standings stand from here on.

    The ledger adds them as folded at that moment, the hashes of the rubrics they were computed under, by id,
    and the position up to which it folded.
    """

    ADDED: ClassVar[tuple[str, ...]] = ("standings", "rubrics", "position")
    document: Document
    standings: list[PublishedStanding] | None = None
    rubrics: dict[Id, Hex] | None = None
    position: int | None = None


class RoundReopened(Data, frozen=True):
    """What was published may change again; the windows stay as they are."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    reason: FreeText


class RoundCancelled(Data, frozen=True):
    """A round comes to nothing."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    reason: FreeText
