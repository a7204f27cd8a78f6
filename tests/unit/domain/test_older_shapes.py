"""An emission in an older shape, which it names, is judged and recorded as the newest."""

from typing import Any

import pytest

from shared.codec.shapes import DossierSubmitted, LeafAssigned
from tests.older import ASSIGNED, ASSIGNED_NOW, SIGNED, SIGNED_NOW
from tests.unit.domain.sayings import Saying, assigned, submitted
from tests.unit.domain.scene import scene

NEWEST = {
    "LeafAssigned": LeafAssigned(["1.1", "2.1"], "Văn phòng", ["Tư pháp"]),
    "DossierSubmitted": DossierSubmitted("215/BC-UBND", "2023-12-10", "Chủ tịch UBND"),
}


def of(type_: str, data: Any, version: int | None = None) -> Saying:
    """It, said in a version of its shape; without one, the version goes without saying."""
    saying = assigned() if type_ == "LeafAssigned" else submitted()
    said = {} if version is None else {"dataschema": f"{type_}/{version}"}
    return Saying(type_, saying.source, saying.subject, data).with_attributes(**said)


@pytest.mark.parametrize(
    ("type_", "data", "version"),
    [
        ("LeafAssigned", ASSIGNED, 1),
        ("LeafAssigned", {**ASSIGNED, "support": ["Tư pháp"]}, 1),
        ("LeafAssigned", ASSIGNED_NOW, 1),
        ("LeafAssigned", ASSIGNED_NOW, 2),
        ("LeafAssigned", ASSIGNED_NOW, None),
        ("DossierSubmitted", SIGNED, 1),
        ("DossierSubmitted", SIGNED_NOW, 1),
        ("DossierSubmitted", SIGNED_NOW, 2),
        ("DossierSubmitted", SIGNED_NOW, None),
    ],
)
def test_whatever_its_shape_was_it_is_recorded_in_the_newest(
    type_: str, data: dict[str, Any], version: int | None
) -> None:
    [*_, event] = scene().given(of(type_, data, version)).events
    assert (event.shape, event.data) == (2, NEWEST[type_])


def test_a_shape_of_before_is_taken_without_what_may_be_left_out() -> None:
    begun = scene().given(of("LeafAssigned", {"leaves": ["1.1"], "responsible": "Văn phòng"}, 1))
    begun.given(of("DossierSubmitted", {}, 1))
    assert [event.data for event in begun.events[-2:]] == [
        LeafAssigned(["1.1"], "Văn phòng"),
        DossierSubmitted(),
    ]


def test_the_same_said_in_another_shape_changes_nothing() -> None:
    begun = scene().given(of("LeafAssigned", ASSIGNED, 1))
    begun.when(of("LeafAssigned", ASSIGNED_NOW)).then("no-change")
    begun.when(of("LeafAssigned", ASSIGNED, 1)).then("no-change")


@pytest.mark.parametrize(
    ("type_", "data", "version", "pointer"),
    [
        ("LeafAssigned", ASSIGNED, None, "/data/responsible"),
        ("LeafAssigned", ASSIGNED, 2, "/data/responsible"),
        ("LeafAssigned", ASSIGNED, 3, "/dataschema"),
        ("LeafAssigned", {**ASSIGNED_NOW, "support": "Tư pháp"}, None, "/data/support"),
        ("LeafAssigned", {**ASSIGNED, "lead": "Văn phòng"}, 1, "/data/responsible"),
        ("LeafAssigned", {**ASSIGNED, "support": 5}, 1, "/data/support"),
        ("LeafAssigned", {"leaves": ["1.1"]}, 1, "/data/lead"),
        ("DossierSubmitted", SIGNED, None, "/data/signed_by"),
        ("DossierSubmitted", {**SIGNED, "signed_as": "Chủ tịch"}, 1, "/data/signed_by"),
        ("DossierSubmitted", {**SIGNED, "title": "Chủ tịch"}, 1, "/data/title"),
    ],
)
def test_words_that_belong_to_no_shape_or_to_another_are_refused_by_name(
    type_: str, data: Any, version: int | None, pointer: str
) -> None:
    scene().when(of(type_, data, version)).then("invalid-data", pointer)


@pytest.mark.parametrize("data", [[], ["signed_by"], "signed_by", 5, None])
@pytest.mark.parametrize("type_", ["LeafAssigned", "DossierSubmitted"])
def test_what_is_no_object_is_told_so_whatever_the_shape(type_: str, data: Any) -> None:
    answers = [
        scene().when(of(type_, data, version)).then("invalid-data", "/data").answer
        for version in (None, 1, 2)
    ]
    assert answers == [answers[0]] * 3
