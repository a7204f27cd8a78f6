"""A rubric is refused unless nothing is wrong with it, and each fault is named with its place."""

from collections.abc import Callable
from copy import deepcopy
from hashlib import sha256
from typing import Any

import pytest

from shared.codec.canonical import canonical
from shared.domain.problems import MOST_FAULTS, Refused
from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import opened, penalty, published, scored
from tests.unit.domain.scene import TREE, Scene

JSON = dict[str, Any]
Spoil = Callable[[JSON], None]
AT = "/data/rubric"


def sound() -> JSON:
    """A rubric with everything in it, and no fault."""
    made = rubric(
        leaf("1.1", "2", {"kind": "judgement", "step": "0.25"}, was="1.2"),
        leaf("1.2.1", "1.5", RATE, evidence="required", source="unit", needs=["1.1"], documents=["Báo cáo"]),
        leaf("1.2.2", "1.50", {"kind": "choice", "levels": {"Đạt": "1.5", "không/chưa": "0"}}),
        leaf("2.1", "3", {"kind": "steps", "of": "count", "steps": [{"from": "1", "points": "1"}]}),
        leaf("2.2", "2", {"kind": "count", "each": "0.5"}, source="system"),
        leaf("2.3", "5", {"kind": "deduct", "each": {"muộn": "0.5"}}, source="survey"),
        leaf("3.1", "1", {"kind": "growth", "target": "0.05"}),
        leaf("3.2", "1", {"kind": "checklist", "items": {"a": "0.5", "b": "2"}, "all": False}),
        leaf("3.3", "1", {"kind": "timely", "on_time": "0.25", "late": "0"}),
        leaf("3.4", "1", {"kind": "sum", "parts": {"a/b": {"max": "0.5", "rule": RATE}}}),
        leaf(
            "3.5",
            "1",
            {"kind": "best_of", "rules": [{"kind": "sum", "parts": {"a": {"max": "5", "rule": RATE}}}]},
        ),
        leaf("3.6", "1", {"kind": "survey"}),
        leaf("3.7", "1", {"kind": "rollup", "leaf": "9.9", "of": "mean"}),
        leaf("3.8", "1", {"kind": "rollup", "leaf": "3.8", "of": "share", "from": "1"}),
        bonus={"max": "2", "items": [leaf("B.1", "1"), leaf("B.2", "1.5", needs=["B.1", "2.1"])]},
        total="23",
        basis="1325/QĐ-UBND",
    )
    made["areas"][0]["max"] = "5"
    made["areas"][0]["criteria"][1]["max"] = "3"
    made["areas"][1]["max"] = "10.0"
    return made


def area(made: JSON, n: int = 0) -> JSON:
    return made["areas"][n]


def criterion(made: JSON, a: int = 0, c: int = 0) -> JSON:
    return made["areas"][a]["criteria"][c]


def part(made: JSON, p: int = 0) -> JSON:
    return made["areas"][0]["criteria"][1]["parts"][p]


def item(made: JSON, n: int = 0) -> JSON:
    return made["bonus"]["items"][n]


def change(found: Callable[[JSON], JSON], **fields: Any) -> Spoil:
    def spoil(made: JSON) -> None:
        found(made).update({name.rstrip("_"): value for name, value in fields.items()})

    return spoil


def remove(found: Callable[[JSON], JSON], *names: str) -> Spoil:
    def spoil(made: JSON) -> None:
        for name in names:
            del found(made)[name]

    return spoil


def whole(made: JSON) -> JSON:
    return made


def second(made: JSON) -> JSON:
    return criterion(made, 1)


def ruled(**rule: Any) -> Spoil:
    """The first criterion gets this rule."""
    return change(criterion, rule={name.rstrip("_"): value for name, value in rule.items()})


def part_of_a_sum(**part: Any) -> Spoil:
    return ruled(kind="sum", parts={"a/b": {"max": "1", "rule": RATE, **part}})


