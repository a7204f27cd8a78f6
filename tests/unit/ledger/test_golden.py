"""What was ever written is read for ever: a body of every shape of every event, and the leaf hash vector."""

import json
from pathlib import Path
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
import pytest
from eventsourcing.persistence import MapperDeserialisationError, StoredEvent

from shared.codec.canonical import canonical
from shared.codec.catalogue import CATALOGUE
from shared.codec.envelope import instant, microseconds, time_text
from shared.codec.hashes import commitment, entry, leaf_hash
from shared.codec.shapes import SHAPES, Data, decode_data
from shared.ledger.mapper import RecordedMapper
from shared.ledger.records import read_body, write_body

GOLDEN = Path(__file__).parents[2] / "golden"
SAMPLES = sorted(path for path in GOLDEN.glob("*.json") if path.name != "leaf-hash-vector.json")
VECTOR = json.loads((GOLDEN / "leaf-hash-vector.json").read_text(encoding="utf-8"))


def stored(path: Path) -> StoredEvent:
    """A sample as the library's recorder would hand it out."""
    body = read_body(path.read_bytes())
    return StoredEvent(body.subject, body.version, body.type, path.read_bytes())


def test_every_shape_ever_written_has_its_sample() -> None:
    """A class of SHAPES gets a sample with each new version; no sample is ever taken away.

    A version that was written in two ways has a sample of each: `<Type>.<version>.<word>.json`.
    """
    wanted = {f"{name}.{n}" for name, shape in SHAPES.items() for n in range(1, shape.class_version + 1)}
    assert {".".join(path.name.split(".")[:2]) for path in SAMPLES} == wanted
    assert set(SHAPES) == set(CATALOGUE)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_is_read_as_the_newest_shape(path: Path) -> None:
    name, version, *_ = path.name.split(".")
    body = read_body(path.read_bytes())
    assert (body.type, body.shape) == (name, int(version))
    assert isinstance(decode_data(body.type, body.shape, body.data), SHAPES[name])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_of_the_newest_shape_is_written_as_it_was(path: Path) -> None:
    """Byte for byte: else what is recorded today would hash to something else than it did."""
    mapper = RecordedMapper()
    event = mapper.to_domain_event(stored(path))
    if event.recorded.shape == SHAPES[event.recorded.name].class_version:
        assert write_body(event.recorded) == path.read_bytes()
        assert mapper.to_stored_event(event).state == path.read_bytes()
    assert path.read_bytes() == canonical(msgspec.json.decode(path.read_bytes()))


@pytest.mark.parametrize("name", ["DossierSubmitted", "LeafAssigned"])
def test_the_samples_of_every_shape_of_an_event_say_the_same(name: str) -> None:
    """They were written of one event: however it was put, it is read as one."""
    samples = sorted(GOLDEN.glob(f"{name}.*.json"))
    assert [path.name.split(".")[1] for path in samples] == ["1", "1", "2"]
    newest, *older = [
        decode_data(body.type, body.shape, body.data)
        for path in reversed(samples)
        if (body := read_body(path.read_bytes()))
    ]
    assert older == [newest, newest]


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_fills_every_field_of_its_shape(path: Path) -> None:
    body = read_body(path.read_bytes())
    shape = SHAPES[body.type]
    if body.shape == shape.class_version:
        filled = msgspec.json.decode(body.data)
        assert filled.keys() == set(shape.__struct_encode_fields__)
        assert all(filled[name].keys() == {"sha256"} for name in shape.TEXTS)


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_the_free_texts_of_a_shape_are_those_that_can_be_a_commitment(shape: type[Data]) -> None:
    hints: dict[str, Any] = get_type_hints(shape)
    committed = {name for name, hint in hints.items() if "Commitment" in _names(hint)}
    assert set(shape.TEXTS) == committed


def _names(hint: Any) -> set[str]:
    if get_origin(hint) in (Union, UnionType):
        return {name for part in get_args(hint) for name in _names(part)}
    return {getattr(hint, "__name__", "")}


def test_the_leaf_hash_of_the_vector() -> None:
    body = VECTOR["body"].encode()
    when = microseconds(instant(VECTOR["recorded_at"]))
    assert when == VECTOR["recorded_us"]
    assert time_text(instant(VECTOR["recorded_at"])) == VECTOR["recorded_at"]
    assert entry(body, when).hex() == VECTOR["entry"]
    assert leaf_hash(entry(body, when)).hex() == VECTOR["leaf_hash"]
    assert canonical(msgspec.json.decode(body)) == body


def test_the_commitment_of_the_vector() -> None:
    text = VECTOR["text"]
    note = json.loads(VECTOR["body"])["data"][text["field"]]
    assert commitment(bytes.fromhex(text["salt"]), text["text"]) == note["sha256"]


@pytest.mark.parametrize(
    "state",
    [b"", b"{", b"{}", b"\xff", b"1", VECTOR["body"].replace('"shape":1', '"shape":2').encode()],
)
def test_a_body_that_cannot_be_read_says_so(state: bytes) -> None:
    with pytest.raises(MapperDeserialisationError, match="version 12"):
        RecordedMapper().to_domain_event(StoredEvent("qt/dong-ha@2023", 12, "SubmissionFiled", state))


def test_a_body_of_another_event_is_not_taken_for_this_one() -> None:
    with pytest.raises(MapperDeserialisationError, match="holds the body of"):
        RecordedMapper().to_domain_event(
            StoredEvent("qt/dong-ha@2023", 13, "SubmissionFiled", VECTOR["body"].encode())
        )


def test_an_older_shape_is_brought_up_one_step_per_version(monkeypatch: pytest.MonkeyPatch) -> None:
    class SubmissionFiled(SHAPES["SubmissionFiled"], frozen=True):  # pyright: ignore[reportGeneralTypeIssues]
        """The third shape: a comment was added, and then renamed."""

        class_version = 3
        remark: str = ""

        @staticmethod
        def upcast_v1_v2(data: dict[str, Any]) -> None:
            data["comment"] = f"claims {data['self_points']}"

        @staticmethod
        def upcast_v2_v3(data: dict[str, Any]) -> None:
            data["remark"] = data.pop("comment")

    monkeypatch.setattr("shared.codec.shapes.table.SHAPES", {**SHAPES, "SubmissionFiled": SubmissionFiled})
    event = RecordedMapper().to_domain_event(stored(GOLDEN / "SubmissionFiled.1.json")).recorded
    assert isinstance(event.data, SubmissionFiled)
    assert (event.shape, event.data.remark) == (1, "claims 0.53")
