"""How a leaf came to its points, told as a tree in exact numbers."""

from fractions import Fraction
from typing import Any

import msgspec
import pytest

from shared.codec.rubric_shape import RubricShape
from shared.domain.explanation import Subject, explain
from shared.domain.explanation_texts import FIGURES, RULES, SAYS
from shared.domain.explanation_tree import Node, exact_text
from shared.domain.rubric import area_parts
from tests.unit.domain.rubrics import JUDGEMENT, RATE, leaf, rubric
from tests.unit.domain.sayings import attached, bonus, excluded, filed, penalty, scored
from tests.unit.domain.scene import Scene, scene

THIRD = {"numerator": 1, "denominator": 3}


def explained(scene_: Scene, code: str, *, own: bool = False) -> Node:
    dossier = scene_.dossier()
    shape = msgspec.json.decode(dossier.rubric.body, type=RubricShape)
    parts = [part for area in shape.areas for part in area_parts(area.criteria)]
    parts += (shape.bonus.items or []) if shape.bonus else []
    part = next(part for part in parts if part.code == code)
    return explain(Subject(dossier, scene_.score(), dossier.rubric.leaves[code], part, own))


def kinds(node: Node) -> list[str]:
    return [child.kind for child in node.children]


def child(node: Node, kind: str) -> Node:
    return next(each for each in node.children if each.kind == kind)


def everything_in(node: Node) -> list[Node]:
    return [node, *(inner for each in node.children for inner in everything_in(each))]


def test_a_leaf_is_told_from_its_figures_to_its_share_of_the_index() -> None:
    sheet = rubric(
        leaf("1.1", "2", RATE, evidence="required", needs=["1.2"]), leaf("1.2", "1"), leaf("2.1", "2")
    )
    scene_ = scene(sheet).given(
        filed("1.2", "1"),
        filed("1.1", "0.7", THIRD),
        attached("1.1"),
        scored("1.1", "0.66", opinion="cắt số lẻ"),
        scored("1.2", "1"),
        penalty("0.16", "1.1"),
    )
    told = explained(scene_, "1.1")
    assert kinds(told) == [
        *("self", "figures", "rule", "need", "evidence", "rounded", "computed"),
        *("appraised", "penalty", "earned", "lost", "share"),
    ]
    assert child(told, "rule").value == Fraction(2, 3)
    assert child(told, "rule").en == "By the rule: 2 × the lesser of (1/3 / 1, 1)"
    assert child(told, "rounded").value == Fraction(67, 100)
    assert child(child(told, "appraised"), "support").vi == "Lệch do làm tròn"
    assert child(told, "earned").value == told.value == Fraction(1, 2)
    assert child(told, "share").value == Fraction(50, 3)
    assert child(told, "share").en == "Its share of the index: 100 × 0.5 / 3"


def test_the_shares_of_all_leaves_add_up_to_the_index_before_it_is_rounded() -> None:
    items = {"max": "1", "items": [leaf("B.1", "1")]}
    scene_ = scene(rubric(leaf("1.1", "3", RATE), leaf("2.1", "4"), bonus=items)).given(
        filed("1.1", "1", THIRD), scored("1.1", "1"), scored("2.1", "2.5"), scored("B.1", "0.5")
    )
    shares = [child(explained(scene_, code), "share").value or 0 for code in ("1.1", "2.1", "B.1")]
    score = scene_.score()
    assert sum(shares) == Fraction(100 * score.points, score.assessed)


def test_before_the_release_only_what_the_unit_says_itself_is_told() -> None:
    scene_ = scene(rubric(leaf("1.1", "2", RATE), leaf("2.1", "1"))).given(
        filed("1.1", "0.7", THIRD),
        scored("1.1", "0.5", {"numerator": 1, "denominator": 4}, opinion="số liệu thẩm định"),
        penalty("0.1", "1.1"),
    )
    told = explained(scene_, "1.1", own=True)
    assert kinds(told) == ["self", "figures", "rule", "rounded", "computed", "share"]
    assert child(told, "figures").vi == "Số liệu đơn vị báo cáo"
    assert told.value == Fraction(7, 10)
    assert child(told, "computed").value == Fraction(67, 100)
    assert child(told, "share").value == Fraction(35)
    assert child(explained(scene_, "1.1"), "figures").vi == "Số liệu thẩm định"


def test_what_keeps_a_leaf_from_its_points_is_said() -> None:
    sheet = rubric(leaf("1.1", "2", RATE, evidence="required", needs=["1.2"]), leaf("1.2", "1"))
    told = explained(scene(sheet).given(filed("1.1", "2", {"percent": 100})), "1.1")
    assert child(told, "need").en == "Needs 1.2 Tiêu chí 1.2, which has no points: 0"
    assert child(told, "evidence").vi == "Cần tài liệu kiểm chứng nhưng chưa có, nên tính 0"
    assert (child(told, "rule").value, child(told, "computed").value) == (2, 0)
    assert kinds(explained(scene(sheet).given(excluded("1.2")), "1.2"))[0] == "excluded"


