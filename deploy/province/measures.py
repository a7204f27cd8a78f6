"""Rules as a rubric may hold them, and figures as a unit may report them: one pair of functions per kind."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from deploy.province.evaluate.numbers import round_, text_of

JSON = dict[str, Any]


def points(value: Fraction) -> str:
    """Points as a rubric writes them: two decimals, cut off."""
    return text_of(round_(value, 2, "down"))


class Measure(NamedTuple):
    """A kind of rule: its Vietnamese name in a leaf, a rule for a maximum, figures for it, and wrong ones.

    `figures` take the rule, chance, and how good the unit is (0 to 1).
    """

    name: str
    rule: Callable[[Fraction, Random], JSON]
    figures: Callable[[JSON, Random, float], JSON | None]
    wrong: Callable[[JSON], JSON | None]


def figures_of(rule: JSON, chance: Random, skill: float) -> JSON | None:
    """Figures that a unit may report for a rule; None where it takes none."""
    return MEASURES[rule["kind"]].figures(rule, chance, skill)


def wrong_figures_of(rule: JSON) -> JSON | None:
    """Figures that do not fit; None where there are none that somebody would make by mistake."""
    return MEASURES[rule["kind"]].wrong(rule)


def _no_figures(_rule: JSON, _chance: Random, _skill: float) -> None:
    return None


def _nothing_wrong(_rule: JSON) -> None:
    return None


def _ratio(chance: Random, skill: float) -> JSON:
    if chance.random() < 0.3:
        return {"percent": text_of(Fraction(chance.randint(int(4000 * skill), 10_000), 100))}
    whole = chance.randint(7, 900)
    return {"numerator": chance.randint(int(whole * 0.6 * skill), whole), "denominator": whole}


def _too_many(_rule: JSON) -> JSON:
    return {"numerator": 12, "denominator": 7}


def _judgement(maximum: Fraction, chance: Random) -> JSON:
    return {"kind": "judgement"} | ({"step": "0.25"} if chance.random() < 0.7 else {})


def _choice(maximum: Fraction, _chance: Random) -> JSON:
    return {
        "kind": "choice",
        "levels": {"tot": points(maximum), "dat": points(maximum / 2), "chua-dat": "0"},
    }


def _chosen(rule: JSON, chance: Random, skill: float) -> JSON:
    return {"choice": "tot" if chance.random() < skill else chance.choice(["dat", "chua-dat"])}


def _checklist(maximum: Fraction, chance: Random) -> JSON:
    parts = {"ke-hoach": maximum * 2 / 5, "bao-cao": maximum * 3 / 10, "kiem-tra": maximum * 3 / 10}
    rule: JSON = {"kind": "checklist", "items": {key: points(part) for key, part in parts.items()}}
    return rule | ({"all": True} if chance.random() < 0.4 else {})


def _done(rule: JSON, chance: Random, skill: float) -> JSON:
    return {"done": [key for key in rule["items"] if chance.random() < 0.4 + skill / 2]}


def _rate(_maximum: Fraction, chance: Random) -> JSON:
    rule: JSON = {"kind": "rate"}
    if chance.random() < 0.5:
        rule["target"] = chance.choice(["0.8", "0.9", "0.95"])
    if chance.random() < 0.3:
        rule["floor"] = "0.4"
    return rule


def _growth(_maximum: Fraction, chance: Random) -> JSON:
    return {"kind": "growth", "target": chance.choice(["0.05", "0.1", "0.2"])}


def _grown(_rule: JSON, chance: Random, skill: float) -> JSON:
    base = chance.randint(200, 9000)
    return {"value": int(base * (0.95 + chance.random() * 0.3 * skill)), "base": base}


def _steps(maximum: Fraction, chance: Random) -> JSON:
    of, starts = chance.choice([("rate", ("0.5", "0.75", "0.95")), ("count", ("2", "5", "9"))])
    worth = (maximum / 4, maximum / 2, maximum)
    return {
        "kind": "steps",
        "of": of,
        "steps": [{"from": start, "points": points(p)} for start, p in zip(starts, worth, strict=True)],
    }


def _climbed(rule: JSON, chance: Random, skill: float) -> JSON:
    return _ratio(chance, skill) if rule["of"] == "rate" else {"count": chance.randint(0, 4 + int(8 * skill))}


def _count(maximum: Fraction, _chance: Random) -> JSON:
    return {"kind": "count", "each": points(maximum / 5)}


def _counted(_rule: JSON, chance: Random, skill: float) -> JSON:
    return {"count": chance.randint(0, 3 + int(4 * skill))}


def _timely(maximum: Fraction, _chance: Random) -> JSON:
    return {"kind": "timely", "on_time": points(maximum / 5), "late": points(maximum / 10)}


def _reported(_rule: JSON, chance: Random, skill: float) -> JSON:
    on_time = chance.randint(int(4 * skill), 5)
    late = chance.randint(0, 5 - on_time)
    return {"on_time": on_time, "late": late, "missing": 5 - on_time - late}


def _sum(maximum: Fraction, chance: Random) -> JSON:
    first, second = points(maximum * 3 / 5), points(maximum * 2 / 5)
    parts = {
        "quy-mo": {"max": first, "rule": _rate(maximum, chance)},
        "ket-qua": {"max": second, "rule": _count(Fraction(second), chance)},
    }
    return {"kind": "sum", "parts": parts}


def _summed(rule: JSON, chance: Random, skill: float) -> JSON:
    given = {key: figures_of(part["rule"], chance, skill) for key, part in rule["parts"].items()}
    if chance.random() < 0.2:
        del given["ket-qua"]
    return {"parts": given}


def _best_of(maximum: Fraction, chance: Random) -> JSON:
    return {"kind": "best_of", "rules": [_rate(maximum, chance), _count(maximum, chance)]}


def _options(rule: JSON, chance: Random, skill: float) -> JSON:
    given = [figures_of(option, chance, skill) for option in rule["rules"]]
    if chance.random() < 0.4:
        given[chance.randrange(len(given))] = None
    return {"options": given}


def _deduct(maximum: Fraction, _chance: Random) -> JSON:
    return {"kind": "deduct", "each": {"tre-han": points(maximum / 10), "sai-sot": points(maximum / 4)}}


def _faulted(_rule: JSON, chance: Random, skill: float) -> JSON:
    return {"events": {"tre-han": chance.randint(0, 9 - int(8 * skill)), "sai-sot": chance.randint(0, 1)}}


def _survey(_maximum: Fraction, _chance: Random) -> JSON:
    return {"kind": "survey"}


MEASURES: Mapping[str, Measure] = {
    "rate": Measure("Tỷ lệ hoàn thành", _rate, lambda _rule, chance, skill: _ratio(chance, skill), _too_many),
    "checklist": Measure(
        "Ban hành, báo cáo, kiểm tra", _checklist, _done, lambda _rule: {"done": ["khong-co"]}
    ),
    "judgement": Measure("Chất lượng", _judgement, _no_figures, lambda _rule: {"count": 1}),
    "steps": Measure("Mức độ", _steps, _climbed, lambda _rule: {"choice": "tot"}),
    "timely": Measure(
        "Báo cáo đúng hạn", _timely, _reported, lambda _rule: {"on_time": "1.5", "late": 0, "missing": 0}
    ),
    "deduct": Measure("Chấp hành quy định", _deduct, _faulted, lambda _rule: {"events": {"khac": 1}}),
    "growth": Measure("Tăng so với năm trước", _growth, _grown, lambda _rule: {"value": 5, "base": 0}),
    "choice": Measure("Xếp mức", _choice, _chosen, lambda _rule: {"choice": "xuat-sac"}),
    "count": Measure("Số sáng kiến", _count, _counted, lambda _rule: {"count": "1.5"}),
    "sum": Measure("Quy mô và kết quả", _sum, _summed, lambda _rule: {"parts": {"khac": {"count": 1}}}),
    "best_of": Measure(
        "Kết quả tốt nhất", _best_of, _options, lambda _rule: {"options": [{"choice": "tot"}, None]}
    ),
    "survey": Measure("Mức độ hài lòng", _survey, _no_figures, _nothing_wrong),
    "rollup": Measure("Kết quả của cấp dưới", _survey, _no_figures, _nothing_wrong),
}
"""By kind. `rollup` has no rule of its own making: it names a leaf of another rubric."""