RULE = "/areas/0/criteria/0/rule"
FAULTS: list[tuple[Spoil, str]] = [
    # Codes.
    (change(lambda r: criterion(r, 1, 1), code="2.1"), "/areas/1/criteria/1/code"),
    (change(lambda r: part(r, 1), code="1.2.1"), "/areas/0/criteria/1/parts/1/code"),
    (change(lambda r: item(r, 1), code="B.1"), "/bonus/items/1/code"),
    (change(lambda r: area(r, 1), code="1"), "/areas/1/code"),
    (change(second, code="3.1"), "/areas/1/criteria/0/code"),
    (change(second, code="21"), "/areas/1/criteria/0/code"),
    (change(part, code="1.3.1"), "/areas/0/criteria/1/parts/0/code"),
    (change(part, code="1.21"), "/areas/0/criteria/1/parts/0/code"),
    (change(lambda r: area(r, 1), code="2.0"), "/areas/1/code"),
    (change(lambda r: area(r, 1), code="II"), "/areas/1/code"),
    (change(item, code="9.1"), "/bonus/items/0/code"),
    (change(item, code=""), "/bonus/items/0/code"),
    (change(item, code="B..1"), "/bonus/items/0/code"),
    # Maxima.
    (change(criterion, max="0"), "/areas/0/criteria/0/max"),
    (change(part, max="0.00"), "/areas/0/criteria/1/parts/0/max"),
    (change(item, max="0"), "/bonus/items/0/max"),
    (change(criterion, max="2.1234"), "/areas/0/criteria/0/max"),
    (change(criterion, max="2.125"), "/areas/0/criteria/0/max"),
    (change(criterion, max="-2"), "/areas/0/criteria/0/max"),
    (change(criterion, max=2), "/areas/0/criteria/0/max"),
    (change(item, max="1.125"), "/bonus/items/0/max"),
    (change(lambda r: r["bonus"], max="1.125"), "/bonus/max"),
    (change(area, max="5.000"), "/areas/0/max"),
    (change(whole, total="23.000"), "/total"),
    (change(area, max="4.5"), "/areas/0/max"),
    (change(lambda r: criterion(r, 0, 1), max="2"), "/areas/0/criteria/1/max"),
    (change(whole, total="16.5"), "/total"),
    (remove(criterion, "max"), "/areas/0/criteria/0/max"),
    (remove(part, "max"), "/areas/0/criteria/1/parts/0/max"),
    # Grades.
    (change(lambda r: r["grades"][1], from_="95"), "/grades/1/from"),
    (change(lambda r: r["grades"][1], from_="97"), "/grades/1/from"),
    (change(lambda r: r["grades"][4], from_="1"), "/grades/4/from"),
    (change(whole, grades=[]), "/grades"),
    # Rules.
    (remove(criterion, "rule"), "/areas/0/criteria/0/rule"),
    (change(criterion, rule={"kind": "magic"}), "/areas/0/criteria/0/rule/kind"),
    (change(criterion, rule={}), "/areas/0/criteria/0/rule/kind"),
    (change(criterion, rule={"kind": "judgement", "step": "0"}), "/areas/0/criteria/0/rule/step"),
    (change(criterion, rule={"kind": "judgement", "step": "0.125"}), "/areas/0/criteria/0/rule/step"),
    (change(criterion, rule={"kind": "judgement", "levels": {}}), "/areas/0/criteria/0/rule/levels"),
    (change(criterion, rule={"kind": "choice"}), "/areas/0/criteria/0/rule/levels"),
    (change(criterion, rule={"kind": "choice", "levels": {}}), "/areas/0/criteria/0/rule/levels"),
    (
        change(criterion, rule={"kind": "choice", "levels": {"a/b": "0.125"}}),
        "/areas/0/criteria/0/rule/levels/a~1b",
    ),
    (change(criterion, rule={"kind": "rate", "target": "0"}), "/areas/0/criteria/0/rule/target"),
    (change(criterion, rule={"kind": "rate", "target": "0.000000"}), "/areas/0/criteria/0/rule/target"),
    (change(criterion, rule={"kind": "rate", "over": "yes"}), "/areas/0/criteria/0/rule/over"),
    (change(criterion, rule={"kind": "steps", "of": "rate"}), "/areas/0/criteria/0/rule/steps"),
    (
        change(criterion, rule={"kind": "steps", "of": "size", "steps": [{"from": "1", "points": "1"}]}),
        "/areas/0/criteria/0/rule/of",
    ),
    (change(criterion, rule={"kind": "steps", "of": "rate", "steps": []}), "/areas/0/criteria/0/rule/steps"),
    (
        change(
            criterion,
            rule={
                "kind": "steps",
                "of": "rate",
                "steps": [{"from": "1", "points": "1"}, {"from": "1.0", "points": "2"}],
            },
        ),
        "/areas/0/criteria/0/rule/steps",
    ),
    (
        change(criterion, rule={"kind": "steps", "of": "rate", "steps": [{"from": "1", "points": "0.125"}]}),
        "/areas/0/criteria/0/rule/steps/0/points",
    ),
    (change(criterion, rule={"kind": "count"}), "/areas/0/criteria/0/rule/each"),
    (change(criterion, rule={"kind": "count", "each": "0.125"}), "/areas/0/criteria/0/rule/each"),
    (change(criterion, rule={"kind": "deduct", "each": {}}), "/areas/0/criteria/0/rule/each"),
    (
        change(criterion, rule={"kind": "deduct", "each": {"muộn": "0.125"}}),
        "/areas/0/criteria/0/rule/each/muộn",
    ),
    (ruled(kind="checklist"), f"{RULE}/items"),
    (ruled(kind="checklist", items={}), f"{RULE}/items"),
    (ruled(kind="checklist", items={"a/b": "0.125"}), f"{RULE}/items/a~1b"),
    (ruled(kind="checklist", items={"a": "1"}, all="yes"), f"{RULE}/all"),
    (ruled(kind="growth"), f"{RULE}/target"),
    (ruled(kind="growth", target="0.0"), f"{RULE}/target"),
    (ruled(kind="timely", on_time="1"), f"{RULE}/late"),
    (ruled(kind="timely", late="1"), f"{RULE}/on_time"),
    (ruled(kind="timely", on_time="0.125", late="0"), f"{RULE}/on_time"),
    (ruled(kind="timely", on_time="1", late="0.125"), f"{RULE}/late"),
    (ruled(kind="sum"), f"{RULE}/parts"),
    (ruled(kind="sum", parts={}), f"{RULE}/parts"),
    (part_of_a_sum(max="0"), f"{RULE}/parts/a~1b/max"),
    (part_of_a_sum(max="0.125"), f"{RULE}/parts/a~1b/max"),
    (part_of_a_sum(rule={"kind": "count", "each": "0.125"}), f"{RULE}/parts/a~1b/rule/each"),
    (part_of_a_sum(rule={"kind": "rate", "target": "0"}), f"{RULE}/parts/a~1b/rule/target"),
    (part_of_a_sum(rule={"kind": "judgement"}), f"{RULE}/parts/a~1b/rule/kind"),
    (ruled(kind="best_of"), f"{RULE}/rules"),
    (ruled(kind="best_of", rules=[]), f"{RULE}/rules"),
    (ruled(kind="best_of", rules=[RATE, {"kind": "survey"}]), f"{RULE}/rules/1/kind"),
    (ruled(kind="best_of", rules=[RATE, {"kind": "growth", "target": "0"}]), f"{RULE}/rules/1/target"),
    (ruled(kind="survey", of="100"), f"{RULE}/of"),
    (ruled(kind="rollup", of="mean"), f"{RULE}/leaf"),
    (ruled(kind="rollup", leaf="1.1"), f"{RULE}/of"),
    (ruled(kind="rollup", leaf="1.1", of="median"), f"{RULE}/of"),
    (ruled(kind="rollup", leaf="1.1", of="share"), f"{RULE}/from"),
    (ruled(kind="rollup", leaf="1.1", of="mean", from_="0.5"), f"{RULE}/from"),
    (ruled(kind="rollup", leaf="1.1", of="share", from_="80"), f"{RULE}/from"),
    # Needs.
    (change(criterion, needs=["9.9"]), "/areas/0/criteria/0/needs/0"),
    (change(criterion, needs=["2.1", "1.2"]), "/areas/0/criteria/0/needs/1"),
    (change(criterion, needs=["1"]), "/areas/0/criteria/0/needs/0"),
    (change(criterion, needs=["1.1"]), "/areas/0/criteria/0/needs"),
    # A criterion with parts is no leaf.
    (change(lambda r: criterion(r, 0, 1), rule=RATE), "/areas/0/criteria/1/rule"),
    (change(lambda r: criterion(r, 0, 1), needs=["1.1"]), "/areas/0/criteria/1/needs"),
    (change(lambda r: criterion(r, 0, 1), evidence="required"), "/areas/0/criteria/1/evidence"),
    (change(lambda r: criterion(r, 0, 1), source="survey"), "/areas/0/criteria/1/source"),
    (change(lambda r: criterion(r, 0, 1), parts=[]), "/areas/0/criteria/1/parts"),
    # The whole.
    (change(whole, id_="QT 2023"), "/id"),
    (remove(whole, "name"), "/name"),
    (remove(whole, "points"), "/points"),
    (change(lambda r: r["points"], scale=4), "/points/scale"),
    (change(lambda r: r["points"], rounding="up"), "/points/rounding"),
    (change(lambda r: r["index"], scale=-1), "/index/scale"),
    (change(lambda r: r["index"], cap=100), "/index/cap"),
    (change(whole, areas=[]), "/areas"),
    (change(area, criteria=[]), "/areas/0/criteria"),
    (change(whole, owner="qt"), "/owner"),
    (change(criterion, weight="2"), "/areas/0/criteria/0/weight"),
    (change(criterion, source="council"), "/areas/0/criteria/0/source"),
]


