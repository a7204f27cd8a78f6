"""Rules that compute with names: a level, items done, what went wrong."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from shared.codec.faults import Fault
from shared.codec.figures import Figures
from shared.codec.names import pointer_token
from shared.codec.rubric_shape import ChecklistShape, ChoiceShape, DeductShape
from shared.domain.rules.numbers import ZERO, number, points, whole_fault
from shared.domain.rules.rule import Rule


def choice(shape: ChoiceShape) -> Rule:
    """The points of the level that is chosen."""
    levels = _worths(shape.levels)

    def fault(figures: Figures) -> Fault | None:
        return None if figures.choice in levels else unknown_key("/choice", str(figures.choice), levels)

    return Rule("choice", (frozenset({"choice"}),), fault, lambda figures, _top: levels[str(figures.choice)])


def checklist(shape: ChecklistShape) -> Rule:
    """The points of the items that are done; with `all`, the maximum once every item is."""
    items = _worths(shape.items)

    def fault(figures: Figures) -> Fault | None:
        done = figures.done or []
        for n, key in enumerate(done):
            if key not in items:
                return unknown_key(f"/done/{n}", key, items)
            if key in done[:n]:
                return Fault(f"/done/{n}", f"Mục {key} ghi hai lần.", f"{key} stands twice.")
        return None

    def worth(figures: Figures, top: Fraction) -> Fraction:
        done = figures.done or []
        if shape.all:
            return top if len(done) == len(items) else ZERO
        return sum((items[key] for key in done), ZERO)

    return Rule("checklist", (frozenset({"done"}),), fault, worth)


def deduct(shape: DeductShape) -> Rule:
    """The maximum less so many points per event."""
    each = _worths(shape.each)

    def fault(figures: Figures) -> Fault | None:
        for key, times in (figures.events or {}).items():
            place = f"/events/{pointer_token(key)}"
            if key not in each:
                return unknown_key(place, key, each)
            if not_whole := whole_fault(place, times):
                return not_whole
        return None

    def worth(figures: Figures, top: Fraction) -> Fraction:
        return top - sum((each[key] * number(times) for key, times in (figures.events or {}).items()), ZERO)

    return Rule("deduct", (frozenset({"events"}),), fault, worth)


def unknown_key(pointer: str, key: str, known: Iterable[str]) -> Fault:
    """A name that the rule does not have."""
    listed = ", ".join(known)
    return Fault(pointer, f"Không có mục {key}; có: {listed}.", f"There is no {key}; there are: {listed}.")


def _worths(stated: Mapping[str, str]) -> dict[str, Fraction]:
    return {key: points(text) for key, text in stated.items()}
