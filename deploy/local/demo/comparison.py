"""What the platform answers beside what was published. Values are compared as numbers, not as text."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from deploy.local.demo.answers import Answer

UNSUPPORTED = ("ROUNDING", "UNSUPPORTED")


@dataclass(frozen=True, slots=True)
class Pair:
    """A value as answered and as published; None where there is none."""

    answered: str | None
    published: str | None

    @property
    def agrees(self) -> bool:
        """Are they the same? What was not published agrees with anything that is there."""
        if self.published is None or self.answered is None:
            return self.published is None
        try:
            return Fraction(self.answered) == Fraction(self.published)
        except ValueError:
            return self.answered == self.published


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area: its points and the points it lost."""

    code: str
    name: str
    max: str
    excluded: str
    points: Pair
    lost: Pair


@dataclass(frozen=True, slots=True)
class SupportLine:
    """One leaf whose figures do not support its points, or were expected not to."""

    code: str
    name: str
    appraised: Pair
    figures: Pair
    computed: Pair
    support: Pair

    @property
    def agrees(self) -> bool:
        """Does everything that was expected of it hold?"""
        return all(pair.agrees for pair in (self.appraised, self.figures, self.computed, self.support))


@dataclass(frozen=True, slots=True)
class Comparison:
    """One round and its one dossier."""

    round: str
    unit: str
    rank: str
    published_rank: str
    points: Pair
    assessed: Pair
    index: Pair
    grade: Pair
    lost: Pair
    leaves_that_lost: Pair
    areas: list[AreaLine]
    support: list[SupportLine]
    position: int

    @property
    def agrees(self) -> bool:
        """Does everything that was published come out?"""
        totals = (self.points, self.assessed, self.index, self.grade, self.lost, self.leaves_that_lost)
        areas = (pair for line in self.areas for pair in (line.points, line.lost))
        return all(pair.agrees for pair in (*totals, *areas)) and all(line.agrees for line in self.support)


def compare(answer: Answer, expected: Mapping[str, Any]) -> Comparison:
    """Put an answer beside what was published of that round (`expected.yaml`)."""
    dossier = answer.dossier
    row = next((row for row in answer.standings if row["unit"]["path"] == expected["unit"]), {})
    rank = expected["rank"]
    return Comparison(
        round=answer.round,
        unit=row["unit"]["name"] if row else expected["unit"],
        rank=f"{row['rank']}/{len(answer.standings)}" if row else "–",
        published_rank=f"{rank['place']}/{rank['of']}",
        points=Pair(row.get("points"), expected["points"]),
        assessed=Pair(row.get("assessed"), expected["assessed"]),
        index=Pair(row.get("index"), expected["index"]),
        grade=Pair(row.get("grade"), expected.get("grade")),
        lost=Pair(dossier["lost"], _lost(expected)),
        leaves_that_lost=Pair(str(len(dossier["lostLeaves"])), _text(expected.get("leaves_that_lost"))),
        areas=_areas(dossier["areas"], expected["areas"]),
        support=_support(dossier["leaves"], expected["support"]),
        position=dossier["position"],
    )


def _areas(answered: list[Mapping[str, Any]], published: Mapping[str, Mapping[str, str]]) -> list[AreaLine]:
    """The areas that were answered, then those that were published and not answered."""
    lines = [_area(area, published.get(area["code"], {})) for area in answered]
    missing = published.keys() - {line.code for line in lines}
    return lines + [_area({"code": code}, published[code]) for code in sorted(missing)]


def _area(area: Mapping[str, Any], published: Mapping[str, str]) -> AreaLine:
    points = Pair(area.get("points"), published.get("points"))
    lost = Pair(area.get("lost"), published.get("lost"))
    return AreaLine(
        area["code"], area.get("name", ""), area.get("max", "–"), area.get("excluded", "–"), points, lost
    )


def _support(leaves: list[Mapping[str, Any]], expected: Mapping[str, Mapping[str, str]]) -> list[SupportLine]:
    """The leaves whose figures do not support their points, and all that were expected not to."""
    shown = [leaf for leaf in leaves if leaf["support"] in UNSUPPORTED or leaf["code"] in expected]
    missing = expected.keys() - {leaf["code"] for leaf in shown}
    answered = [*shown, *({"code": code} for code in sorted(missing))]
    return [_support_line(leaf, expected.get(leaf["code"], {})) for leaf in answered]


def _support_line(leaf: Mapping[str, Any], published: Mapping[str, str]) -> SupportLine:
    figures = _figures(leaf.get("councilFigures") or leaf.get("figures"))
    return SupportLine(
        leaf["code"],
        leaf.get("name", ""),
        Pair(leaf.get("appraisedPoints"), published.get("appraised")),
        Pair(figures, published.get("figures")),
        Pair(leaf.get("computedPoints"), published.get("computed")),
        Pair(leaf.get("support"), published.get("support", "SUPPORTED")),
    )


def _figures(figures: Mapping[str, Any] | None) -> str | None:
    if not figures:
        return None
    if "numerator" in figures:
        return f"{figures['numerator']}/{figures['denominator']}"
    return ", ".join(f"{name} {value}" for name, value in figures.items())


def _lost(expected: Mapping[str, Any]) -> str | None:
    """As published, or the sum of what was published by area."""
    if "lost" in expected:
        return str(expected["lost"])
    return str(sum(Decimal(area["lost"]) for area in expected["areas"].values()))


def _text(value: object) -> str | None:
    return None if value is None else str(value)
