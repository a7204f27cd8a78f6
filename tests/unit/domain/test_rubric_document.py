"""docs/rubric.md says what is so: each of its examples is run, from the page."""

import ast
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

from shared.codec.numbers import points_of, text_of
from shared.codec.rubric_shape import RuleShape
from shared.domain.computed import exact_computed, leaf_figures, rounded_points
from shared.domain.rollup import rolled_up
from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import Saying, scored
from tests.unit.domain.scene import Scene, scene

JSON = dict[str, Any]
PAGE = (Path(__file__).parents[3] / "docs" / "rubric.md").read_text("utf-8")
BLOCKS: list[JSON] = [
    yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)
]
OF_THE_UNIT = ("SubmissionFiled",)


def value(arithmetic: str) -> Fraction:
    """What an expression of numbers comes to, exactly."""
    return _value(ast.parse(arithmetic.replace("×", "*"), mode="eval").body, arithmetic)


def _value(node: ast.expr, text: str) -> Fraction:
    if isinstance(node, ast.BinOp):
        left, right = _value(node.left, text), _value(node.right, text)
        match node.op:
            case ast.Add():
                return left + right
            case ast.Sub():
                return left - right
            case ast.Mult():
                return left * right
            case ast.Div():
                return left / right
            case _:
                pass
    if isinstance(node, ast.Constant):
        return Fraction(ast.get_source_segment(text.replace("×", "*"), node) or "")
    raise ValueError(text)


def blocks_with(key: str) -> list[JSON]:
    return [block for block in BLOCKS if key in block]


def examples() -> Iterator[tuple[JSON, JSON]]:
    for block in blocks_with("examples"):
        for example in block["examples"]:
            yield block, example


def one_leaf(block: JSON) -> Scene:
    made = leaf("1.1", block["max"], block["rule"])
    return scene(rubric(made, rounding=block.get("rounding", "half_up")))


def said(example: JSON) -> Saying:
    """Points with the figures of an example, or without: the council's, for it may say everything."""
    return scored("1.1", "0", example.get("figures"), reason="theo hồ sơ", opinion="theo hồ sơ")


def exact_of(given: Scene, example: JSON) -> Fraction | None:
    dossier = given.dossier()
    made = dossier.rubric.leaves["1.1"]
    if "below" not in example:
        return exact_computed(dossier, made, leaf_figures(dossier.leaf("1.1")))
    assert made.rule.rollup is not None
    below = {
        unit: {"3.4": (points_of(had), points_of(most))} for unit, (had, most) in example["below"].items()
    }
    return rolled_up(made.rule.rollup, made.maximum, below)


@pytest.mark.parametrize(("block", "example"), list(examples()))
def test_each_example_of_a_rule_comes_out(block: JSON, example: JSON) -> None:
    given = one_leaf(block)
    if "refused" in example:
        refused = said(example) if "figures" in example else scored("1.1", example["appraised"])
        given.when(refused).then("against-rubric", example["refused"])
        return
    given.given(said(example))
    exact = exact_of(given, example)
    computed = None if exact is None else text_of(rounded_points(given.dossier().rubric, exact))
    assert computed == example["computed"]
    if "arithmetic" in example:
        assert exact == value(example["arithmetic"])


@pytest.mark.parametrize("case", [case for block in blocks_with("support") for case in block["support"]])
def test_each_case_of_support_comes_out(case: JSON) -> None:
    given = one_leaf(case).given(scored("1.1", case["appraised"], case["figures"], reason="theo biên bản"))
    assert (given.computed("1.1"), given.support("1.1")) == (case["computed"], case["support"])
    bare = one_leaf(case).when(scored("1.1", case["appraised"], case["figures"]))
    bare.then("reason-needed" if case["support"] == "UNSUPPORTED" else None)


def test_the_index_of_the_example_comes_out() -> None:
    (whole,), (told,) = blocks_with("rubric"), blocks_with("said")
    given = scene(whole["rubric"], rubrics={"district": whole["rubric"]["id"]})
    for said in told["said"]:
        data = {name: field for name, field in said.items() if name != "type"}
        source = "qt/a" if said["type"] in OF_THE_UNIT else "qt"
        given.given(Saying(said["type"], source, "qt/a@2023", data))
    assert given.result() == told["result"]
    assert value(told["points"]) == Fraction(told["result"]["points"])
    assert round(value(told["index"]) * 100) == Fraction(told["result"]["index"]) * 100


def test_every_kind_of_rule_is_shown() -> None:
    kinds = {shape.__struct_config__.tag for shape in RuleShape.__args__}
    assert {block["rule"]["kind"] for block in blocks_with("examples")} == kinds
    assert set(re.findall(r"^### `(\w+)`", PAGE, re.M)) == kinds


def test_every_kind_that_computes_shows_its_arithmetic() -> None:
    shown = {
        block["rule"]["kind"]
        for block in blocks_with("examples")
        if any("arithmetic" in example for example in block["examples"])
    }
    kinds = {shape.__struct_config__.tag for shape in RuleShape.__args__}
    assert kinds - shown == {"judgement"}
