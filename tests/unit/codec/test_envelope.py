"""The envelope of an emission."""

import json
from typing import Any

import pytest

from shared.codec.envelope import (
    instant,
    microseconds,
    moment_of,
    read_envelope,
    time_text,
    usable_id,
)
from shared.codec.faults import Faulty

ID = "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f"
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
SOUND: dict[str, Any] = {
    "specversion": "1.0",
    "id": ID,
    "type": "SubmissionFiled",
    "source": "qt/dong-ha",
    "subject": "qt/dong-ha@2023",
    "time": "2023-12-05T08:30:00+07:00",
    "data": {"leaf": "3.12.3"},
}


def raw(**changed: Any) -> bytes:
    attributes = {name: value for name, value in {**SOUND, **changed}.items() if value is not ...}
    return json.dumps(attributes, ensure_ascii=False).encode()


def fault_of(message: bytes) -> str:
    with pytest.raises(Faulty) as caught:
        read_envelope(message)
    (fault,) = caught.value.faults
    assert fault.vi
    assert fault.en
    return fault.pointer


def test_what_is_required_is_read_and_what_is_unknown_ignored() -> None:
    envelope = read_envelope(
        raw(datacontenttype="application/json", partitionkey=5, dataschema="SubmissionFiled/1")
    )
    assert (envelope.id, envelope.type, envelope.source) == (ID, "SubmissionFiled", "qt/dong-ha")
    assert bytes(envelope.data) == b'{"leaf": "3.12.3"}'
    assert envelope.dataschema == "SubmissionFiled/1"


@pytest.mark.parametrize("name", SOUND)
def test_each_attribute_that_is_required_is_missed_by_name(name: str) -> None:
    assert fault_of(raw(**{name: ...})) == f"/{name}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("specversion", "0.3"),
        ("specversion", 1.0),
        ("id", ID.upper()),
        ("id", "4711"),
        ("id", f"{{{ID}}}"),
        ("id", ID.replace("-", "")),
        ("id", f"{ID}\n"),
        ("id", 5),
        ("type", ""),
        ("type", None),
        ("source", ""),
        ("source", ["qt"]),
        ("subject", 5),
        ("time", "2023-12-05"),
        ("time", "2023-12-05T08:30:00"),
        ("time", "2023-12-05 08:30:00+07:00"),
        ("time", "hôm qua"),
        ("time", 1701739800),
        ("dataschema", 1),
    ],
)
def test_each_attribute_is_held_to_its_form(name: str, value: object) -> None:
    assert fault_of(raw(**{name: value})) == f"/{name}"


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b" ",
        b"hello",
        b"{",
        raw()[:-1],
        raw() + b"}",
        b"\xef\xbb\xbf" + raw(),
        raw().decode().encode("utf-16"),
        raw(data={"note": "x"}).replace(b'"x"', b'"\xff"'),
        raw(data={"note": "x"}).replace(b'"x"', b'"\xed\xa0\x80"'),
        raw(data={"note": "x"}).replace(b'"x"', b'"\\ud800"'),
        raw(data={"note": "x"}).replace(b'"x"', b'"\x00"'),
        raw(data={"note": "x"}).replace(b'"x"', b"NaN"),
        raw(data={"note": "x"}).replace(b'"x"', b"Infinity"),
        raw(data={"note": "x"}).replace(b'"x"', b"01"),
        raw(data={"note": "x"}).replace(b'"x"', b"'x'"),
        raw(data={"note": "x"}).replace(b'"x"', b'"x",'),
        b"[" * 100_000,
        b'{"data":' + b"[" * 60_000 + b"]" * 60_000 + b"}",
    ],
)
def test_what_is_not_json_in_utf_8_to_its_last_byte_is_no_envelope(message: bytes) -> None:
    assert fault_of(message) == ""


@pytest.mark.parametrize("message", [b"[]", b'"x"', b"5", b"null"])
def test_an_envelope_is_an_object(message: bytes) -> None:
    assert fault_of(message) == ""


@pytest.mark.parametrize(
    "number", [b"1e400", b"-1e400", b"1" * 5000, b"123456789012345678901234567890", b"1e308"]
)
def test_a_number_that_no_machine_holds_is_json(number: bytes) -> None:
    message = raw(data={"count": 1}).replace(b'"count": 1', b'"count": ' + number)
    assert number in bytes(read_envelope(message).data)
    assert usable_id(message) == ID


@pytest.mark.parametrize(
    "trace", [TRACE.upper(), "00-…", "", "\x00", 5, None, TRACE + "-01", TRACE + "\n", {"a": 1}, "a" * 5000]
)
def test_a_trace_that_is_not_well_formed_is_ignored(trace: object) -> None:
    assert read_envelope(raw(traceparent=trace)).traceparent is None


def test_a_well_formed_trace_is_kept() -> None:
    assert read_envelope(raw(traceparent=TRACE)).traceparent == TRACE
    assert read_envelope(raw()).traceparent is None


@pytest.mark.parametrize(
    ("message", "found"),
    [
        (raw(), ID),
        (raw(type=5, data=..., time="?"), ID),
        (raw(id=ID.upper()), None),
        (raw(id="4711"), None),
        (raw(id=5), None),
        (raw(id=None), None),
        (raw(id=...), None),
        (b"[]", None),
        (raw()[:-1], None),
        (b"", None),
    ],
)
def test_an_id_is_usable_whatever_else_is_wrong(message: bytes, found: str | None) -> None:
    assert usable_id(message) == found


@pytest.mark.parametrize(
    ("text", "given_out"),
    [
        ("2023-12-05T08:30:00+07:00", "2023-12-05T01:30:00.000000Z"),
        ("2023-12-05T01:30:00Z", "2023-12-05T01:30:00.000000Z"),
        ("2023-12-05t01:30:00.5z", "2023-12-05T01:30:00.500000Z"),
        ("2023-12-05T01:30:00.123456789Z", "2023-12-05T01:30:00.123456Z"),
        ("2023-12-04T20:30:00-05:00", "2023-12-05T01:30:00.000000Z"),
        ("0999-01-01T00:00:00Z", "0999-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_times_come_with_an_offset_and_go_out_in_utc(text: str, given_out: str) -> None:
    moment = instant(text)
    assert time_text(moment) == given_out
    assert moment_of(microseconds(moment)) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2023-02-29T00:00:00Z",
        "2023-12-05T24:00:00Z",
        "2023-12-05T23:59:60Z",
        "2023-12-05T00:00:00+25:00",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_time_that_never_was_is_none(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - Python's own words for it differ
        instant(text)
