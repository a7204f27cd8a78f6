"""Figures: what is counted for a rule. Source: scoring.md, "Rules"; contracts, "Names and numbers"."""

from collections.abc import Mapping

from msgspec import Struct

from shared.codec.fields import Key, Number
from shared.codec.names import pointer_token
from shared.codec.numbers import MAX_INTEGER_FIGURE

_LARGEST = str(MAX_INTEGER_FIGURE)


class Figures(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What is counted for a rule; which fields belong to which kind of rule, the rule says."""

    numerator: Number | None = None
    denominator: Number | None = None
    percent: Number | None = None
    count: Number | None = None
    choice: Key | None = None
    events: dict[Key, Number] | None = None

    def normalised(self) -> "Figures":
        """The same with integers as text: that is how figures are recorded."""
        return Figures(
            _text(self.numerator),
            _text(self.denominator),
            _text(self.percent),
            _text(self.count),
            self.choice,
            None if self.events is None else {key: str(number) for key, number in self.events.items()},
        )

    def misspelt(self) -> str | None:
        """The pointer, from here, of a text that stands in records but not in emissions; None: there is none.

        The largest JSON integer has a digit more than any text that is let in.
        """
        return next((place for place, number in self._numbers().items() if number == _LARGEST), None)

    def _numbers(self) -> Mapping[str, Number | None]:
        return {
            "/numerator": self.numerator,
            "/denominator": self.denominator,
            "/percent": self.percent,
            "/count": self.count,
            **{f"/events/{pointer_token(key)}": number for key, number in (self.events or {}).items()},
        }


def _text(number: Number | None) -> str | None:
    return None if number is None else str(number)
