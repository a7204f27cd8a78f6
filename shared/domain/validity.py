"""What makes data valid by itself, before anybody asks who sent it. Source: contracts, "Emissions"."""

from collections.abc import Callable
from datetime import date, timedelta, timezone
from typing import Any

from shared.codec.catalogue import CATALOGUE
from shared.codec.draft import rubric_within
from shared.codec.emitted import read_emitted
from shared.codec.envelope import instant, microseconds, moment_of
from shared.codec.faults import Fault, Faulty
from shared.codec.names import root_of
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
    recorded_form,
)
from shared.domain.emission import Emission
from shared.domain.problems import MOST_FAULTS, Refused, refused_for
from shared.domain.round_faults import change_faults, document_faults, extension_faults, round_faults
from shared.domain.rubric_draft import every_fault
from shared.domain.rubric_faults import rubric_faults
from shared.domain.tree_faults import import_faults, reorganisation_faults, unit_change_faults

_RUBRIC = "/data/rubric"
VIETNAM = timezone(timedelta(hours=7))
"""Where a date begins."""


def read_data(emission: Emission, unsaid: int | None = None) -> Data | Refused:
    """The data of an emission of a known type in recorded form, or why it is invalid.

    One that does not say its shape is of the newest; `unsaid` is what was the newest when it was sent first.
    """
    envelope = emission.envelope
    version = _schema_version(emission, unsaid)
    if version is None:
        newest = f"{envelope.type}/{SHAPES[envelope.type].class_version}"
        fault = Fault("/dataschema", f"Mẫu dữ liệu phải là {newest}.", f"The data schema must be {newest}.")
        return refused_for("invalid-data", fault)
    try:
        data = read_emitted(envelope.type, version, bytes(envelope.data))
    except Faulty as faulty:
        return refused_for("invalid-data", *_all_faults(emission, faulty))
    fault = _agreement_fault(emission, data) or _date_fault(data)
    faults = [fault] if fault else _faults_within(emission, data)
    return refused_for("invalid-data", *faults) if faults else recorded_form(data)


def future_fault(data: Data, now_us: int) -> Refused | None:
    """Refuses a date of effect that has not come yet where the platform is used, and a term that is over."""
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


def _schema_version(emission: Emission, unsaid: int | None) -> int | None:
    envelope = emission.envelope
    newest = SHAPES[envelope.type].class_version
    if envelope.dataschema is None:
        return unsaid or newest
    known = {f"{envelope.type}/{version}": version for version in range(1, newest + 1)}
    return known.get(envelope.dataschema)


def _all_faults(emission: Emission, first: Faulty) -> list[Fault]:
    """Every fault of a rubric that cannot be read; the first of anything else."""
    if emission.envelope.type != RubricPublished.__name__:
        return [*first.faults]
    beside = [fault for fault in first.faults if not fault.pointer.startswith(_RUBRIC)]
    try:
        rubric = rubric_within(bytes(emission.envelope.data))
        within = [] if rubric is None else every_fault(rubric, _RUBRIC, MOST_FAULTS)
    except RecursionError:
        within = []
    return [*beside, *within] or [*first.faults]


def _faults_within(emission: Emission, data: Data) -> list[Fault]:
    if isinstance(data, UnitsReorganised):
        return reorganisation_faults(data, root_of(emission.subject.unit))
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


def _agreement_fault(emission: Emission, data: Data) -> Fault | None:
    """The subject must be of the type's kind, and `unit` and `round` in data must agree with it."""
    row = CATALOGUE[emission.envelope.type]
    subject = emission.subject
    if row.subject != "e" and (subject.round is not None) != (row.subject in "dr"):
        wanted = "<unit>@<round>" if row.subject in "dr" else "<unit>"
        return Fault(
            "/subject",
            f"Chủ thể của {row.name} viết dạng {wanted}.",
            f"The subject of {row.name} is written {wanted}.",
        )
    if getattr(data, "unit", subject.unit) != subject.unit:
        return Fault(
            "/data/unit", "Đơn vị không khớp với chủ thể.", "The unit does not agree with the subject."
        )
    if subject.round is not None and getattr(data, "round", subject.round) != subject.round:
        return Fault(
            "/data/round", "Kỳ đánh giá không khớp với chủ thể.", "The round does not agree with the subject."
        )
    return None


def _date_fault(data: Data) -> Fault | None:
    for name in ("effective", "dated", "due"):
        text = getattr(data, name, None)
        if text is not None and not _is_day(text):
            return Fault(f"/data/{name}", "Ngày không có thật.", "There is no such date.")
    until: str | None = getattr(data, "until", None)
    if until is not None and not _is_moment(until):
        return Fault("/data/until", "Thời điểm không có thật.", "There is no such time.")
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
