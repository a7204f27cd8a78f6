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
        areas=[_area(area, expected["areas"].get(area["code"], {})) for area in dossier["areas"]],
        support=_support(dossier["leaves"], expected["support"]),
        position=dossier["position"],
    )


def _area(area: Mapping[str, Any], published: Mapping[str, str]) -> AreaLine:
    points = Pair(area["points"], published.get("points"))
    lost = Pair(area["lost"], published.get("lost"))
    return AreaLine(area["code"], area["name"], area["max"], area["excluded"], points, lost)


def _support(leaves: list[Mapping[str, Any]], expected: Mapping[str, Mapping[str, str]]) -> list[SupportLine]:
    lines: list[SupportLine] = []
    for leaf in leaves:
        published = expected.get(leaf["code"], {})
        if leaf["support"] not in UNSUPPORTED and not published:
            continue
        lines.append(
            SupportLine(
                leaf["code"],
                leaf["name"],
                Pair(leaf["appraisedPoints"], published.get("appraised")),
                Pair(_figures(leaf["councilFigures"] or leaf["figures"]), published.get("figures")),
                Pair(leaf["computedPoints"], published.get("computed")),
                Pair(leaf["support"], published.get("support", "SUPPORTED")),
            )
        )
    return lines


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
