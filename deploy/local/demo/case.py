"""A case on disk (a rubric, rounds, tables of two dossiers), read and turned into emissions.

The same folder gives the same emissions in the same order, but for their ids and the windows of the rounds,
which lie around the moment of loading.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import yaml

import parledger
from parledger import Emission

Row = Mapping[str, str]

NO_OPINION = "Không có ý kiến được công bố"
_BEFORE = timedelta(hours=1)
_OPEN_FOR = timedelta(days=30)
_FIGURES = ("numerator", "denominator", "percent", "count")


@dataclass(frozen=True, slots=True)
class Case:
    """What a case's folder holds, as written: three YAML files, and the tables by round id."""

    plan: Mapping[str, Any]
    rubric: Mapping[str, Any]
    expected: Mapping[str, Any]
    tables: Mapping[str, Mapping[str, Row]]

    @property
    def root(self) -> str:
        """The path of the root."""
        return str(self.plan["units"][0]["path"])

    @property
    def rounds(self) -> list[Mapping[str, Any]]:
        """The rounds, each of one unit."""
        return list(self.plan["rounds"])

    def leaves(self) -> dict[str, str]:
        """The leaves of the areas in order: maximum by code."""
        criteria = [criterion for area in self.rubric["areas"] for criterion in area["criteria"]]
        parts = [part for criterion in criteria for part in criterion.get("parts", [criterion])]
        return {part["code"]: part["max"] for part in parts}

    def bonus(self) -> dict[str, str]:
        """The bonus items: maximum by code."""
        return {item["code"]: item["max"] for item in self.rubric["bonus"]["items"]}


@dataclass(frozen=True, slots=True)
class Step:
    """What one person emits in one go.

    As `tenant` with `roles`; `who` is the `sub` of the token, `doing` is for show.
    """

    tenant: str
    roles: tuple[str, ...]
    who: str
    doing: str
    emissions: tuple[Emission, ...]


def read_case(folder: Path) -> Case:
    """Read a case's folder. OSError where a file is missing."""
    plan = _yaml(folder / "case.yaml")
    tables = {round_["id"]: _table(folder / round_["table"]) for round_ in plan["rounds"]}
    return Case(plan, _yaml(folder / "rubric.yaml"), _yaml(folder / "expected.yaml"), tables)


def steps_of(case: Case, now: datetime) -> list[Step]:
    """Everything that happens in the case, in order; each step is to be answered before the next begins."""
    root = case.root
    steps = [
        Step(root, ("registrar",), "registrar", "đăng ký đơn vị", tuple(_units(case))),
        Step(root, ("chair",), "chair", "ban hành bộ chỉ số, mở kỳ đánh giá", tuple(_openings(case, now))),
    ]
    for round_ in case.rounds:
        unit, dossier = round_["unit"], Dossier(case, round_)
        filed = (*dossier.assignments(), *dossier.filings())
        steps.append(Step(unit, ("filer",), "filer", "tự đánh giá", filed))
        steps.append(Step(unit, ("head",), "head", "gửi hồ sơ", (dossier.submission(),)))
    for round_ in case.rounds:
        dossier = Dossier(case, round_)
        appraised = (*dossier.exclusions(), *dossier.appraisals())
        steps.append(Step(root, ("council",), "council", f"thẩm định {round_['unit']}", appraised))
    releases = tuple(Dossier(case, round_).release() for round_ in case.rounds)
    steps.append(Step(root, ("chair",), "chair", "thông báo kết quả thẩm định", releases))
    return steps


