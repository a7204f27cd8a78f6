"""The whole play: a made-up province from its first unit to its last round."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deploy.province import between, course, erasing, founding, trials
from deploy.province.expectations import expected
from deploy.province.places import COMMUNE, DEPARTMENT, DISTRICT, ROOT, TOKENS, Size, make_places
from deploy.province.rounds import Round
from deploy.province.rubrics import leaves_of, make_rubric, next_year
from deploy.province.script import VIETNAM, Line, Script

JSON = dict[str, Any]

_ROLLS_UP: Mapping[str, str] = {DISTRICT: COMMUNE}
"""Whose results count for whom."""


@dataclass(frozen=True, slots=True)
class Play:
    """A province ready to be played: its lines, its evidence by SHA-256, and what must come of it."""

    root: str
    lines: list[Line]
    files: dict[str, bytes]
    expected: JSON


def make_play(seed: int, size: Size) -> Play:
    """The same play for the same seed and size, to the byte."""
    author = _Author(seed, size)
    author.write()
    script = author.script
    return Play(ROOT, script.lines, script.files, expected(script, author.rounds))


class _Author:
    def __init__(self, seed: int, size: Size) -> None:
        self.size = size
        self.script = Script(seed)
        self.places = make_places(size, self.script.chance("places"))
        self.rubrics: dict[str, JSON] = {}
        self.rounds: list[Round] = []

    def write(self) -> None:
        script, places, years = self.script, self.places, self.size.years
        founding.found(script, places, years[0])
        trials.cancel_one(script, places, years[0])
        for before, year in zip((None, *years), years, strict=False):
            if before is not None and year == self.size.first_two_level:
                self._reorganise(str(before), year)
            self._publish_rubrics(year)
            if year < self.size.first_two_level:
                self._appraise_communes_of_districts(year)
                self._appraise_in_the_province(year, places.departments, DISTRICT, places.districts)
            else:
                left = [path for path in places.departments if path != places.departments[2]]
                communes = [*places.made, places.island, between.NEIGHBOUR]
                self._appraise_in_the_province(year, left, COMMUNE, communes)

    def _reorganise(self, before: str, year: int) -> None:
        script, places = self.script, self.places
        orphaned, passed_on = trials.begin_two(script, places, year)
        between.reorganise(script, places, year)
        between.speak_for_nobody(script, places, before)
        between.take_over(script, places, before)
        trials.end_two(script, places, (orphaned, passed_on))
        self.rounds.append(passed_on)

    def _publish_rubrics(self, year: int) -> None:
        kinds = (COMMUNE, DEPARTMENT) + ((DISTRICT,) if year < self.size.first_two_level else ())
        made: dict[str, JSON] = {}
        for kind in kinds:
            made[kind] = self._rubric(kind, year, made)
        self.rubrics = made
        self.script.at(datetime(year, 7, 10, 8, tzinfo=VIETNAM))
        founding.publish_rubrics(self.script, made)

    def _rubric(self, kind: str, year: int, made: Mapping[str, JSON]) -> JSON:
        id_, name = f"{ROOT}-{TOKENS[kind]}-{year}", f"Bộ chỉ số CCHC cấp {kind} {year} (minh họa)"
        if kind in self.rubrics:
            return next_year(self.rubrics[kind], id_, name)
        below = made.get(_ROLLS_UP.get(kind, ""))
        return make_rubric(id_, name, self.size.leaves, self.script.chance("rubric", kind), below)

    def _appraise_communes_of_districts(self, year: int) -> None:
        rounds = [self._of_district(n, year) for n in range(len(self.places.districts))]
        course.play(rounds, datetime(year, 7, 15, 8, tzinfo=VIETNAM), course.OPENING)
        self._to_the_end(rounds, year)

    def _of_district(self, n: int, year: int) -> Round:
        district = self.places.districts[n]
        units = self._shuffled(self.places.communes[district], district, year)
        first = n == 0
        return Round(
            self.script,
            district,
            str(year),
            f"Đánh giá cấp xã năm {year}",
            {COMMUNE: self.rubrics[COMMUNE]},
            dict.fromkeys(units, COMMUNE),
            groups={"Vùng 1": units[:1], "Vùng 2": units[1:-1]} if first else None,
            appraisers=self.places.departments[1:2] if first else (),
            joins=units[-1] if first else None,
            reopens=first,
        )

    def _appraise_in_the_province(
        self, year: int, departments: Sequence[str], kind: str, others: Sequence[str]
    ) -> None:
        """The departments, and the units of a kind below the province: in two groups, where they are many."""
        kinds = dict.fromkeys(departments, DEPARTMENT) | dict.fromkeys(others, kind)
        units = self._shuffled([*kinds], ROOT, year)
        rubrics = {kind: self.rubrics[kind] for kind in (DEPARTMENT, kind)}
        excluded = [*leaves_of(rubrics[DEPARTMENT])][3]["code"]
        present = sorted(unit for unit in units[:-1] if unit in others)
        half = len(present) // 2
        round_ = Round(
            self.script,
            ROOT,
            str(year),
            f"Đánh giá toàn tỉnh năm {year}",
            rubrics,
            {unit: kinds[unit] for unit in units},
            excluded=[{"leaf": excluded, "kind": "not-due"}],
            groups={"Nhóm I": present[:half], "Nhóm II": present[half:]} if half > 1 else None,
            appraisers=self.places.departments[:2],
            joins=units[-1],
            leaves=units[2],
            reopens=True,
        )
        course.play([round_], datetime(year, 9, 15, 8, tzinfo=VIETNAM), course.OPENING)
        reason = erasing.change_with_a_name(round_, units[-1])
        note = erasing.write_too_much(round_.returned)
        self._to_the_end([round_], year)
        erasing.erase(self.script, note, reason)

    def _to_the_end(self, rounds: Sequence[Round], year: int) -> None:
        for steps in (course.FILING, course.APPRAISAL, course.PUBLICATION, course.FOLLOW_UP):
            course.play(rounds, self.script.clock, steps)
        self.rounds.extend(rounds)

    def _shuffled(self, units: Sequence[str], *names: object) -> list[str]:
        return self.script.chance("units", *names).sample(units, len(units))
