"""Random rules of every kind, and figures for them: mostly such as fit.

Strategies are made once, as far as they can be: to make one takes longer than to draw from it.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import strategies as st

JSON = dict[str, Any]
Drawn = tuple[JSON, st.SearchStrategy[JSON]]
"""A rule, and figures for it."""

KEYS = ("a", "Đạt", "c/d")
WORDS = st.sampled_from(KEYS)
DEEPEST = 3

up_to = cache(lambda most: st.integers(0, most))  # pyright: ignore[reportUnknownLambdaType]


@cache
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

_STEP = st.sampled_from([{}, {}, {"step": "1"}])
_LEVELS = st.fixed_dictionaries({"choice": WORDS})
_ALL = st.sampled_from([{}, {"all": False}, {"all": True}])
_OF_A_RATE = st.fixed_dictionaries(
    {},
    optional={
        "target": st.sampled_from(["0.8", "0.95", "1.5", "3"]),
        "floor": st.sampled_from(["0", "0.5", "0.7"]),
        "over": st.booleans(),
    },
)
_GROWS_TO = st.sampled_from(["0.05", "0.3", "1", "2.5"])
_GROWTH = st.fixed_dictionaries({"value": number, "base": number})
_OF = st.sampled_from(["rate", "count"])
_STARTS = {
    of: st.lists(st.sampled_from(starts), min_size=1, unique=True)
    for of, starts in {"rate": ["0", "0.5", "0.8", "1"], "count": ["0", "1", "3", "10"]}.items()
}
_SENT = st.fixed_dictionaries({"on_time": mostly_whole, "late": mostly_whole, "missing": mostly_whole})
_EVENTS = st.fixed_dictionaries(
    {"events": st.dictionaries(WORDS, st.one_of(st.integers(0, 4), st.just("1.5")))}
)
_SURVEYED = st.fixed_dictionaries({"score": number, "of": st.sampled_from(["5", "10", 100, "7.25", "0"])})
_SOME_WORDS = st.lists(WORDS, min_size=1, unique=True)
_ONE_TO_THREE = st.integers(1, 3)


@cache
def _by_word(scale: int, most: int) -> st.SearchStrategy[dict[str, str]]:
    """Points of some words."""
    return st.dictionaries(WORDS, points(scale, most=most), min_size=1)


@cache
def _done(*items: str) -> st.SearchStrategy[JSON]:
    """Some of these items, or others."""
    known = st.lists(st.sampled_from(items), unique=True)
    return st.fixed_dictionaries({"done": st.one_of(known, known, st.lists(WORDS, max_size=3))})


def judgement(draw: st.DrawFn, _scale: int, _depth: int) -> Drawn:
    return {"kind": "judgement"} | draw(_STEP), st.nothing()


def choice(draw: st.DrawFn, scale: int, _depth: int) -> Drawn:
    return {"kind": "choice", "levels": draw(_by_word(scale, 3))}, _LEVELS


def checklist(draw: st.DrawFn, scale: int, _depth: int) -> Drawn:
    items = draw(_by_word(scale, 2))
    return {"kind": "checklist", "items": items, **draw(_ALL)}, _done(*sorted(items))


def rate(draw: st.DrawFn, _scale: int, _depth: int) -> Drawn:
    return {"kind": "rate"} | draw(_OF_A_RATE), ratio


def growth(draw: st.DrawFn, _scale: int, _depth: int) -> Drawn:
    return {"kind": "growth", "target": draw(_GROWS_TO)}, _GROWTH


def steps(draw: st.DrawFn, scale: int, _depth: int) -> Drawn:
    of = draw(_OF)
    ladder = [{"from": start, "points": draw(points(scale, most=3))} for start in draw(_STARTS[of])]
    return {"kind": "steps", "of": of, "steps": ladder}, ratio if of == "rate" else count


def counted(draw: st.DrawFn, scale: int, _depth: int) -> Drawn:
    return {"kind": "count", "each": draw(points(scale, most=3))}, count


def timely(draw: st.DrawFn, scale: int, _depth: int) -> Drawn:
    rule = {"kind": "timely", "on_time": draw(points(scale, most=1)), "late": draw(points(scale, most=1))}
    return rule, _SENT


def deduct(draw: st.DrawFn, scale: int, _depth: int) -> Drawn:
    return {"kind": "deduct", "each": draw(_by_word(scale, 3))}, _EVENTS


def survey(_draw: st.DrawFn, _scale: int, _depth: int) -> Drawn:
    return {"kind": "survey"}, _SURVEYED


def sum_of(draw: st.DrawFn, scale: int, depth: int) -> Drawn:
    parts: JSON = {}
    figures: dict[str, st.SearchStrategy[JSON]] = {}
    for key in draw(_SOME_WORDS):
        rule, figures[key] = draw(rules(scale, depth + 1))
        parts[key] = {"max": draw(points(scale, least=1, most=2)), "rule": rule}
    given = st.fixed_dictionaries({}, optional=figures)
    return {"kind": "sum", "parts": parts}, st.fixed_dictionaries({"parts": given})


def best_of(draw: st.DrawFn, scale: int, depth: int) -> Drawn:
    held = [draw(rules(scale, depth + 1)) for _ in range(draw(_ONE_TO_THREE))]
    options = st.tuples(*(st.none() | figures for _, figures in held)).map(list)
    return {"kind": "best_of", "rules": [rule for rule, _ in held]}, st.fixed_dictionaries(
        {"options": options}
    )


Make = Callable[[st.DrawFn, int, int], Drawn]
FLAT: tuple[Make, ...] = (choice, checklist, rate, growth, steps, counted, timely, deduct)
"""What may lie in a rule."""
_MADE: dict[int, st.SearchStrategy[Make]] = {
    depth: st.sampled_from(
        (
            *((judgement, survey, rate) if depth == 1 else ()),
            *FLAT,
            *((sum_of, best_of) if depth < DEEPEST else ()),
        )
    )
    for depth in range(1, DEEPEST + 1)
}


@st.composite
def _rule(draw: st.DrawFn, scale: int, depth: int) -> Drawn:
    return draw(_MADE[depth])(draw, scale, depth)


@cache
def rules(scale: int, depth: int = 1) -> st.SearchStrategy[Drawn]:
    """A rule that nothing is wrong with, and figures for it."""
    return _rule(scale, depth)
