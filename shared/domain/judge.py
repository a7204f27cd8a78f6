"""The judge: may this emission be recorded, on this state, at this time? Source: contracts, "Outcomes"; scoring.md, "Judging".

The first fault in the contract's order wins. `judge` decides and changes nothing; tried again on its own result it decides
nothing: `no-change`.
"""

from datetime import date

import msgspec

from shared.codec.catalogue import CATALOGUE
from shared.codec.decoding import fault_of
from shared.codec.faults import Fault
from shared.codec.shapes import SHAPES, Data, RubricPublished, decode_data, recorded_form
from shared.codec.texts import text_fault
from shared.domain.decisions import DECISIONS
from shared.domain.emission import Accepted, Emission
from shared.domain.permissions import permission_fault
from shared.domain.problems import Refused, refused_for
from shared.domain.root import Root
from shared.domain.rubric_faults import rubric_faults


def judge(root: Root, emission: Emission, now_us: int) -> Accepted | Refused:
    """Decide on one well-formed emission whose id was not judged before; `now_us` is the ledger's time."""
    refused = _source_fault(emission) or _type_fault(emission)
    if refused:
        return refused
    data = read_data(emission)
    if isinstance(data, Refused):
        return data
    return permission_fault(emission, data) or DECISIONS[emission.envelope.type](root, emission, data, now_us) or Accepted(data)


def read_data(emission: Emission) -> Data | Refused:
    """The data of an emission of a known type in recorded form, or why it is invalid."""
    envelope = emission.envelope
    version = _schema_version(emission)
    if version is None:
        newest = f"{envelope.type}/{SHAPES[envelope.type].class_version}"
        return refused_for("invalid-data", Fault("/dataschema", f"Mẫu dữ liệu phải là {newest}.", f"The data schema must be {newest}."))
    raw = bytes(envelope.data)
    try:
        data = recorded_form(decode_data(envelope.type, version, raw))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        return refused_for("invalid-data", _decoding_fault(error))
    fault = text_fault(raw, "/data") or _commitment_fault(data) or _agreement_fault(emission, data) or _date_fault(data)
    if fault:
        return refused_for("invalid-data", fault)
    if isinstance(data, RubricPublished) and (faults := rubric_faults(data.rubric)):
        return refused_for("invalid-data", *faults)
    return data


def _source_fault(emission: Emission) -> Refused | None:
    source, caller = emission.envelope.source, emission.caller
    if source == caller.tenant:
        return None
    return Refused(
        "wrong-source",
        "/source",
        f"Bản gửi ghi nguồn {source}, nhưng người gửi thuộc {caller.tenant}. Hãy ghi đúng đơn vị của mình.",
        f"The emission names {source} as its source, but the sender belongs to {caller.tenant}. Name your own unit.",
    )


def _type_fault(emission: Emission) -> Refused | None:
    named, sent_as = emission.envelope.type, emission.caller.type
    if named not in CATALOGUE:
        return Refused(
            "unknown-type", "/type", f"Không có loại sự kiện {named}.", f"There is no event type {named}; the types are in docs/events."
        )
    if named != sent_as:
        return Refused(
            "unknown-type",
            "/type",
            f"Bản gửi ghi loại {named} nhưng được gửi theo loại {sent_as}.",
            f"The emission is a {named} but was sent under {sent_as}.",
        )
    return None


def _schema_version(emission: Emission) -> int | None:
    envelope = emission.envelope
    newest = SHAPES[envelope.type].class_version
    if envelope.dataschema is None:
        return newest
    known = {f"{envelope.type}/{version}": version for version in range(1, newest + 1)}
    return known.get(envelope.dataschema)


def _decoding_fault(error: Exception) -> Fault:
    if isinstance(error, msgspec.MsgspecError):
        return fault_of(error, "/data")
    return Fault("/data", "Dữ liệu không đọc được.", "The data cannot be read.")


def _commitment_fault(data: Data) -> Fault | None:
    for name in data.TEXTS:
        if isinstance(value := getattr(data, name), msgspec.Struct):
            return Fault(f"/data/{name}", f"{name} phải là văn bản.", f"{name} must be text, not {type(value).__name__}.")
    return None


def _agreement_fault(emission: Emission, data: Data) -> Fault | None:
    """The subject must be of the type's kind, and `unit` and `round` in data must agree with it."""
    row = CATALOGUE[emission.envelope.type]
    subject = emission.subject
    if (subject.round is not None) != (row.subject in "dr"):
        wanted = "<unit>@<round>" if row.subject in "dr" else "<unit>"
        return Fault("/subject", f"Chủ thể của {row.name} viết dạng {wanted}.", f"The subject of {row.name} is written {wanted}.")
    if getattr(data, "unit", subject.unit) != subject.unit:
        return Fault("/data/unit", "Đơn vị không khớp với chủ thể.", "The unit does not agree with the subject.")
    if getattr(data, "round", subject.round) != subject.round:
        return Fault("/data/round", "Kỳ đánh giá không khớp với chủ thể.", "The round does not agree with the subject.")
    return None


def _date_fault(data: Data) -> Fault | None:
    for name in ("effective", "dated"):
        value = getattr(data, name, None)
        if value is not None and not _is_date(value):
            return Fault(f"/data/{name}", "Ngày không có thật.", "There is no such date.")
    return None


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
