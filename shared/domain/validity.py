"""What makes data valid by itself, before anybody asks who sent it. Source: contracts, "Emissions"."""

from collections.abc import Callable
from datetime import date, timedelta, timezone
from typing import Any

from shared.codec.catalogue import CATALOGUE
from shared.codec.draft import rubric_within
from shared.codec.emitted import read_emitted
from shared.codec.envelope import Envelope, instant, microseconds, moment_of
from shared.codec.faults import Fault, Faulty
from shared.codec.names import Subject, root_of
from shared.codec.shapes import (
    SHAPES,
    Data,
    ResultImported,
    ResultsPublished,
    RoundChanged,
    RoundExtended,
    RoundOpened,
    RubricPublished,
    UnitChanged,
    UnitsReorganised,
    fields_among,
    recorded_form,
)
from shared.domain.problems import MOST_FAULTS, Refused, refused_for
from shared.domain.round_faults import change_faults, document_faults, extension_faults, round_faults
from shared.domain.rubric_draft import every_fault
from shared.domain.rubric_faults import rubric_faults
from shared.domain.tree_faults import import_faults, reorganisation_faults, unit_change_faults

_RUBRIC = "/data/rubric"
_DATED = ("effective", "dated", "due", "until")
_NAMED = ("unit", "round")
_TIMED = ("until", "effective")
VIETNAM = timezone(timedelta(hours=7))
"""Where a date begins."""


def read_data(envelope: Envelope, subject: Subject, unsaid: int | None = None) -> Data | Refused:
    """The data of an emission of a known type in recorded form, or why it is invalid.

    One that does not say its shape is of the newest; `unsaid` is what was the newest when it was sent first.
    """
    version = _schema_version(envelope, unsaid)
    if version is None:
        newest = f"{envelope.type}/{SHAPES[envelope.type].class_version}"
        fault = Fault("/dataschema", f"Mẫu dữ liệu phải là {newest}.", f"The data schema must be {newest}.")
        return refused_for("invalid-data", fault)
    try:
        data = read_emitted(envelope.type, version, bytes(envelope.data))
    except Faulty as faulty:
        return refused_for("invalid-data", *_all_faults(envelope, faulty))
    fault = _agreement_fault(envelope, subject, data) or _date_fault(data)
    faults = [fault] if fault else _faults_within(subject, data)
    return refused_for("invalid-data", *faults) if faults else recorded_form(data)


def future_fault(data: Data, now_us: int) -> Refused | None:
    """Refuses a date of effect that has not come yet where the platform is used, and a term that is over."""
    if not fields_among(type(data), _TIMED):
        return None  # nearly always
    until: str | None = getattr(data, "until", None)
    if until is not None and microseconds(instant(until)) <= now_us:
        return Refused(
            "invalid-data",
            "/data/until",
            f"Thời hạn {until} đã qua; hãy ghi một thời điểm ở tương lai.",
            f"{until} has passed: name a time to come.",
        )
    effective: str | None = getattr(data, "effective", None)
    if effective is None:
        return None
    today = moment_of(now_us).astimezone(VIETNAM).date().isoformat()
    if effective <= today:
        return None
    return Refused(
        "invalid-data",
        "/data/effective",
        f"Ngày hiệu lực không được ở tương lai (hôm nay là {today}).",
        f"The effective date must not be in the future (today is {today}).",
    )


def _schema_version(envelope: Envelope, unsaid: int | None) -> int | None:
    newest = SHAPES[envelope.type].class_version
    if envelope.dataschema is None:
        return unsaid or newest
    known = {f"{envelope.type}/{version}": version for version in range(1, newest + 1)}
    return known.get(envelope.dataschema)


def _all_faults(envelope: Envelope, first: Faulty) -> list[Fault]:
    """Every fault of a rubric that cannot be read; the first of anything else."""
    if envelope.type != RubricPublished.__name__:
        return [*first.faults]
    beside = [fault for fault in first.faults if not fault.pointer.startswith(_RUBRIC)]
    try:
        rubric = rubric_within(bytes(envelope.data))
        within = [] if rubric is None else every_fault(rubric, _RUBRIC, MOST_FAULTS)
    except RecursionError:
        within = []
    return [*beside, *within] or [*first.faults]


def _faults_within(subject: Subject, data: Data) -> list[Fault]:
    if isinstance(data, UnitsReorganised):
        return reorganisation_faults(data, root_of(subject.unit))
    find = _FAULTS.get(type(data))
    return find(data) if find else []


_FAULTS: dict[type[Data], Callable[[Any], list[Fault]]] = {
    UnitChanged: unit_change_faults,
    ResultImported: import_faults,
    RubricPublished: lambda data: rubric_faults(data.rubric),
    RoundOpened: round_faults,
    RoundChanged: change_faults,
    RoundExtended: extension_faults,
    ResultsPublished: document_faults,
}


def _agreement_fault(envelope: Envelope, subject: Subject, data: Data) -> Fault | None:
    """The subject must be of the type's kind, and `unit` and `round` in data must agree with it."""
    row = CATALOGUE[envelope.type]
    if row.subject != "e" and (subject.round is not None) != (row.subject in "dr"):
        wanted = "<unit>@<round>" if row.subject in "dr" else "<unit>"
        return Fault(
            "/subject",
            f"Chủ thể của {row.name} viết dạng {wanted}.",
            f"The subject of {row.name} is written {wanted}.",
        )
    for name in fields_among(type(data), _NAMED):
        if name == "unit" and getattr(data, name) != subject.unit:
            return Fault(
                "/data/unit", "Đơn vị không khớp với chủ thể.", "The unit does not agree with the subject."
            )
        if name == "round" and subject.round is not None and getattr(data, name) != subject.round:
            return Fault(
                "/data/round",
                "Kỳ đánh giá không khớp với chủ thể.",
                "The round does not agree with the subject.",
            )
    return None


def _date_fault(data: Data) -> Fault | None:
    for name in fields_among(type(data), _DATED):
        text = getattr(data, name)
        if text is None:
            continue
        if name == "until":
            if not _is_moment(text):
                return Fault("/data/until", "Thời điểm không có thật.", "There is no such time.")
        elif not _is_day(text):
            return Fault(f"/data/{name}", "Ngày không có thật.", "There is no such date.")
    return None


def _is_moment(text: str) -> bool:
    try:
        instant(text)
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