class Dossier:
    """The emissions about one unit in one round."""

    def __init__(self, case: Case, round_: Mapping[str, Any]) -> None:
        self._case = case
        self._round = round_
        self._unit = str(round_["unit"])
        self._subject = f"{self._unit}@{round_['id']}"
        self._rows = case.tables[round_["id"]]
        bonus = {code: maximum for code, maximum in case.bonus().items() if code in round_["bonus"]}
        leaves = case.leaves() | bonus
        self._counted = {code: leaves[code] for code in leaves if code not in round_["excluded"]}

    def assignments(self) -> Iterator[Emission]:
        """Which offices answer for which leaves, where that is known: one emission a group of offices."""
        groups: dict[str, list[str]] = {}
        for code, row in self._rows.items():
            if row.get("responsible"):
                groups.setdefault(row["responsible"], []).append(code)
        for offices, codes in groups.items():
            lead, *support = offices.split("; ")
            data = {"leaves": codes, "lead": lead} | ({"support": support} if support else {})
            yield self._by_unit("LeafAssigned", data)

    def filings(self) -> Iterator[Emission]:
        """What the unit claims: its self points, else what it was given, else full marks."""
        for code, maximum in self._counted.items():
            row = self._rows.get(code, {})
            points = row.get("self_points") or row.get("appraised_points") or maximum
            figures = _figures(row) if self._round["figures_by"] == "unit" else {}
            note = {"note": row["note"]} if row.get("note") else {}
            yield self._by_unit("SubmissionFiled", {"leaf": code, "self_points": points, **figures, **note})

    def submission(self) -> Emission:
        """The head of the unit sends the dossier."""
        return self._by_unit("DossierSubmitted", {})

    def exclusions(self) -> Iterator[Emission]:
        """The leaves that do not count in this round."""
        for code in self._round["excluded"]:
            kind, reason = self._round["excluded_as"], self._round["excluded_because"]
            yield self._by_council("LeafExcluded", {"leaf": code, "kind": kind, "reason": reason})

    def appraisals(self) -> Iterator[Emission]:
        """What the council gives: the published points, else full marks."""
        for code, maximum in self._counted.items():
            row = self._rows.get(code, {})
            data: dict[str, Any] = {"leaf": code, "points": row.get("appraised_points") or maximum}
            if self._round["figures_by"] == "council":
                data |= _figures(row)
            if opinion := row.get("opinion") or (NO_OPINION if _lowered(row) else ""):
                data["opinion"] = opinion
            if row.get("reason"):
                data["reason"] = row["reason"]
            yield self._by_council("ScoreAppraised", data)

    def release(self) -> Emission:
        """The units of the round may see their points."""
        subject = f"{self._case.root}@{self._round['id']}"
        return _emission("AppraisalReleased", self._case.root, subject, self._round["released"], {})

    def _by_unit(self, type_: str, data: Mapping[str, Any]) -> Emission:
        return _emission(type_, self._unit, self._subject, self._round["filed"], data)

    def _by_council(self, type_: str, data: Mapping[str, Any]) -> Emission:
        return _emission(type_, self._case.root, self._subject, self._round["appraised"], data)


def _units(case: Case) -> Iterator[Emission]:
    for unit in case.plan["units"]:
        data = {"unit": unit["path"], **{key: unit[key] for key in ("name", "kind", "effective")}}
        yield _emission("UnitRegistered", case.root, unit["path"], case.plan["prepared"], data)


def _openings(case: Case, now: datetime) -> Iterator[Emission]:
    root, prepared = case.root, case.plan["prepared"]
    kinds = {unit["path"]: unit["kind"] for unit in case.plan["units"]}
    window = {"opens": (now - _BEFORE).isoformat(), "closes": (now + _OPEN_FOR).isoformat()}
    yield _emission("RubricPublished", root, root, prepared, {"rubric": case.rubric})
    for round_ in case.rounds:
        data = {
            "round": round_["id"],
            **{key: round_[key] for key in ("name", "kind", "period")},
            "rubrics": {kinds[round_["unit"]]: case.rubric["id"]},
            "units": [round_["unit"]],
            **dict.fromkeys(("filing", "appraisal", "disputes"), window),
        }
        yield _emission("RoundOpened", root, f"{root}@{round_['id']}", prepared, data)


def _emission(type_: str, source: str, subject: str, time: str, data: Mapping[str, Any]) -> Emission:
    return parledger.emission(type_, source=source, subject=subject, time=time, data=data)


def _figures(row: Row) -> dict[str, dict[str, str]]:
    figures = {name: row[name] for name in _FIGURES if row.get(name)}
    return {"figures": figures} if figures else {}


def _lowered(row: Row) -> bool:
    return bool(row.get("self_points")) and Fraction(row["appraised_points"]) < Fraction(row["self_points"])


def _yaml(file: Path) -> Any:
    return yaml.safe_load(file.read_text("utf-8"))


def _table(file: Path) -> dict[str, Row]:
    with file.open(encoding="utf-8", newline="") as lines:
        return {row["code"]: row for row in csv.DictReader(lines)}
