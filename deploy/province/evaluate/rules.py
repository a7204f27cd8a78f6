"""What a rule gives for figures, exactly, before it is clamped and rounded: one function per kind."""

from collections.abc import Callable, Mapping
from fractions import Fraction

from deploy.province.evaluate.numbers import JSON, ZERO, round_


def worth(rule: JSON, figures: JSON, maximum: Fraction, points: JSON) -> Fraction | None:
    """What a rule gives out of a maximum; `points` is how the rubric rounds. None: nothing at all."""
    value = KINDS[rule["kind"]](rule, figures, maximum, points)
    return None if value is None else max(ZERO, min(value, maximum))


def ratio(figures: JSON) -> Fraction:
    """Numerator over denominator, or a percentage."""
    if "percent" in figures:
        return Fraction(figures["percent"]) / 100
    return Fraction(figures["numerator"]) / Fraction(figures["denominator"])


def _choice(rule: JSON, figures: JSON, _maximum: Fraction, _points: JSON) -> Fraction:
    return Fraction(rule["levels"][figures["choice"]])


def _checklist(rule: JSON, figures: JSON, maximum: Fraction, _points: JSON) -> Fraction:
    done = set(figures["done"])
    if rule.get("all"):
        return maximum if done == set(rule["items"]) else ZERO
    return sum((Fraction(rule["items"][key]) for key in done), ZERO)


def _rate(rule: JSON, figures: JSON, maximum: Fraction, _points: JSON) -> Fraction:
    r = ratio(figures)
    if r < Fraction(rule.get("floor", "0")):
        return ZERO
    return maximum * min(r / Fraction(rule.get("target", "1")), Fraction(1))


def _growth(rule: JSON, figures: JSON, maximum: Fraction, _points: JSON) -> Fraction:
    base = Fraction(figures["base"])
    r = (Fraction(figures["value"]) - base) / base
    return maximum * min(max(r, ZERO) / Fraction(rule["target"]), Fraction(1))


def _steps(rule: JSON, figures: JSON, _maximum: Fraction, _points: JSON) -> Fraction:
    reached = ratio(figures) if rule["of"] == "rate" else Fraction(figures["count"])
    below = [step for step in rule["steps"] if Fraction(step["from"]) <= reached]
    highest = max(below, key=lambda step: Fraction(step["from"]), default=None)
    return Fraction(highest["points"]) if highest else ZERO


def _count(rule: JSON, figures: JSON, _maximum: Fraction, _points: JSON) -> Fraction:
    return Fraction(rule["each"]) * Fraction(figures["count"])


def _timely(rule: JSON, figures: JSON, _maximum: Fraction, _points: JSON) -> Fraction:
    on_time, late = Fraction(figures["on_time"]), Fraction(figures["late"])
    return Fraction(rule["on_time"]) * on_time + Fraction(rule["late"]) * late


def _sum(rule: JSON, figures: JSON, _maximum: Fraction, points: JSON) -> Fraction:
    total = ZERO
    for key, part in rule["parts"].items():
        given = figures["parts"].get(key)
        value = None if given is None else worth(part["rule"], given, Fraction(part["max"]), points)
        total += ZERO if value is None else round_(value, points["scale"], points["rounding"])
    return total


def _best_of(rule: JSON, figures: JSON, maximum: Fraction, points: JSON) -> Fraction | None:
    found = [
        worth(option, given, maximum, points)
        for option, given in zip(rule["rules"], figures["options"], strict=True)
        if given is not None
    ]
    return max((value for value in found if value is not None), default=None)


def _deduct(rule: JSON, figures: JSON, maximum: Fraction, _points: JSON) -> Fraction:
    events: Mapping[str, str | int] = figures["events"]
    return maximum - sum((Fraction(rule["each"][key]) * Fraction(n) for key, n in events.items()), ZERO)


def _survey(_rule: JSON, figures: JSON, maximum: Fraction, _points: JSON) -> Fraction:
    return maximum * Fraction(figures["score"]) / Fraction(figures["of"])


KINDS: Mapping[str, Callable[[JSON, JSON, Fraction, JSON], Fraction | None]] = {
    "choice": _choice,
    "checklist": _checklist,
    "rate": _rate,
    "growth": _growth,
    "steps": _steps,
    "count": _count,
    "timely": _timely,
    "sum": _sum,
    "best_of": _best_of,
    "deduct": _deduct,
    "survey": _survey,
}