DEEP: dict[str, Any] = {
    "a": {"max": "1", "rule": RATE},
    "b": {"max": "1", "rule": {"kind": "count", "each": "2"}},
}
TWO_STEPS = [{"from": "0.5", "points": "1"}, {"from": "0.8", "points": "2"}]


@pytest.mark.parametrize(
    ("rule", "figures", "exact", "said"),
    [
        (JUDGEMENT, None, None, "the council judges"),
        (
            {"kind": "choice", "levels": {"tot": "2", "kem": "0"}},
            {"choice": "tot"},
            "2",
            "level tot: 2 points",
        ),
        ({"kind": "checklist", "items": {"x": "0.5", "y": "1"}}, {"done": ["y"]}, "1", "the items done"),
        (
            {"kind": "checklist", "items": {"x": "1"}, "all": True},
            {"done": ["x"]},
            "2",
            "all 1 items: 2 points",
        ),
        ({"kind": "rate", "floor": "0.5"}, THIRD, "0", "1/3 is below the floor 0.5: 0"),
        ({"kind": "rate", "target": "0.9"}, {"percent": "60"}, "4/3", "(0.6 / 0.9, 1)"),
        ({"kind": "growth", "target": "0.1"}, {"value": 106, "base": 100}, "1.2", "(growth 0.06 / 0.1, 1)"),
        ({"kind": "steps", "of": "rate", "steps": TWO_STEPS}, {"percent": "79"}, "1", "0.79 reaches 0.5: 1"),
        (
            {"kind": "steps", "of": "rate", "steps": TWO_STEPS},
            {"percent": "1"},
            "0",
            "0.01 reaches no step: 0",
        ),
        ({"kind": "count", "each": "0.5"}, {"count": 9}, "4.5", "0.5 × 9"),
        (
            {"kind": "timely", "on_time": "0.5", "late": "0.25"},
            {"on_time": 1, "late": 2, "missing": 3},
            "1",
            "0.5 × 1 + 0.25 × 2",
        ),
        (
            {"kind": "deduct", "each": {"tre": "0.5"}},
            {"events": {"tre": 7}},
            "-1.5",
            "2 less what went wrong",
        ),
        (
            {"kind": "sum", "parts": DEEP},
            {"parts": {"a": THIRD, "b": {"count": 3}}},
            "1.33",
            "the sum of its parts",
        ),
        (
            {"kind": "best_of", "rules": [RATE, {"kind": "count", "each": "1"}]},
            {"options": [THIRD, {"count": 1}]},
            "1",
            "the best of its rules",
        ),
    ],
)
def test_every_rule_says_what_it_does_with_the_figures(
    rule: dict[str, Any], figures: dict[str, Any] | None, exact: str | None, said: str
) -> None:
    told = explained(scene(rubric(leaf("1.1", "2", rule))).given(filed("1.1", "0", figures)), "1.1")
    node = child(told, "rule")
    assert said in node.en
    assert (None if node.value is None else exact_text(node.value)) == exact
    assert ("clamped" in kinds(told)) == (exact in {"4.5", "-1.5"})
    for each in everything_in(told):
        assert each.vi
        assert "{" not in each.vi + each.en
        assert not any(word in each.vi for word in ("points", "figures", "rule"))


def test_parts_and_options_are_told_each_with_its_own_rule() -> None:
    sheet = rubric(leaf("1.1", "2", {"kind": "sum", "parts": DEEP}))
    figures = {"parts": {"a": THIRD, "b": {"count": 3}}}
    parts = child(explained(scene(sheet).given(filed("1.1", "0", figures)), "1.1"), "rule").children
    assert [(part.kind, part.en, part.value) for part in parts] == [
        ("part", "a", Fraction(1, 3)),
        ("part", "b", Fraction(1)),
    ]
    assert parts[1].children[0].value == Fraction(6)


def test_a_bonus_item_brings_something_and_loses_nothing() -> None:
    items = {"max": "1", "items": [leaf("B.1", "1")]}
    scene_ = scene(rubric(leaf("1.1", "2"), bonus=items)).given(
        scored("1.1", "1"), scored("B.1", "0.5"), bonus("0.25")
    )
    told = explained(scene_, "B.1")
    assert "lost" not in kinds(told)
    assert child(told, "share").vi == "Điểm thưởng, tính chung tối đa 1: 100 × 0.5 / 2"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Fraction(0), "0"),
        (Fraction(53, 100), "0.53"),
        (Fraction(-3, 2), "-1.5"),
        (Fraction(2, 3), "2/3"),
        (Fraction(1, 2**13), "1/8192"),
        (Fraction(120), "120"),
    ],
)
def test_exact_numbers_are_decimals_where_they_end(value: Fraction, text: str) -> None:
    assert exact_text(value) == text


def test_every_text_is_there_in_both_languages_with_the_same_names_in_it() -> None:
    for vi, en in [*SAYS.values(), *RULES.values(), *FIGURES.values()]:
        assert vi
        assert en
        assert {word.partition("}")[0] for word in vi.split("{")[1:]} == {
            word.partition("}")[0] for word in en.split("{")[1:]
        }