def publish(made: JSON) -> Scene:
    return Scene().given(*TREE).when(published(made))


@pytest.mark.parametrize(("spoil", "pointer"), FAULTS, ids=[f"{n}{at}" for n, (_, at) in enumerate(FAULTS)])
def test_each_fault_is_named_with_its_place(spoil: Spoil, pointer: str) -> None:
    made = deepcopy(sound())
    spoil(made)
    answer = publish(made).then("invalid-data").answer
    assert isinstance(answer, Refused)
    named = [answer.pointer, *(fault.pointer for fault in answer.faults)]
    assert AT + pointer in named, named


def test_a_rubric_without_fault_is_published() -> None:
    publish(sound()).then(None)


def test_all_faults_are_named_at_once() -> None:
    made = sound()
    criterion(made)["max"] = "0"
    part(made)["needs"] = ["9.9"]
    made["grades"].pop()
    made["total"] = "99"
    answer = publish(made).then("invalid-data", f"{AT}/areas/0/criteria/0/max").answer
    assert isinstance(answer, Refused)
    assert {fault.pointer.removeprefix(AT) for fault in answer.faults} == {
        "/areas/0/criteria/0/max",
        "/areas/0/max",
        "/total",
        "/grades/3/from",
        "/areas/0/criteria/1/parts/0/needs/0",
    }
    assert all(fault.en in answer.en and fault.vi in answer.vi for fault in answer.faults)
    assert len(answer.as_problem()["faults"]) == 5


