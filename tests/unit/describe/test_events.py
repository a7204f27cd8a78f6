"""The schemas of events take what the codec takes, and refuse what it refuses."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.local.demo.case import read_case, steps_of
from deploy.local.demo.command import EXAMPLE
from shared.codec.catalogue import CATALOGUE
from shared.codec.emitted import read_emitted
from shared.codec.envelope import read_envelope
from shared.codec.faults import Faulty
from shared.codec.feed import FeedEvent, write_feed_event
from shared.codec.shapes import SHAPES
from tests.unit.describe.validators import validator
from tests.unit.domain.test_rubric_faults import sound

FIGURES: dict[str, Any] = {
    "value": 3, "base": "2.5", "done": ["a"], "on_time": 1, "late": "2", "missing": 0, "score": "4.5",
    "of": 5, "parts": {"a": {"numerator": 1, "denominator": "3"}, "b": {"options": [None, {"choice": "x"}]}},
    "options": [None, {"events": {"late": 2}}],
}  # fmt: skip
GOLDEN = Path(__file__).parents[2] / "golden"
NEWEST = [GOLDEN / f"{name}.{shape.class_version}.json" for name, shape in SHAPES.items()]
WRONG: list[Any] = [
    None, True, 0, -1, 7, 1.5, 10**15, 10**15 + 1, "", " ", "\n", "x", "Điểm", "a\x00", "a\u202eb", "0.53",
    "01",
    "0.5\n", "1.2345", "999999.999", "1000000000000000", "999999999999999.999999", "2023-01-01", "2023-1-1",
    "2023-12-05T08:30:00+07:00", "2023-12-05T08:30:00", "qt/dong-ha", "qt//x", "QT", "1.1", "1..1", "x" * 33,
    "x" * 64, "x" * 65, "x" * 4000, "x" * 4001, [], ["1.1"], ["1.1"] * 501, ["qt/a"] * 1001, {}, {"x": "1"},
    {"": "1"}, {"sha256": "0" * 64}, {"kind": "judgement"}, {"kind": "nothing"},
]  # fmt: skip


@cache
def emission(name: str) -> dict[str, Any]:
    """An emission with every field of its type: the golden sample, as it was sent."""
    body = json.loads((GOLDEN / f"{name}.{SHAPES[name].class_version}.json").read_text("utf-8"))
    texts = {field: f"văn bản {field}" for field in SHAPES[name].TEXTS}
    envelope = {field: body[field] for field in ("id", "type", "source", "subject", "time")}
    sent = {field: value for field, value in body["data"].items() if field not in SHAPES[name].ADDED}
    return {**envelope, "specversion": "1.0", "data": {**sent, **texts}}


@cache
def samples() -> dict[str, dict[str, Any]]:
    """An emission of every type, and such with every kind of rule and of figures."""
    every_rule = changed(emission("RubricPublished"), ("data", "rubric"), sound())
    every_figure = changed(emission("SubmissionFiled"), ("data", "figures"), FIGURES)
    return {**{name: emission(name) for name in CATALOGUE}, "every rule": every_rule, "figures": every_figure}


def codec_takes(envelope: dict[str, Any]) -> bool:
    raw = json.dumps(envelope).encode()
    try:
        read = read_envelope(raw)
        read_emitted(read.type, SHAPES[read.type].class_version, bytes(read.data))
    except Faulty:
        return False
    return True


def schema_takes(envelope: dict[str, Any]) -> bool:
    return bool(validator(f"{envelope['type']}.schema.json").is_valid(envelope))


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a document, from the top."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield (*at, key)
        yield from places(item, (*at, key))


def changed(document: Any, place: tuple[Any, ...], value: Any) -> Any:
    """The document with another value at that place; `...` takes it away."""
    copied = copy.deepcopy(document)
    holder = copied
    for step in place[:-1]:
        holder = holder[step]
    if value is ...:
        del holder[place[-1]]
    else:
        holder[place[-1]] = value
    return copied


@pytest.mark.parametrize("path", NEWEST, ids=lambda path: path.stem)
def test_a_golden_sample_fits_as_it_was_recorded(path: Path) -> None:
    body = json.loads(path.read_text("utf-8"))
    told = FeedEvent(
        **{field: body[field] for field in ("id", "type", "source", "subject", "time", "version", "actor")},
        dataschema=f"{body['type']}/{body['shape']}", data=msgspec.Raw(json.dumps(body["data"]).encode()),
        root="qt", position=1, recordedat="2023-12-05T01:30:00.123456Z", leafhash="0" * 64,
    )  # fmt: skip
    event = json.loads(write_feed_event(told))
    assert not list(validator(f"{body['type']}.recorded.schema.json").iter_errors(event))


@pytest.mark.parametrize("name", CATALOGUE)
def test_an_emission_with_every_field_fits(name: str) -> None:
    assert codec_takes(emission(name))
    assert not list(validator(f"{name}.schema.json").iter_errors(emission(name)))


def test_the_emissions_of_the_example_fit() -> None:
    steps = steps_of(read_case(EXAMPLE), datetime(2026, 1, 1, tzinfo=UTC))
    envelopes = [json.loads(sent.payload) for step in steps for sent in step.emissions]
    assert len(envelopes) > 100
    for envelope in envelopes:
        assert not list(validator(f"{envelope['type']}.schema.json").iter_errors(envelope)), envelope["id"]


def test_an_emission_carries_nothing_that_the_ledger_adds() -> None:
    added = json.loads((GOLDEN / "ResultsPublished.1.json").read_text("utf-8"))["data"]
    for name in SHAPES["ResultsPublished"].ADDED:
        document = changed(emission("ResultsPublished"), ("data", name), added[name])
        assert not codec_takes(document)
        assert not schema_takes(document)


@pytest.mark.parametrize("name", [*CATALOGUE, "every rule", "figures"])
def test_what_is_missing_unknown_or_left_out_is_taken_or_refused_as_by_the_codec(name: str) -> None:
    whole = samples()[name]
    for place in places(whole["data"], ("data",)):
        for document in (changed(whole, place, ...), changed(whole, place, None)):
            assert schema_takes(document) == codec_takes(document), place
    unknown = changed(whole, ("data", "surplus"), 1)
    assert not schema_takes(unknown)
    assert not codec_takes(unknown)


@settings(max_examples=600, derandomize=True)
@given(st.data())
def test_a_value_that_does_not_belong_is_refused_by_both_or_by_none(data: st.DataObject) -> None:
    whole = samples()[data.draw(st.sampled_from(sorted(samples())))]
    place = data.draw(st.sampled_from(list(places(whole["data"], ("data",)))))
    document = changed(whole, place, data.draw(st.sampled_from(WRONG)))
    assert schema_takes(document) == codec_takes(document)


@pytest.mark.parametrize(
    ("place", "value"),
    [
        *(((name,), ...) for name in ("specversion", "id", "source", "subject", "time", "data")),
        (("specversion",), "0.3"),
        (("id",), "0199C0DE-7F3A-7C21-9D44-0A1B2C3D4E5F"),
        (("id",), 7),
        (("time",), "2023-12-05T08:30:00"),
        (("data",), []),
        (("data",), "text"),
        (("subject",), ""),
        (("source",), ""),
    ],
)
def test_an_envelope_that_the_codec_refuses_is_refused(place: tuple[str, ...], value: Any) -> None:
    document = changed(emission("SubmissionFiled"), place, value)
    assert not codec_takes(document)
    assert not schema_takes(document)


@pytest.mark.parametrize(
    ("name", "subject", "fits"),
    [
        ("SubmissionFiled", "qt/dong-ha@2023", True),
        ("SubmissionFiled", "qt/dong-ha", False),
        ("SubmissionFiled", "qt/dong-ha@", False),
        ("RoundOpened", "qt@2023", True),
        ("RoundOpened", "qt", False),
        ("UnitRegistered", "qt/dong-ha", True),
        ("UnitRegistered", "qt/dong-ha@2023", False),
        ("UnitRegistered", "Đông Hà", False),
        ("TextErased", "qt/dong-ha@2023", True),
        ("TextErased", "qt/dong-ha", True),
        ("TextErased", "qt/dong-ha@2023@2024", False),
    ],
)
def test_the_subject_is_of_the_types_kind(name: str, subject: str, fits: bool) -> None:
    assert schema_takes(changed(emission(name), ("subject",), subject)) == fits


def test_an_emission_of_another_type_or_another_shape_is_not_of_this_schema() -> None:
    whole = emission("SubmissionFiled")
    assert not validator("SubmissionWithdrawn.schema.json").is_valid(whole)
    assert schema_takes({**whole, "dataschema": "SubmissionFiled/1", "traceparent": 7, "other": None})
    assert not schema_takes({**whole, "dataschema": "SubmissionFiled/99"})


def test_the_record_holds_no_text_in_plain() -> None:
    recorded = validator("SubmissionFiled.recorded.schema.json#/$defs/SubmissionFiled")
    assert not recorded.is_valid({"leaf": "1.1", "self_points": "1", "note": "in plain"})
