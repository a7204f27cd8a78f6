"""The example in exact fractions, without any code of ours: the published sums come out of its tables."""

import csv
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[3] / "examples" / "quang-tri-2023"


def _yaml(name: str) -> Any:
    return yaml.safe_load((FOLDER / name).read_text("utf-8"))


def _leaves(rubric: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for area in rubric["areas"]:
        for criterion in area["criteria"]:
            for leaf in criterion.get("parts", [criterion]):
                yield area["code"], leaf


def _table(name: str) -> dict[str, dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def _round(id_: str) -> dict[str, Any]:
    return next(round_ for round_ in _yaml("case.yaml")["rounds"] if round_["id"] == id_)


def _half_up(value: Fraction) -> Fraction:
    return Fraction(int(value * 100 + Fraction(1, 2)), 100)


def _cut(value: Fraction) -> Fraction:
    return Fraction(int(value * 100), 100)


def _computed(leaf: dict[str, Any], row: dict[str, str]) -> Fraction | None:
    """The exact value before rounding, or None without figures."""
    maximum = Fraction(leaf["max"])
    if row["count"]:
        return min(Fraction(leaf["rule"]["each"]) * int(row["count"]), maximum)
    if row["percent"]:
        return maximum * Fraction(row["percent"]) / 100
    if row["numerator"]:
        return maximum * Fraction(int(row["numerator"]), int(row["denominator"]))
    return None


def test_codes_are_unique_and_nested() -> None:
    rubric = _yaml("rubric.yaml")
    codes = [area["code"] for area in rubric["areas"]]
    for area in rubric["areas"]:
        for criterion in area["criteria"]:
            assert criterion["code"].startswith(area["code"] + ".")
            codes.append(criterion["code"])
            parts = criterion.get("parts", [])
            assert all(part["code"].startswith(criterion["code"] + ".") for part in parts)
            codes += [part["code"] for part in parts]
    assert len(codes) == len(set(codes))


def test_the_maxima_add_up_to_the_areas_and_to_one_hundred() -> None:
    rubric = _yaml("rubric.yaml")
    sums: dict[str, Fraction] = {}
    for area, leaf in _leaves(rubric):
        sums[area] = sums.get(area, Fraction()) + Fraction(leaf["max"])
    assert sums == {area["code"]: Fraction(area["max"]) for area in rubric["areas"]}
    assert sum(sums.values()) == Fraction(rubric["total"]) == 100


@pytest.mark.parametrize("id_", ["2023", "2023-h1"])
def test_what_was_published_comes_out_of_the_tables(id_: str) -> None:
    round_, expected = _round(id_), _yaml("expected.yaml")[id_]
    rows = _table(round_["table"])
    lost: dict[str, Fraction] = {}
    points = assessed = Fraction()
    for area, leaf in _leaves(_yaml("rubric.yaml")):
        if leaf["code"] in round_["excluded"]:
            continue
        row = rows.pop(leaf["code"], None)
        earned = Fraction(row["appraised_points"]) if row else Fraction(leaf["max"])
        assessed += Fraction(leaf["max"])
        points += earned
        lost[area] = lost.get(area, Fraction()) + Fraction(leaf["max"]) - earned
    assert not rows, "every row of the table is a leaf of the rubric, and none is left out"
    points += len(round_["bonus"])
    assert assessed == Fraction(expected["assessed"])
    assert points == Fraction(expected["points"])
    assert _half_up(100 * points / assessed) == Fraction(expected["index"])
    assert lost == {area: Fraction(told["lost"]) for area, told in expected["areas"].items()}


def test_the_published_sums_of_each_document_agree_with_themselves() -> None:
    city = _yaml("expected.yaml")["2023"]
    assert sum(Fraction(area["points"]) for area in city["areas"].values()) + 1 == Fraction(city["points"])
    district = _yaml("expected.yaml")["2023-h1"]
    assert sum(Fraction(area["lost"]) for area in district["areas"].values()) == Fraction(district["lost"])
    rows = _table("vinh-linh-2023-h1.csv")
    assert len(rows) == district["leaves_that_lost"]
    assert sum(Fraction(row["self_points"]) for row in rows.values()) == Fraction("31.87")
    assert sum(Fraction(row["appraised_points"]) for row in rows.values()) == Fraction("16.59")


@pytest.mark.parametrize("id_", ["2023", "2023-h1"])
def test_the_figures_support_all_points_but_those_that_are_listed(id_: str) -> None:
    rows, expected = _table(_round(id_)["table"]), _yaml("expected.yaml")[id_]["support"]
    unsupported: dict[str, str] = {}
    for _, leaf in _leaves(_yaml("rubric.yaml")):
        row = rows.get(leaf["code"])
        exact = _computed(leaf, row) if row else None
        if row is None or exact is None:
            continue
        given = Fraction(row["appraised_points"])
        if given != _half_up(exact):
            unsupported[leaf["code"]] = "ROUNDING" if given == _cut(exact) else "UNSUPPORTED"
            assert Fraction(expected[leaf["code"]]["computed"]) == _half_up(exact)
    assert unsupported == {code: told["support"] for code, told in expected.items()}


@pytest.mark.parametrize("id_", ["2023", "2023-h1"])
def test_a_reason_stands_where_the_ledger_asks_for_one(id_: str) -> None:
    rows, expected = _table(_round(id_)["table"]), _yaml("expected.yaml")[id_]["support"]
    needed = {code for code, told in expected.items() if told["support"] == "UNSUPPORTED"}
    assert {code for code, row in rows.items() if row["reason"]} == needed
