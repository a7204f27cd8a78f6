"""Rounds, who is in them and what they publish, written from scoring.md alone: slow and obvious.

Everything is looked up anew in the list of what was recorded: (type, subject, data), in order.
"""

from fractions import Fraction
from typing import Any

from deploy.province.evaluate import SlowEvaluator

JSON = dict[str, Any]
Said = tuple[str, str, JSON]
Place = tuple[str, str, Fraction | None, int | None]
"""unit, kind, index, rank"""

OF_DOSSIERS = {"ScoreAppraised", "LeafExcluded", "LeafIncluded", "PenaltyApplied", "SubmissionFiled"}


class SlowRounds:
    """A root of these rubrics, in which this was recorded."""

    def __init__(self, rubrics: dict[str, JSON], said: list[Said]) -> None:
        self.rubrics = rubrics
        self.said = said

    def opened(self, subject: str) -> JSON:
        return next(data for type_, about, data in self.said if (type_, about) == ("RoundOpened", subject))

    def kind(self, unit: str) -> str:
        return next(data["kind"] for type_, about, data in self.said if about == unit and "kind" in data)

    def is_published(self, subject: str) -> bool:
        words = [type_ for type_, about, _ in self.said if about == subject]
        words = [word for word in words if word in ("ResultsPublished", "RoundReopened")]
        return words[-1:] == ["ResultsPublished"]

    def members(self, subject: str) -> list[str]:
        """Who is in a round, in the order in which they came."""
        units: list[str] = []
        for n, (type_, about, data) in enumerate(self.said):
            if (type_, about) == ("RoundOpened", subject):
                units = list(data["units"])
            if (type_, about) == ("RoundChanged", subject):
                units = [unit for unit in units if unit not in data.get("remove", [])]
                units += [unit for unit in data.get("add", []) if unit not in units]
            if type_ == "UnitsReorganised" and not SlowRounds(self.rubrics, self.said[:n]).is_published(
                subject
            ):
                going_on = [made["unit"] for made in data["into"]]
                units = [unit for unit in units if unit in going_on or unit not in data["from"]]
        return units

    def dossier(self, unit: str, subject: str) -> SlowEvaluator:
        """Of a unit in the round `subject`."""
        round_ = self.opened(subject)
        own = f"{unit}@{round_['round']}"
        events = [(type_, data) for type_, about, data in self.said if about == own and type_ in OF_DOSSIERS]
        out = [leaf["leaf"] for leaf in round_.get("excluded", [])]
        rubric = self.rubrics[round_["rubrics"][self.kind(unit)]]
        return SlowEvaluator(rubric, out, events, lambda code: self.given_below(own, code))

    def given_below(self, subject: str, code: str) -> list[Fraction]:
        """Appraised points by maximum, of those it counted for when the round was published last."""
        at = [n for n, (type_, about, _) in enumerate(self.said) if (type_, about) == _publication(subject)]
        if not at:
            return []
        then = SlowRounds(self.rubrics, self.said[: at[-1]])
        dossiers = [then.dossier(unit, subject) for unit in then.members(subject)]
        return [
            points / Fraction(dossier.leaves[code]["max"])
            for dossier in dossiers
            if code in dossier.leaves
            and (points := dossier.appraised(code)) is not None
            and not dossier.is_excluded(code)
        ]

    def standings(self, subject: str) -> list[Place]:
        """By kind, rank, path; who has no index comes last."""
        groups = self.opened(subject).get("groups", {})
        found = {unit: self.dossier(unit, subject).result()["index"] for unit in self.members(subject)}

        def among(unit: str) -> str:
            group = [name for name, units in groups.items() if unit in units]
            return f"group {group[0]}" if group else f"kind {self.kind(unit)}"

        def rank(unit: str) -> int | None:
            mine = found[unit]
            if mine is None:
                return None
            pool = [index for other, index in found.items() if among(other) == among(unit)]
            return 1 + len([index for index in pool if index is not None and index > mine])

        places = [(unit, self.kind(unit), found[unit], rank(unit)) for unit in found]
        return sorted(places, key=lambda place: (place[1], place[3] is None, place[3] or 0, place[0]))


def _publication(subject: str) -> tuple[str, str]:
    return "ResultsPublished", subject
