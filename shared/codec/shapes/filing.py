"""What a unit says of itself."""

from typing import Annotated, Any, ClassVar

from msgspec import Meta

from shared.codec.fields import Code, Date, FileSize, Hex, ItemId, MediaType, Points, Text
from shared.codec.figures import Figures
from shared.codec.shapes.base import Data, FreeText


class SubmissionFiled(Data, frozen=True):
    """What a unit claims for a leaf; filing again supersedes."""

    TEXTS: ClassVar[tuple[str, ...]] = ("note",)
    leaf: Code
    self_points: Points
    figures: Figures | None = None
    note: FreeText | None = None


class SubmissionWithdrawn(Data, frozen=True):
    """A unit takes its claim for a leaf back."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    leaf: Code
    reason: FreeText | None = None


class EvidenceAttached(Data, frozen=True):
    """A file that the unit has put proves a leaf; `size` is in bytes, `pages` are those to look at."""

    TEXTS: ClassVar[tuple[str, ...]] = ("name", "title")
    evidence: ItemId
    leaf: Code
    sha256: Hex
    name: FreeText
    size: FileSize
    media_type: MediaType
    number: Text | None = None
    dated: Date | None = None
    issuer: Text | None = None
    title: FreeText | None = None
    pages: Text | None = None


class EvidenceMoved(Data, frozen=True):
    """A piece of evidence proves this leaf, and no longer the one that it was attached to."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    evidence: ItemId
    leaf: Code
    reason: FreeText | None = None


class EvidenceWithdrawn(Data, frozen=True):
    """A piece of evidence stands no longer; the record of it stays."""

    TEXTS: ClassVar[tuple[str, ...]] = ("reason",)
    evidence: ItemId
    reason: FreeText | None = None


class LeafAssigned(Data, frozen=True):
    """Which office of the unit leads on these leaves, and which support it."""

    class_version: ClassVar[int] = 2
    leaves: Annotated[list[Code], Meta(min_length=1, max_length=500)]
    lead: Text
    support: Annotated[list[Text], Meta(max_length=50)] | None = None

    @staticmethod
    def upcast_v1_v2(values: dict[str, Any]) -> None:
        """Shape 1 called the lead `responsible`, and held one office in support, as a text.

        It was also written in the words of shape 2, and these stay.
        """
        _rename(values, "responsible", "lead")
        if isinstance(values.get("support"), str):
            values["support"] = [values["support"]]


class DossierSubmitted(Data, frozen=True):
    """The head of the unit sends the dossier: it is locked from here on."""

    class_version: ClassVar[int] = 2
    number: Text | None = None
    dated: Date | None = None
    signed_as: Text | None = None

    @staticmethod
    def upcast_v1_v2(values: dict[str, Any]) -> None:
        """Shape 1 called `signed_by` what is `signed_as`; where it says `signed_as` already, that stays."""
        _rename(values, "signed_by", "signed_as")


def _rename(values: dict[str, Any], old: str, new: str) -> None:
    """Who says both keeps both, and is told that there is no field `old`."""
    if old in values and new not in values:
        values[new] = values.pop(old)
