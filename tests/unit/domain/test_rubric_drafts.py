"""A rubric of which some cannot be read: all that is wrong is named, and nothing that only follows."""

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.problems import Refused
from shared.domain.rubric_draft import every_fault
from tests.unit.domain.random_dossiers import rubrics
from tests.unit.domain.sayings import published
from tests.unit.domain.scene import TREE, Scene
from tests.unit.domain.test_rubric_faults import (
    FAULTS,
    Spoil,
    area,
    change,
    criterion,
    item,
    part,
    remove,
    sound,
    whole,
)

JSON = dict[str, Any]
WRONG: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    "",
    "x",
    "1.1",
    "0.125",
    [],
    ["1"],
    {},
    {"kind": "rate"},
    {"a": "1"},
]


def places(*spoils: Spoil) -> list[str]:
    """Where something is said to be wrong, once it is spoilt so."""
    made = deepcopy(sound())
    for spoil in spoils:
        spoil(made)
    return [fault.pointer for fault in every_fault(made, "", 100)]


@pytest.mark.parametrize(("spoil", "pointer"), FAULTS, ids=[f"{n}{at}" for n, (_, at) in enumerate(FAULTS)])
def test_a_fault_is_named_also_beside_one_that_cannot_be_read(spoil: Spoil, pointer: str) -> None:
    assert pointer in places(spoil)
    beside = change(whole, owner="qt")
    assert {pointer, "/owner"} <= {*places(spoil, beside)}


@pytest.mark.parametrize(
    ("spoils", "named"),
    [
        (
            (remove(criterion, "rule"), change(criterion, max="0")),
            {"/areas/0/criteria/0/max", "/areas/0/max"},
        ),
        (
            (change(criterion, rule={"kind": "magic"}), change(part, rule={"kind": "rate", "floor": 1.5})),
            {"/areas/0/criteria/0/rule/kind", "/areas/0/criteria/1/parts/0/rule/floor"},
        ),
        (
            (change(criterion, needs=["9.9"]), change(item, weight="1"), change(whole, total="24")),
            {"/areas/0/criteria/0/needs/0", "/bonus/items/0/weight", "/total"},
        ),
    ],
)
def test_faults_of_shape_and_of_sense_are_named_together(spoils: tuple[Spoil, ...], named: set[str]) -> None:
    assert named <= {*places(*spoils)}


@pytest.mark.parametrize(
    ("spoil", "only"),
    [
        (change(criterion, max=2), "/areas/0/criteria/0/max"),
        (remove(part, "max"), "/areas/0/criteria/1/parts/0/max"),
        (change(criterion, code=1.1), "/areas/0/criteria/0/code"),
        (change(lambda r: area(r, 1), code=2), "/areas/1/code"),
        (remove(item, "code"), "/bonus/items/0/code"),
        (remove(part, "rule"), "/areas/0/criteria/1/parts/0/rule"),
        (change(lambda r: criterion(r, 0, 1), parts=[]), "/areas/0/criteria/1/parts"),
        (change(lambda r: r["grades"][0], from_=95), "/grades/0/from"),
        (change(lambda r: r["points"], scale="2"), "/points/scale"),
        (change(part, needs="1.1"), "/areas/0/criteria/1/parts/0/needs"),
        (change(part, needs=["1.1", 1.2]), "/areas/0/criteria/1/parts/0/needs/1"),
        (change(whole, bonus="2"), "/bonus"),
        (change(area, criteria=[5]), "/areas/0/criteria/0"),
    ],
)
def test_what_follows_from_a_fault_is_not_told(spoil: Spoil, only: str) -> None:
    assert places(spoil) == [only]


def test_a_refusal_names_them_all() -> None:
    made = sound()
    criterion(made)["rule"] = {"kind": "choice"}
    part(made)["documents"] = "Báo cáo"
    made["grades"].pop()
    answer = Scene().given(*TREE).when(published(made)).then("invalid-data").answer
    assert isinstance(answer, Refused)
    assert [fault.pointer.removeprefix("/data/rubric") for fault in answer.faults] == [
        "/areas/0/criteria/0/rule/levels",
        "/areas/0/criteria/1/parts/0/documents",
        "/grades/3/from",
    ]


def test_what_stands_beside_the_rubric_is_named_too() -> None:
    made = sound()
    made["grades"].pop()
    answer = Scene().given(*TREE).when(published(made).but(note="thêm")).then("invalid-data").answer
    assert isinstance(answer, Refused)
    assert [fault.pointer for fault in answer.faults] == ["/data/note", "/data/rubric/grades/3/from"]


def test_text_that_is_not_let_in_is_named_wherever_it_is() -> None:
    assert places(change(whole, name="a\x00"), change(part, documents=["b\u202e"])) == [
        "/name",
        "/areas/0/criteria/1/parts/0/documents/0",
    ]


@pytest.mark.parametrize(
    "document", [None, 5, "x", [], [1], {}, {"areas": 5}, {"areas": [{}], "grades": [[]]}]
)
def test_what_is_no_rubric_at_all_gets_an_answer(document: Any) -> None:
    assert every_fault(document, "", 100)


@settings(max_examples=200)
@given(st.data())
def test_whatever_is_put_anywhere_gets_an_answer_and_nothing_else_is_blamed_for_ever(
    data: st.DataObject,
) -> None:
    made, _ = data.draw(rubrics())
    assert every_fault(made, "", 100) == []
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from([*_places(made)]))
        holder[key] = deepcopy(data.draw(st.sampled_from(WRONG)))
    judged = Scene().given(*TREE).when(published(made))
    assert bool(every_fault(made, "", 100)) == isinstance(judged.answer, Refused)


def _places(value: Any) -> Any:
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(items):
        yield value, key
        yield from _places(one)
