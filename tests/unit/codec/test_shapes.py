"""Shapes: the catalogue's types, and how an older shape is read."""

from typing import Any

import msgspec
import pytest

from shared.codec.catalogue import APPRAISAL_TYPES, CATALOGUE, INGEST_TYPES
from shared.codec.fields import Code, Points
from shared.codec.shapes import SHAPES, Data, decode_data, upcast


class ScoreGiven(Data, frozen=True):
    """Made up: what was once one number is points and a code; in shape 2 the code was `criterion`."""

    class_version = 3
    leaf: Code
    points: Points

    @staticmethod
    def upcast_v1_v2(data: dict[str, Any]) -> None:
        """Shape 1 held whole points, as a number."""
        data["points"] = str(int(data.pop("score")))

    @staticmethod
    def upcast_v2_v3(data: dict[str, Any]) -> None:
        """Shape 2 called the leaf a criterion."""
        data["leaf"] = data.pop("criterion")


def test_every_type_has_a_shape_and_a_service() -> None:
    assert SHAPES.keys() == CATALOGUE.keys()
    assert CATALOGUE.keys() == INGEST_TYPES | APPRAISAL_TYPES
    assert not INGEST_TYPES & APPRAISAL_TYPES
    filing = {"SubmissionFiled", "SubmissionWithdrawn", "LeafAssigned", "DossierSubmitted"}
    evidence = {"EvidenceAttached", "EvidenceMoved", "EvidenceWithdrawn"}
    following = {"DisputeRaised", "RemediationPlanned", "RemediationReported"}
    assert filing | evidence | following == INGEST_TYPES


def test_every_free_text_of_a_shape_is_a_field_of_it() -> None:
    for shape in SHAPES.values():
        assert set(shape.TEXTS) <= set(shape.__struct_fields__)


@pytest.mark.parametrize(
    ("version", "values"),
    [
        (1, {"criterion": "1.1", "score": 2}),
        (2, {"criterion": "1.1", "points": "2"}),
        (3, {"leaf": "1.1", "points": "2"}),
    ],
)
def test_an_older_shape_is_read_as_the_newest_step_by_step(version: int, values: dict[str, Any]) -> None:
    assert upcast(ScoreGiven, version, values) == ScoreGiven("1.1", "2")


@pytest.mark.parametrize(
    ("version", "values"),
    [
        (0, {"leaf": "1.1", "points": "2"}),
        (4, {"leaf": "1.1", "points": "2"}),
        (1, {"criterion": "1.1"}),
        (1, {"criterion": "1.1", "score": "hai"}),
        (1, {"criterion": "1.1", "score": 2, "more": 1}),
        (1, {"criterion": "1.1", "score": -2}),
        (1, 5),
        (1, None),
        (1, ["criterion"]),
        (2, {"criterion": "1.1", "points": "2", "leaf": "2.2", "extra": 1}),
        (3, {"criterion": "1.1", "points": "2"}),
    ],
)
def test_what_is_of_no_shape_is_refused_whatever_it_is(version: int, values: Any) -> None:
    with pytest.raises(msgspec.ValidationError):
        upcast(ScoreGiven, version, values)


def test_the_newest_shape_is_the_one_that_is_decoded() -> None:
    changed = {name: shape.class_version for name, shape in SHAPES.items() if shape.class_version > 1}
    assert changed == {"LeafAssigned": 2, "DossierSubmitted": 2}
    raw = b'{"leaf": "1.1", "reason": "x"}'
    assert decode_data("LeafIncluded", 1, raw) == SHAPES["LeafIncluded"](leaf="1.1", reason="x")  # type: ignore[call-arg]
    with pytest.raises(msgspec.ValidationError):
        decode_data("LeafIncluded", 2, raw)
    with pytest.raises(KeyError):
        decode_data("LeafForgotten", 1, raw)
