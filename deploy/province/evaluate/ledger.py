"""A whole root: from what was recorded in it to the standings of a round, at any position."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from deploy.province.evaluate.dossier import SlowEvaluator
from deploy.province.evaluate.numbers import JSON, text_of


class Said(NamedTuple):
    """One recorded event."""

    type: str
    source: str
    subject: str
    data: JSON


@dataclass(frozen=True, slots=True)
class Standing:
    """A unit's place in a round; numbers as text."""

    unit: str
    kind: str
    index: str | None
    rank: int | None
    grade: str | None
    points: str
    assessed: str
    coverage: str
    final: bool


@dataclass(slots=True)
class SlowLedger:
    """What was recorded, in order: the event at position 1 is the first. `upto` is a position, inclusive."""

    events: list[Said] = field(default_factory=list[Said])

    def before(self, upto: int | None) -> Sequence[Said]:
        """What was recorded up to a position."""
        return self.events if upto is None else self.events[:upto]

    def rubric(self, id_: str) -> JSON:
        """A published rubric."""
        return next(
            e.data["rubric"]
            for e in self.events
            if e.type == "RubricPublished" and e.data["rubric"]["id"] == id_
        )

    def opening(self, authority: str, round_: str) -> JSON:
        """How a round was opened."""
        subject = f"{authority}@{round_}"
        return next(e.data for e in self.events if e.type == "RoundOpened" and e.subject == subject)

    def kinds(self, authority: str, round_: str, upto: int | None = None) -> dict[str, str]:
        """The units of a round, each with the kind that it had when its dossier began."""
        subject, kind, begun = f"{authority}@{round_}", dict[str, str](), dict[str, str]()
        present: list[str] = []
        open_ = True
        for event in self.before(upto):
            data = event.data
            if event.type in ("UnitRegistered", "UnitChanged") and "kind" in data:
                kind[data["unit"]] = data["kind"]
            if event.type == "UnitsReorganised":
                kind |= {new["unit"]: new["kind"] for new in data["into"]}
                goes_on = {new["unit"] for new in data["into"]}
                if open_:
                    present = [u for u in present if u not in data["from"] or u in goes_on]
            if event.subject != subject:
                continue
            if event.type == "RoundOpened":
                present = list(data["units"])
            if event.type == "RoundChanged":
                present = [u for u in present if u not in data.get("remove", [])]
                present += [u for u in data.get("add", []) if u not in present]
            if event.type in ("ResultsPublished", "RoundReopened", "RoundCancelled"):
                open_ = event.type == "RoundReopened"
            begun |= {unit: kind[unit] for unit in present if unit not in begun}
        return {unit: begun[unit] for unit in present}

    def dossier(
        self, authority: str, round_: str, unit: str, kind: str, upto: int | None = None
    ) -> SlowEvaluator:
        """The dossier of a unit of the round."""
        opening = self.opening(authority, round_)
        subject = f"{unit}@{round_}"
        return SlowEvaluator(
            self.rubric(opening["rubrics"][kind]),
            [excluded["leaf"] for excluded in opening.get("excluded", [])],
            [(event.type, event.data) for event in self.before(upto) if event.subject == subject],
            lambda code: self.given_below(unit, round_, code, upto),
        )

    def given_below(self, unit: str, round_: str, code: str, upto: int | None = None) -> list[Fraction]:
        """Appraised points by maximum, of those it counted for when the round was published last."""
        subject = f"{unit}@{round_}"
        published = [
            position
            for position, event in enumerate(self.before(upto), start=1)
            if event.type == "ResultsPublished" and event.subject == subject
        ]
        if not published:
            return []
        shares: list[Fraction] = []
        for child, kind in self.kinds(unit, round_, published[-1]).items():
            dossier = self.dossier(unit, round_, child, kind, published[-1])
            given = dossier.appraised(code)
            if code in dossier.leaves and given is not None and not dossier.is_excluded(code):
                shares.append(given / Fraction(dossier.leaves[code]["max"]))
        return shares

    def standings(self, authority: str, round_: str, upto: int | None = None) -> list[Standing]:
        """Every unit of the round by kind, rank, path; ranked in its group, else within its kind."""
        group_of = {
            unit: name
            for name, units in self.opening(authority, round_).get("groups", {}).items()
            for unit in units
        }
        kinds = self.kinds(authority, round_, upto)
        results = {
            unit: self.dossier(authority, round_, unit, kind, upto).result() for unit, kind in kinds.items()
        }
        rows: list[Standing] = []
        for unit, kind in kinds.items():
            group = group_of.get(unit)
            rivals = [
                other
                for other in kinds
                if group_of.get(other) == group and (group is not None or kinds[other] == kind)
            ]
            result = results[unit]
            index = result["index"]
            indices = [results[o]["index"] for o in rivals if results[o]["index"] is not None]
            rows.append(
                Standing(
                    unit=unit,
                    kind=kind,
                    index=None if index is None else text_of(index),
                    rank=None if index is None else 1 + len([i for i in indices if i > index]),
                    grade=result["grade"],
                    points=text_of(result["points"]),
                    assessed=text_of(result["assessed"]),
                    coverage=text_of(result["coverage"]),
                    final=result["final"],
                )
            )
        return sorted(rows, key=lambda row: (row.kind, row.rank is None, row.rank or 0, row.unit))
