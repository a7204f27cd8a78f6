"""Figures: what is counted for a rule. Source: scoring.md, "Rules"; contracts, "Names and numbers"."""

from collections.abc import Collection, Iterator
from typing import Annotated, Any

from msgspec import Meta, Struct, to_builtins
from msgspec.structs import astuple

from shared.codec.fields import Key, Number
from shared.codec.names import pointer_token
from shared.codec.numbers import MAX_INTEGER_FIGURE

DEEPEST = 4
"""How deep rules, and the figures for them, may lie in one another; a leaf's own rule is the first."""

_LARGEST = str(MAX_INTEGER_FIGURE)
_NUMBERS = (
    "numerator",
    "denominator",
    "percent",
    "count",
    "value",
    "base",
    "on_time",
    "late",
    "missing",
    "score",
    "of",
)
_TO_BE_LOOKED_INTO = frozenset({int, dict, list})


class Figures(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """What is counted for a rule; which fields belong to which kind of rule, the rule says.

    `parts` and `options` hold the figures for the rules that a rule holds.
    """

    numerator: Number | None = None
    denominator: Number | None = None
    percent: Number | None = None
    count: Number | None = None
    choice: Key | None = None
    events: dict[Key, Number] | None = None
    value: Number | None = None
    base: Number | None = None
    done: Annotated[list[Key], Meta(max_length=50)] | None = None
    on_time: Number | None = None
    late: Number | None = None
    missing: Number | None = None
    parts: Annotated[dict[Key, "Figures"], Meta(max_length=50)] | None = None
    options: Annotated[list["Figures | None"], Meta(max_length=50)] | None = None
    score: Number | None = None
    of: Number | None = None

    def gives(self, names: Collection[str]) -> bool:
        """Are just these of the fields given?"""
        if len(self.__struct_fields__) - astuple(self).count(None) != len(names):
            return False
        for name in names:  # noqa: SIM110 - a loop; a generator takes three times as long
            if getattr(self, name) is None:
                return False
        return True

    def normalised(self) -> "Figures":
        """The same with integers as text: that is how figures are recorded."""
        given = astuple(self)
        if _TO_BE_LOOKED_INTO.isdisjoint(map(type, given)):
            return self
        made: dict[str, Any] = {
            name: str(value) if type(value) is int else value for name, value in to_builtins(self).items()
        }
        if self.events is not None:
            made["events"] = {key: str(number) for key, number in self.events.items()}
        if self.parts is not None:
            made["parts"] = {key: figures.normalised() for key, figures in self.parts.items()}
        if self.options is not None:
            made["options"] = [figures and figures.normalised() for figures in self.options]
        return Figures(**made)

    def too_deep(self) -> bool:
        """Do they lie deeper in one another than those of any rule?"""
        if self.parts is None and self.options is None:
            return False  # nearly always
        level = [self]
        for _ in range(DEEPEST):
            level = [figures for above in level for _, figures in above.inner()]
            if not level:
                return False
        return True

    def misspelt(self) -> str | None:
        """The pointer, from here, of a text that stands in records but not in emissions; None: there is none.

        The largest JSON integer has a digit more than any text that is let in.
        """
        flat = self.events is None and self.parts is None and self.options is None
        if flat and _LARGEST not in astuple(self):
            return None
        for name in _NUMBERS:
            if getattr(self, name) == _LARGEST:
                return f"/{name}"
        for key, number in (self.events or {}).items():
            if number == _LARGEST:
                return f"/events/{pointer_token(key)}"
        for place, figures in self.inner():
            if found := figures.misspelt():
                return place + found
        return None

    def inner(self) -> Iterator[tuple[str, "Figures"]]:
        """The figures that lie in these, each with its pointer from here."""
        for key, figures in (self.parts or {}).items():
            yield f"/parts/{pointer_token(key)}", figures
        for n, option in enumerate(self.options or []):
            if option is not None:
                yield f"/options/{n}", option