def test_each_circle_of_needs_is_named() -> None:
    made = rubric(
        leaf("1.1", needs=["1.2"]),
        leaf("1.2", needs=["1.3"]),
        leaf("1.3", needs=["1.1"]),
        leaf("2.1", needs=["2.2"]),
        leaf("2.2", needs=["2.1"]),
        leaf("2.3", needs=["2.1"]),
    )
    answer = publish(made).then("invalid-data").answer
    assert isinstance(answer, Refused)
    assert len(answer.faults) == 2
    assert all(fault.pointer.endswith("/needs") and " → " in fault.en for fault in answer.faults)
    assert {fault.pointer.removeprefix(AT)[:8] for fault in answer.faults} == {"/areas/0", "/areas/1"}


def test_needs_that_meet_again_are_no_circle() -> None:
    publish(
        rubric(
            leaf("1.1"),
            leaf("1.2", needs=["1.1"]),
            leaf("1.3", needs=["1.1"]),
            leaf("1.4", needs=["1.2", "1.3"]),
        )
    ).then(None)


def test_a_rubric_full_of_faults_gets_an_answer_of_bounded_length() -> None:
    many = [leaf(f"1.{n}", "0", needs=["8.8", "9.9"]) for n in range(190)]
    answer = publish(rubric(*many)).then("invalid-data").answer
    assert isinstance(answer, Refused)
    assert len(answer.faults) == MOST_FAULTS
    assert answer.en.endswith(f"And {3 * 190 - MOST_FAULTS} more.")
    assert len(canonical(answer.as_problem())) < 32 * 1024


def test_a_circle_of_many_leaves_is_told_briefly() -> None:
    many = [leaf(f"1.{n}", needs=[f"1.{(n + 1) % 190}"]) for n in range(190)]
    answer = publish(rubric(*many)).then("invalid-data").answer
    assert isinstance(answer, Refused)
    assert len(answer.en) < 200


def test_a_rubrics_hash_is_that_of_its_canonical_json() -> None:
    made = sound()
    standing = publish(made).root.rubrics["bo"]
    assert standing.hash == sha256(canonical(made)).hexdigest()
    assert standing.body == canonical(made)
    assert (standing.maximum, standing.bonus_maximum, standing.authority) == (23000, 2000, "qt")


def test_deeper_codes_under_a_criterion_or_an_area_are_allowed() -> None:
    made = rubric(leaf("1.rest"), leaf("1.2.rest-a"))
    made["areas"][0]["criteria"].append(leaf("1.9.9"))
    publish(made).then(None)


def test_a_bonus_item_that_is_called_total_does_not_stand_in_the_totals_way() -> None:
    made = rubric(leaf("1.1", "2"), bonus={"max": "1", "items": [leaf("total")]})
    given = Scene().given(*TREE, published(made), opened(), scored("1.1", "2"), penalty("0.5", "total"))
    assert given.result()["points"] == "1.5"
