"""Random rules of every kind, and figures for them: mostly such as fit."""

from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

JSON = dict[str, Any]
Drawn = tuple[JSON, st.SearchStrategy[JSON]]
"""A rule, and figures for it."""

KEYS = ("a", "Đạt", "c/d")
WORDS = st.sampled_from(KEYS)
DEEPEST = 3


def points(scale: int, least: int = 0, most: int = 4) -> st.SearchStrategy[str]:
    """Points text with at most `scale` decimals, sometimes with zeros at its end."""
    return st.builds(
        lambda whole, part, width: (
            f"{whole}.{part:03d}"[: len(str(whole)) + 1 + width] if width else str(whole)
        ),
        st.integers(least, most),
        st.integers(0, 999),
        st.integers(0, scale),
    )


number = st.builds(
    lambda n, part: f"{n}.{part}" if part else (n if n % 2 else str(n)),
    st.integers(0, 12),
    st.sampled_from(["", "", "5", "25"]),
)
whole = st.one_of(st.integers(0, 9), st.integers(0, 9).map(str))
mostly_whole = st.one_of(whole, whole, whole, number)
ratio = st.one_of(
    st.fixed_dictionaries({"numerator": number, "denominator": number}),
    st.fixed_dictionaries(
        {"percent": st.sampled_from(["0", "33.333333", "50", 66, "79.9", "80", "100", "120"])}
    ),
)
count = st.fixed_dictionaries({"count": mostly_whole})


def judgement(_draw: st.DrawFn, _scale: int) -> Drawn:
    return {"kind": "judgement"} | _draw(st.sampled_from([{}, {}, {"step": "1"}])), st.nothing()


def choice(draw: st.DrawFn, scale: int) -> Drawn:
    levels = draw(st.dictionaries(WORDS, points(scale, most=3), min_size=1))
    return {"kind": "choice", "levels": levels}, st.fixed_dictionaries({"choice": WORDS})


def checklist(draw: st.DrawFn, scale: int) -> Drawn:
    items = draw(st.dictionaries(WORDS, points(scale, most=2), min_size=1))
    rule = {"kind": "checklist", "items": items, **draw(st.sampled_from([{}, {"all": False}, {"all": True}]))}
    known = st.lists(st.sampled_from(sorted(items)), unique=True)
    return rule, st.fixed_dictionaries({"done": st.one_of(known, known, st.lists(WORDS, max_size=3))})


def rate(draw: st.DrawFn, _scale: int) -> Drawn:
    optional = {
        "target": st.sampled_from(["0.8", "0.95", "1.5", "3"]),
        "floor": st.sampled_from(["0", "0.5", "0.7"]),
        "over": st.booleans(),
    }
    return {"kind": "rate"} | draw(st.fixed_dictionaries({}, optional=optional)), ratio


def growth(draw: st.DrawFn, _scale: int) -> Drawn:
    rule = {"kind": "growth", "target": draw(st.sampled_from(["0.05", "0.3", "1", "2.5"]))}
    return rule, st.fixed_dictionaries({"value": number, "base": number})


def steps(draw: st.DrawFn, scale: int) -> Drawn:
    of = draw(st.sampled_from(["rate", "count"]))
    starts = ["0", "0.5", "0.8", "1"] if of == "rate" else ["0", "1", "3", "10"]
    chosen = draw(st.lists(st.sampled_from(starts), min_size=1, unique=True))
    ladder = [{"from": start, "points": draw(points(scale, most=3))} for start in chosen]
    return {"kind": "steps", "of": of, "steps": ladder}, ratio if of == "rate" else count


def counted(draw: st.DrawFn, scale: int) -> Drawn:
    return {"kind": "count", "each": draw(points(scale, most=3))}, count


def timely(draw: st.DrawFn, scale: int) -> Drawn:
    rule = {"kind": "timely", "on_time": draw(points(scale, most=1)), "late": draw(points(scale, most=1))}
    sent = {"on_time": mostly_whole, "late": mostly_whole, "missing": mostly_whole}
    return rule, st.fixed_dictionaries(sent)


def deduct(draw: st.DrawFn, scale: int) -> Drawn:
    each = draw(st.dictionaries(WORDS, points(scale, most=3), min_size=1))
    events = st.dictionaries(WORDS, st.one_of(st.integers(0, 4), st.just("1.5")))
    return {"kind": "deduct", "each": each}, st.fixed_dictionaries({"events": events})


def survey(_draw: st.DrawFn, _scale: int) -> Drawn:
    figures = {"score": number, "of": st.sampled_from(["5", "10", 100, "7.25", "0"])}
    return {"kind": "survey"}, st.fixed_dictionaries(figures)


def sum_of(draw: st.DrawFn, scale: int, depth: int) -> Drawn:
    parts: JSON = {}
    figures: dict[str, st.SearchStrategy[JSON]] = {}
    for key in draw(st.lists(WORDS, min_size=1, unique=True)):
        rule, figures[key] = draw(rules(scale, depth + 1))
        parts[key] = {"max": draw(points(scale, least=1, most=2)), "rule": rule}
    given = st.fixed_dictionaries({}, optional=figures)
    return {"kind": "sum", "parts": parts}, st.fixed_dictionaries({"parts": given})


def best_of(draw: st.DrawFn, scale: int, depth: int) -> Drawn:
    held = [draw(rules(scale, depth + 1)) for _ in range(draw(st.integers(1, 3)))]
    options = st.tuples(*(st.none() | figures for _, figures in held)).map(list)
    return {"kind": "best_of", "rules": [rule for rule, _ in held]}, st.fixed_dictionaries(
        {"options": options}
    )


Make = Callable[[st.DrawFn, int], Drawn]
FLAT: tuple[Make, ...] = (choice, checklist, rate, growth, steps, counted, timely, deduct)
"""What may lie in a rule."""


@st.composite
def rules(draw: st.DrawFn, scale: int, depth: int = 1) -> Drawn:
    """A rule that nothing is wrong with, and figures for it."""
    holding: tuple[Make, ...] = (
        lambda draw, scale: sum_of(draw, scale, depth),
        lambda draw, scale: best_of(draw, scale, depth),
    )
    outermost: tuple[Make, ...] = (judgement, survey, rate) if depth == 1 else ()
    return draw(st.sampled_from((*outermost, *FLAT, *(() if depth == DEEPEST else holding))))(draw, scale)
