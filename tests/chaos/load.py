"""What goes in: a seeded appraisal of several rounds, by filers, heads, councils and chairs of one root.

The same seed gives the same emissions, to the id, for a root of any name. Who may overtake whom makes no
difference to what is accepted, nor to the index: what depends on another's word is said in a later phase.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any
from uuid import UUID

from parledger import Emission, raw_emission

DISTRICTS = ("d1", "d2")
COMMUNES = ("x1", "x2", "x3")
OPEN = {"opens": "2020-01-01T00:00:00Z", "closes": "2090-01-01T00:00:00Z"}

_RULES: dict[str, dict[str, Any]] = {
    "1.1": {"kind": "rate"},
    "1.2": {"kind": "judgement"},
    "1.3": {"kind": "rate"},
    "2.1": {"kind": "count", "each": "0.5"},
    "2.2": {"kind": "judgement"},
    "2.3": {"kind": "judgement"},
}
_MOST = 2  # points of every leaf


def _criteria(area: str) -> list[dict[str, Any]]:
    codes = [code for code in _RULES if code.startswith(area)]
    return [
        {"code": code, "name": f"Tiêu chí {code}", "max": str(_MOST), "rule": _RULES[code]} for code in codes
    ]


RUBRIC: dict[str, Any] = {
    "id": "bo-chi-so",
    "name": "Bộ chỉ số thử",
    "points": {"scale": 2, "rounding": "half_up"},
    "index": {"scale": 2, "rounding": "half_up"},
    "grades": [{"name": "Tốt", "from": "70"}, {"name": "Khá", "from": "40"}, {"name": "Yếu", "from": "0"}],
    "bonus": {
        "max": "1",
        "items": [{"code": "B.1", "name": "Tin bài", "max": "1", "rule": {"kind": "judgement"}}],
    },
    "areas": [
        {"code": "1", "name": "Chỉ đạo", "criteria": _criteria("1")},
        {"code": "2", "name": "Thể chế", "criteria": _criteria("2")},
    ],
}


@dataclass(frozen=True, slots=True)
class Voice:
    """Somebody with a token: one client, and what it says is judged in its order."""

    tenant: str
    roles: tuple[str, ...]
    areas: tuple[str, ...] = ()

    @property
    def sub(self) -> str:
        """Whom the token is for."""
        return "-".join((*self.roles, *self.areas))


@dataclass(frozen=True, slots=True)
class Speech:
    """What one voice says in one go, in this order."""

    voice: Voice
    emissions: tuple[Emission, ...]


Phase = tuple[tuple[Speech, ...], ...]
"""Tracks, side by side; the speeches of a track one after the other. A phase ends before the next begins."""


def load(root: str, seed: int, rounds: int) -> list[Phase]:
    """All that is said of one root in so many rounds: about 210 emissions a round, and some twenty before."""
    return list(_Author(root, Random(seed)).phases(rounds))  # noqa: S311 - the same again is what is wanted


def size(phases: list[Phase]) -> int:
    """How many emissions these are."""
    return sum(len(speech.emissions) for phase in phases for track in phase for speech in track)


@dataclass(slots=True)
class _Author:
    root: str
    chance: Random

    @property
    def districts(self) -> list[str]:
        return [f"{self.root}/{name}" for name in DISTRICTS]

    def communes(self, district: str) -> list[str]:
        return [f"{district}/{name}" for name in COMMUNES]

    @property
    def filing(self) -> list[str]:
        return [unit for district in self.districts for unit in (district, *self.communes(district))]

    def phases(self, rounds: int) -> Iterator[Phase]:
        """Round n is filed in phase n, appraised in the next, closed in the one after: all at once."""
        yield ((self._foundation(),),)
        yield tuple((self._openings(authority, rounds),) for authority in (self.root, *self.districts))
        for phase in range(rounds + 2):
            tracks: list[tuple[Speech, ...]] = []
            if phase < rounds:
                tracks += [self._filing_of(unit, f"r{phase}") for unit in self.filing]
            if 0 <= phase - 1 < rounds:
                tracks += self._appraisals(f"r{phase - 1}")
            if 0 <= phase - 2 < rounds:
                tracks += [(self._closing(authority, f"r{phase - 2}"),) for authority in self._authorities]
            yield tuple(tracks)

    @property
    def _authorities(self) -> list[str]:
        return [self.root, *self.districts]

    def _children(self, authority: str) -> list[str]:
        return self.districts if authority == self.root else self.communes(authority)

    # --- what is said

    def _foundation(self) -> Speech:
        units = [(self.root, "province")]
        for district in self.districts:
            units += [(district, "district"), *((commune, "commune") for commune in self.communes(district))]
        said = [
            self._say(
                "UnitRegistered", self.root, unit, unit=unit, name=unit, kind=kind, effective="2020-01-01"
            )
            for unit, kind in units
        ]
        said.append(self._say("RubricPublished", self.root, self.root, rubric=RUBRIC))
        return Speech(Voice(self.root, ("chair", "registrar")), tuple(said))

    def _openings(self, authority: str, rounds: int) -> Speech:
        roles = ("chair", "registrar") if authority == self.root else ("chair",)
        kind = "district" if authority == self.root else "commune"
        said = [
            self._say(
                "RoundOpened",
                authority,
                f"{authority}@r{number}",
                round=f"r{number}",
                name=f"Đợt {number}",
                kind="interim",
                period={"from": "2023-01-01", "to": "2023-12-31"},
                rubrics={kind: RUBRIC["id"]},
                units=self._children(authority),
                filing=OPEN,
                appraisal=OPEN,
                disputes=OPEN,
            )
            for number in range(rounds)
        ]
        return Speech(Voice(authority, roles), tuple(said))

    def _filing_of(self, unit: str, round_: str) -> tuple[Speech, ...]:
        dossier = f"{unit}@{round_}"
        said = [self._filed(unit, dossier) for _ in range(8)]
        said.append(
            self._say("LeafAssigned", unit, dossier, leaves=[self._leaf()], lead="Văn phòng", support=[])
        )
        said.append(self._say("SubmissionWithdrawn", unit, dossier, leaf=self._leaf(), reason="nộp nhầm"))
        said.append(self._fault(unit, dossier))
        self.chance.shuffle(said)
        said.append(said[self.chance.randrange(len(said))])  # once more: the first answer again
        head = [
            self._say("DossierSubmitted", unit, dossier, number=f"{self.chance.randrange(999)}/BC"),
            self._filed(unit, dossier),
        ]
        return (Speech(Voice(unit, ("filer",)), tuple(said)), Speech(Voice(unit, ("head",)), tuple(head)))

    def _appraisals(self, round_: str) -> Iterator[tuple[Speech, ...]]:
        for authority in self._authorities:
            for area in "12":
                said = [
                    said
                    for unit in self._children(authority)
                    for said in self._appraisal_of(authority, f"{unit}@{round_}", area)
                ]
                yield (Speech(Voice(authority, ("council",), (area,)), tuple(said)),)

    def _appraisal_of(self, authority: str, dossier: str, area: str) -> Iterator[Emission]:
        codes = [code for code in _RULES if code.startswith(area)]
        for code in self.chance.sample(codes, len(codes)):
            given: dict[str, Any] = {"leaf": code, "points": self._points()}
            if self.chance.random() < 0.9:
                given |= {"opinion": "theo hồ sơ", "reason": "đã đối chiếu"}
            yield self._say("ScoreAppraised", authority, dossier, **given)
        if self.chance.random() < 0.3:
            yield self._say(
                "LeafExcluded",
                authority,
                dossier,
                leaf=self.chance.choice(codes),
                kind="not-applicable",
                reason="không có",
            )

    def _closing(self, authority: str, round_: str) -> Speech:
        roles = ("chair", "registrar") if authority == self.root else ("chair",)
        said: list[Emission] = []
        for unit in self._children(authority):
            dossier = f"{unit}@{round_}"
            said.append(self._say("ScoreAppraised", authority, dossier, leaf="B.1", points=self._points(1)))
            said.append(
                self._say(
                    "PenaltyApplied",
                    authority,
                    dossier,
                    penalty="p1",
                    points="0.25",
                    target=self.chance.choice(["total", "1", "2.1"]),
                    reason="nộp muộn",
                )
            )
            if self.chance.random() < 0.4:
                said.append(self._say("PenaltyLifted", authority, dossier, penalty="p1", reason="có lý do"))
        said.append(
            self._say(
                "AppraisalReleased", authority, f"{authority}@{round_}", units=self._children(authority)
            )
        )
        return Speech(Voice(authority, roles), tuple(said))

    def _filed(self, unit: str, dossier: str) -> Emission:
        leaf = self._leaf()
        given: dict[str, Any] = {"leaf": leaf, "self_points": self._points()}
        if _RULES[leaf]["kind"] == "rate":
            denominator = self.chance.randrange(1, 50)
            numerator = self.chance.randrange(denominator + 1)
            given["figures"] = {"numerator": numerator, "denominator": denominator}
        elif _RULES[leaf]["kind"] == "count":
            given["figures"] = {"count": self.chance.randrange(6)}
        if self.chance.random() < 0.3:
            given["note"] = f"theo báo cáo số {self.chance.randrange(100)}"
        return self._say("SubmissionFiled", unit, dossier, **given)

    def _fault(self, unit: str, dossier: str) -> Emission:
        """Something that is refused: each for another reason."""
        kind = self.chance.randrange(5)
        if kind == 0:
            return self._say("SubmissionFiled", unit, dossier, leaf="9.9", self_points="1")
        if kind == 1:
            return self._say("DossierSubmitted", unit, dossier)  # by a filer
        if kind == 2:
            return self._say("SubmissionFiled", unit, dossier, leaf="1.2", self_points=str(_MOST + 1))
        if kind == 3:
            return self._say("SubmissionFiled", unit, f"{unit}@r999", leaf="1.2", self_points="1")
        return raw_emission(b'{"specversion": "1.0", "of": "%d"' % self.chance.getrandbits(64))

    def _leaf(self) -> str:
        return self.chance.choice(list(_RULES))

    def _points(self, most: int = _MOST) -> str:
        hundredths = self.chance.randrange(most * 100 + 1)
        return str(hundredths / 100).removesuffix(".0")

    def _say(self, type_: str, source: str, subject: str, **data: Any) -> Emission:
        return spoken(self.chance, type_, source, subject, data)


def spoken(chance: Random, type_: str, source: str, subject: str, data: dict[str, Any]) -> Emission:
    """An emission whose id is the next by chance."""
    envelope = {
        "specversion": "1.0",
        "id": str(UUID(int=chance.getrandbits(128), version=4)),
        "type": type_,
        "source": source,
        "subject": subject,
        "time": "2023-12-05T08:30:00+07:00",
        "data": data,
    }
    return raw_emission(json.dumps(envelope).encode())
