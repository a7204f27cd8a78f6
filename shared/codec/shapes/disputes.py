"""Disputes, and what follows from a round: remediation."""

from typing import Annotated, ClassVar

from msgspec import Meta

from shared.codec.fields import About, Code, Date, ItemId, Points, Text
from shared.codec.figures import Figures
from shared.codec.shapes.base import Data, FreeText


class DisputeRaised(Data, frozen=True):
    """A unit asks for a leaf's points, or a penalty (`penalty:<id>`), to be looked at again."""

    TEXTS: ClassVar[tuple[str, ...]] = ("grounds",)
    dispute: ItemId
    about: About
    grounds: FreeText
    claimed_points: Points | None = None


class DisputeUpheld(Data, frozen=True):
    """The points of the leaf, or of the penalty (0 lifts it), are these from here on."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    dispute: ItemId
    points: Points
    reason: FreeText
    figures: Figures | None = None


class DisputeRejected(Data, frozen=True):
    """Everything stays as it is."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    dispute: ItemId
    reason: FreeText


class RemediationRequired(Data, frozen=True):
    """The authority asks for a plan on these leaves, by `due`."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaves: Annotated[list[Code], Meta(min_length=1, max_length=500)]
    due: Date
    reason: FreeText | None = None


class RemediationPlanned(Data, frozen=True):
    """What the unit will do about these leaves, or in general; planning again under the id supersedes."""

    TEXTS: ClassVar[tuple[str, ...]] = ("action",)
    plan: ItemId
    leaves: Annotated[list[Code], Meta(max_length=500)]
    action: FreeText
    lead: Text
    due: Date
    support: Annotated[list[Text], Meta(max_length=50)] | None = None
    target: Text | None = None


class RemediationReported(Data, frozen=True):
    """How far a plan has come."""

    TEXTS: ClassVar[tuple[str, ...]] = ("note",)
    plan: ItemId
    done: bool
    note: FreeText | None = None


class RemediationConfirmed(Data, frozen=True):
    """What the authority says of a plan reported done."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    plan: ItemId
    accepted: bool
    reason: FreeText | None = None
