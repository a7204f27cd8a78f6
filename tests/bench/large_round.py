"""What comes in during one round of the largest province: 185 units, 80 leaves, some thirteen events a leaf.

Filings that are filed again, evidence that is moved and withdrawn, proposals, scores with opinions and
reasons, exclusions, penalties, bonuses, surveys, disputes, remediation: in the order in which a round goes.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import sha256
from itertools import count, islice
from random import Random
from typing import Any
from uuid import UUID

from deploy.province.evaluate.numbers import round_, text_of
from deploy.province.evaluate.rules import worth
from deploy.province.measures import figures_of
from deploy.province.rubrics import leaves_of, make_rubric
from shared.codec.names import root_of
from shared.domain.emission import Caller
from shared.ledger.arrivals import Arrival, arrive
from tests.province import ACTOR, OPEN

JSON = dict[str, Any]

UNITS = 185
LEAVES = 80
ROUND = "2023"
FILE = sha256(b"bao cao").hexdigest()
"""The file that every unit has put."""
FILE_SIZE = 7

_ROLES = frozenset(["filer", "head", "council", "chair", "registrar"])
_CLAIMS = 12
"""Different claims that are made for a leaf; no unit files one twice running."""
_OPINION = "Hồ sơ chưa chứng minh đủ điểm tự chấm"
_REASON = "Hội đồng đối chiếu thêm nguồn khác"
_NOTE = "Theo báo cáo năm của đơn vị"


@dataclass(frozen=True, slots=True)
class Claim:
    """Figures for a leaf and the points that they give, in points."""

    figures: JSON | None
    points: Fraction


@dataclass(slots=True)
class LargeRound:
    """The emissions of one round, always the same for the same root."""

    root: str
    units: int = UNITS
    rubric: JSON = field(init=False)
    claims: dict[str, list[Claim]] = field(init=False)
    _chance: Random = field(init=False)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self._chance = Random(ROUND)  # noqa: S311 - a made-up round, no secret
        self.rubric = make_rubric("bo-chi-so", "Bộ chỉ số cấp tỉnh (minh họa)", LEAVES, self._chance)
        self.claims = {leaf["code"]: self._claims(leaf) for leaf in leaves_of(self.rubric)}

    @property
    def paths(self) -> list[str]:
        """The units of the round."""
        return [f"{self.root}/don-vi-{n:03d}" for n in range(1, self.units + 1)]

    def emissions(self) -> Iterator[JSON]:
        """All of them, from the first unit to the last remediation."""
        yield from self._founding()
        for work in (self._filed, self._appraised, self._after):
            yield from _mixed([work(path) for path in self.paths], self._chance)  # all at the same time
            if work == self._appraised:
                yield self._say(self.root, f"{self.root}@{ROUND}", "AppraisalReleased")

    def _founding(self) -> Iterator[JSON]:
        root = self.root
        for path, kind in ((root, "tỉnh"), *((path, "sở") for path in self.paths)):
            said = {"unit": path, "name": f"Đơn vị {path}", "kind": kind, "effective": "2020-01-01"}
            yield self._say(root, path, "UnitRegistered", **said)
        yield self._say(root, root, "RubricPublished", rubric=self.rubric)
        opened = {
            "round": ROUND,
            "name": "Năm 2023",
            "kind": "annual",
            "period": {"from": "2023-01-01", "to": "2023-12-31"},
            "rubrics": {"sở": self.rubric["id"]},
            "units": self.paths,
            **dict.fromkeys(("filing", "appraisal", "disputes"), OPEN),
        }
        yield self._say(root, f"{root}@{ROUND}", "RoundOpened", **opened)
        for area, appraiser in zip(self.rubric["areas"], self.paths, strict=False):
            codes = [leaf["code"] for leaf in leaves_of({"areas": [area]})]
            yield self._say(root, f"{root}@{ROUND}", "AppraiserAssigned", leaves=codes, appraiser=appraiser)

    def _filed(self, unit: str) -> Iterator[JSON]:
        chance, dossier = self._chance, f"{unit}@{ROUND}"
        for area in self.rubric["areas"]:
            codes = [leaf["code"] for leaf in leaves_of({"areas": [area]})]
            yield self._say(unit, dossier, "LeafAssigned", leaves=codes, lead="Văn phòng")
        for leaf in leaves_of(self.rubric):
            code = leaf["code"]
            for number in range(chance.randint(2, 5)):
                evidence = f"tl-{code}-{number}"
                yield self._attached(unit, dossier, evidence, code)
                if chance.random() < 0.1:
                    yield self._say(unit, dossier, "EvidenceWithdrawn", evidence=evidence, reason="Nhầm tệp")
            if leaf.get("source") == "survey":
                continue
            for number in range(chance.randint(5, 12)):
                claim = self.claims[code][number]
                yield self._say(
                    unit,
                    dossier,
                    "SubmissionFiled",
                    leaf=code,
                    self_points=text_of(claim.points),
                    figures=None if leaf.get("source") == "system" else claim.figures,
                    note=_NOTE if chance.random() < 0.1 else None,
                )
        yield self._say(unit, dossier, "DossierSubmitted", number="12/BC", dated="2023-11-01")

    def _attached(self, unit: str, dossier: str, evidence: str, code: str) -> JSON:
        said = {"evidence": evidence, "leaf": code, "sha256": FILE, "size": FILE_SIZE, "name": "bao-cao.pdf"}
        paper = {"number": "31/BC", "dated": "2023-10-01", "issuer": unit, "title": "Báo cáo", "pages": "1-3"}
        return self._say(unit, dossier, "EvidenceAttached", **said, media_type="application/pdf", **paper)

    def _appraised(self, unit: str) -> Iterator[JSON]:
        chance, dossier, root = self._chance, f"{unit}@{ROUND}", self.root
        for number, area in enumerate(self.rubric["areas"]):
            for leaf in leaves_of({"areas": [area]}):
                code, said = leaf["code"], self._decided(leaf)
                if leaf.get("source") == "survey":
                    score = {"score": text_of(Fraction(chance.randint(250, 500), 100)), "of": 5}
                    yield self._say(root, dossier, "SurveyRecorded", leaf=code, **score, respondents=200)
                yield self._say(self.paths[number], dossier, "ScoreProposed", **said)
                yield self._say(root, dossier, "ScoreAppraised", **said, reason=_REASON, provisional=True)
                yield self._say(root, dossier, "ScoreAppraised", **said, reason=_REASON)
        excluded = chance.choice([*self.claims])
        yield self._say(
            root, dossier, "LeafExcluded", leaf=excluded, kind="not-applicable", reason="Không phát sinh"
        )
        penalty = {"penalty": "p1", "points": "0.25", "target": chance.choice(["total", "1", *self.claims])}
        yield self._say(root, dossier, "PenaltyApplied", **penalty, reason="Nộp muộn")
        yield self._say(root, dossier, "BonusAwarded", bonus="b1", points="0.5", reason="Sáng kiến")

    def _after(self, unit: str) -> Iterator[JSON]:
        """Disputes, and what is to be done better."""
        dossier, root = f"{unit}@{ROUND}", self.root
        for code in self._chance.sample([*self.claims], 6):
            id_ = f"kn-{code}"
            yield self._say(
                unit, dossier, "DisputeRaised", dispute=id_, about=code, grounds="Hội đồng chưa xét tài liệu"
            )
            yield self._attached(unit, dossier, f"tl-kn-{code}", code)
            if self._chance.random() < 0.5:
                yield self._say(
                    root, dossier, "DisputeUpheld", dispute=id_, points="0.5", reason="Đúng như đơn vị nêu"
                )
            else:
                yield self._say(root, dossier, "DisputeRejected", dispute=id_, reason="Không có căn cứ")
        codes = self._chance.sample([*self.claims], 3)
        yield self._say(root, dossier, "RemediationRequired", leaves=codes, due="2090-06-30")
        plan = {"plan": "k1", "leaves": codes, "action": "Rà soát quy trình", "lead": "Văn phòng"}
        yield self._say(unit, dossier, "RemediationPlanned", **plan, due="2090-05-31")
        yield self._say(unit, dossier, "RemediationReported", plan="k1", done=True)
        yield self._say(root, dossier, "RemediationConfirmed", plan="k1", accepted=True)

    def _decided(self, leaf: JSON) -> JSON:
        """Some other claim's points: so the council's are now those of the figures, now others."""
        points = self._chance.choice(self.claims[leaf["code"]]).points
        return {"leaf": leaf["code"], "points": text_of(points), "opinion": _OPINION}

    def _claims(self, leaf: JSON) -> list[Claim]:
        found = list[Claim]()
        maximum, rule, scale = Fraction(leaf["max"]), leaf["rule"], self.rubric["points"]
        for number in range(_CLAIMS):
            figures = figures_of(rule, self._chance, 0.7)
            exact = None if figures is None else worth(rule, figures, maximum, scale)
            if exact is None:
                points = maximum * (number % 3) / 4 if "step" not in rule else Fraction(number % 3, 4)
            else:
                points = round_(exact, scale["scale"], scale["rounding"])
            found.append(Claim(figures, min(points, maximum)))
        return found

    def _say(self, source: str, subject: str, type_: str, **data: Any) -> JSON:
        number = next(self._numbers)
        return {
            "specversion": "1.0",
            "id": str(UUID(int=(0x0199C0DE0000 + number) << 80 | 7 << 76 | 2 << 62 | _scattered(number))),
            "type": type_,
            "source": source,
            "subject": subject,
            "time": "2023-12-05T08:30:00+07:00",
            "data": {name: value for name, value in data.items() if value is not None},
        }


def arrivals_of(emissions: Iterable[JSON], number: int) -> list[Arrival]:
    """The next of these, as a desk takes them from the broker."""
    return [
        arrive(
            Caller(one["source"], root_of(one["source"]), one["type"], _ROLES, frozenset(), ACTOR),
            json.dumps(one).encode(),
        )
        for one in islice(emissions, number)
    ]


def _scattered(number: int) -> int:
    """62 bits that look like chance: the random part of an id."""
    return number * 0x9E3779B97F4A7C15 & ((1 << 62) - 1)


def _mixed(works: list[Iterator[JSON]], chance: Random) -> Iterator[JSON]:
    """What several do at the same time, each in its order."""
    while works:
        work = chance.choice(works)
        burst = list(islice(work, 3))
        if not burst:
            works.remove(work)
        yield from burst
