"""The shapes by the name of their event, and how data of any version is read in the newest shape.

A class may carry static methods `upcast_v1_v2(data)`, one pure step per version, that change a dict of an
older shape in place: as the `eventsourcing` library has it.
"""

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

import msgspec

from shared.codec.shapes.appraisal import (
    BonusAwarded,
    BonusRevoked,
    DossierDefaulted,
    LeafExcluded,
    LeafIncluded,
    PenaltyApplied,
    PenaltyLifted,
    ScoreAppraised,
    ScoreProposed,
    SubmissionReturned,
    SurveyRecorded,
)
from shared.codec.shapes.base import D, Data
from shared.codec.shapes.disputes import (
    DisputeRaised,
    DisputeRejected,
    DisputeUpheld,
    RemediationConfirmed,
    RemediationPlanned,
    RemediationReported,
    RemediationRequired,
)
from shared.codec.shapes.filing import (
    DossierSubmitted,
    EvidenceAttached,
    EvidenceMoved,
    EvidenceWithdrawn,
    LeafAssigned,
    SubmissionFiled,
    SubmissionWithdrawn,
)
from shared.codec.shapes.rounds import (
    AppraisalReleased,
    AppraiserAssigned,
    ResultsPublished,
    RoundCancelled,
    RoundChanged,
    RoundExtended,
    RoundOpened,
    RoundReopened,
    RubricPublished,
)
from shared.codec.shapes.tree import (
    ReadGranted,
    ReadRevoked,
    ResultImported,
    TextErased,
    UnitChanged,
    UnitRegistered,
    UnitsReorganised,
)

SHAPES: Mapping[str, type[Data]] = MappingProxyType(
    {
        shape.__name__: shape
        for shape in (
            UnitRegistered,
            UnitChanged,
            UnitsReorganised,
            ReadGranted,
            ReadRevoked,
            ResultImported,
            TextErased,
            RubricPublished,
            RoundOpened,
            RoundChanged,
            RoundExtended,
            AppraiserAssigned,
            AppraisalReleased,
            ResultsPublished,
            RoundReopened,
            RoundCancelled,
            SubmissionFiled,
            SubmissionWithdrawn,
            EvidenceAttached,
            EvidenceMoved,
            EvidenceWithdrawn,
            LeafAssigned,
            DossierSubmitted,
            SubmissionReturned,
            ScoreProposed,
            ScoreAppraised,
            LeafExcluded,
            LeafIncluded,
            DossierDefaulted,
            PenaltyApplied,
            PenaltyLifted,
            BonusAwarded,
            BonusRevoked,
            SurveyRecorded,
            DisputeRaised,
            DisputeUpheld,
            DisputeRejected,
            RemediationRequired,
            RemediationPlanned,
            RemediationReported,
            RemediationConfirmed,
        )
    }
)

_DECODERS = {name: msgspec.json.Decoder(shape) for name, shape in SHAPES.items()}


@cache
def fields_among(shape: type[Data], names: tuple[str, ...]) -> tuple[str, ...]:
    """Which of these fields a shape has: asked of every emission, looked up once."""
    return tuple(name for name in names if name in shape.__struct_fields__)


def decode_data(name: str, version: int, raw: bytes) -> Data:
    """Data of event `name`, written in shape `version`, read as the newest one.

    Errors: `msgspec.ValidationError` where it does not fit; `KeyError` where the name is unknown.
    """
    newest = SHAPES[name]
    if version == newest.class_version:
        return _DECODERS[name].decode(raw)
    return upcast(newest, version, msgspec.json.decode(raw))


def upcast(newest: type[D], version: int, values: Any) -> D:
    """Data of an older shape, brought to the newest by one step per version; `values` (builtins) is used up.

    Errors: `msgspec.ValidationError` where it fits neither the old shape nor the new one.
    """
    return msgspec.convert(in_newest_words(newest, version, values), newest)


def in_newest_words(newest: type[Data], version: int, values: Any) -> Any:
    """The same, still as builtins: what stands in a commitment's place stays as it is; `values` is used up.

    Errors: `msgspec.ValidationError` where there is no such shape, or it is not of it.
    """
    if not 1 <= version <= newest.class_version:
        raise msgspec.ValidationError(f"there is no shape {newest.__name__}/{version}")
    try:
        for step in range(version, newest.class_version) if _is_object(values) else ():
            getattr(newest, f"upcast_v{step}_v{step + 1}")(values)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise msgspec.ValidationError(f"this is no {newest.__name__}/{version}") from error
    return values


def _is_object(values: object) -> bool:
    """What is none is of no shape: whoever reads it on says so."""
    return isinstance(values, dict)


def recorded_form(data: Data) -> Data:
    """The same data as it is recorded: integer figures as text."""
    if isinstance(data, SurveyRecorded):
        return msgspec.structs.replace(data, score=str(data.score), of=str(data.of))
    figures = getattr(data, "figures", None)
    if figures is None or (normal := figures.normalised()) is figures:
        return data
    return msgspec.structs.replace(data, figures=normal)
