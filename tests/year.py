"""A year of a small province: everything that can be said of a round, from its filing to its remediation.

It goes on where `Province.open` left off: the district `huyen` appraises its communes xa-1 and xa-2 in 2023.
"""

from dataclasses import dataclass
from typing import Any

from tests.province import OPEN, RUBRIC, Province

PAST = "2020-01-02T00:00:00Z"
LATER = "2090-01-01T00:00:00Z"
_SURVEYED = {"code": "2.2", "name": "Hài lòng", "max": "1", "rule": {"kind": "survey"}}
YEAR_RUBRIC: dict[str, Any] = {
    **RUBRIC,
    "areas": [
        RUBRIC["areas"][0],
        {**RUBRIC["areas"][1], "criteria": [*RUBRIC["areas"][1]["criteria"], _SURVEYED]},
    ],
}
"""What a year is played under: that of the small province, and a survey beside it."""
DOCUMENT = {"kind": "decision", "number": "12/QĐ-UBND", "date": "2024-01-20", "issuer": "UBND huyện"}
NEXT_RUBRIC: dict[str, Any] = {
    **RUBRIC,
    "id": "bo-chi-so-2024",
    "areas": [
        {
            "code": "1",
            "name": "Chỉ đạo",
            "criteria": [
                {
                    "code": "1.1",
                    "name": "Kế hoạch",
                    "max": "2",
                    "rule": {"kind": "rate"},
                    "evidence": "required",
                },
                {"code": "1.2", "name": "Báo cáo", "max": "1", "rule": {"kind": "judgement"}},
            ],
        },
        {
            "code": "2",
            "name": "Thể chế",
            "criteria": [
                {
                    "code": "2.7",
                    "name": "Sáng kiến",
                    "max": "2",
                    "rule": {"kind": "count", "each": "0.5"},
                    "was": "2.1",
                },
            ],
        },
    ],
}


@dataclass
class Year:
    """Steps of the year; each is recorded, or the test fails."""

    province: Province

    @property
    def district(self) -> str:
        """Who appraises."""
        return f"{self.province.root}/huyen"

    @property
    def stranger(self) -> str:
        """A unit of another root."""
        return f"bo-{self.province.root}/noi-vu"

    def commune(self, name: str = "xa-1") -> str:
        """A unit that is appraised."""
        return f"{self.district}/{name}"

    async def of_round(self, type_: str, round_: str = "2023", **data: Any) -> dict[str, Any]:
        """The district says something of its round; the outcome."""
        return await self.province.say(type_, self.district, f"{self.district}@{round_}", **data)

    async def of_dossier(self, type_: str, commune: str = "xa-1", **data: Any) -> dict[str, Any]:
        """The district says something of a dossier; the outcome."""
        return await self.province.say(type_, self.district, f"{self.commune(commune)}@2023", **data)

    async def by_unit(self, type_: str, commune: str = "xa-1", **data: Any) -> dict[str, Any]:
        """A commune says something of its own dossier; the outcome."""
        unit = self.commune(commune)
        return await self.province.say(type_, unit, f"{unit}@2023", **data)

    async def of_root(self, type_: str, **data: Any) -> dict[str, Any]:
        """The root says something of itself; the outcome."""
        root = self.province.root
        return await self.province.say(type_, root, root, **data)

    async def play(self) -> None:
        """All of it, and the beginning of the next year."""
        await self.prepare()
        await self.appraise()
        await self.release()
        await self.dispute()
        await self.publish()
        await self.put_right()
        await self.reorganise()
        await self.begin_next()

    async def prepare(self) -> None:
        """A grant to a stranger, results from before the ledger."""
        root, unit = self.province.root, self.commune()
        await self.of_root(
            "ReadGranted", grant="g1", to=self.stranger, under=self.district, basis="Luật Thanh tra"
        )
        await self.of_root("ReadGranted", grant="g2", to=self.stranger, under=root)
        await self.of_root("ReadRevoked", grant="g2", reason="nhầm đơn vị")
        imported = {"unit": unit, "round": "2022", "index": "81.5", "rank": 2, "of": 7, "grade": "Tốt"}
        await self.province.say("ResultImported", self.district, unit, **imported, basis="QĐ 99/QĐ-UBND")

    async def appraise(self) -> None:
        """The first commune files, is proposed for, appraised, returned; the second does not file."""
        root, unit = self.province.root, self.commune()
        await self.province.say(
            *("UnitRegistered", root, f"{root}/so"),
            **{"unit": f"{root}/so", "name": "Sở Nội vụ", "kind": "department", "effective": "2020-01-01"},
        )
        await self.of_round("AppraiserAssigned", leaves=["2.1"], appraiser=f"{root}/so")
        for leaf, points, figures in (
            ("1.1", "1.5", {"numerator": 1, "denominator": 3}),
            ("2.1", "1", {"count": 2}),
        ):
            await self.by_unit(
                "SubmissionFiled", leaf=leaf, self_points=points, figures=figures, note=f"về {leaf}"
            )
        for id_, leaf in (("e1", "1.1"), ("e2", "2.1")):
            file = await self.province.put(unit, f"{unit} {id_}".encode())
            await self.by_unit("EvidenceAttached", evidence=id_, leaf=leaf, **file)
        await self.by_unit("DossierSubmitted")
        proposed = {"leaf": "2.1", "points": "0.5", "opinion": "mới có một sáng kiến"}
        await self.province.say("ScoreProposed", f"{root}/so", f"{unit}@2023", **proposed)
        await self.of_dossier("SubmissionReturned", leaves=["1.1", "2.1"], reason="thiếu trang", until=LATER)
        await self.by_unit("EvidenceMoved", evidence="e2", leaf="1.1", reason="nhầm chỗ")
        await self.by_unit("DossierSubmitted")
        await self.of_dossier("ScoreAppraised", leaf="1.1", points="0.666", opinion="theo số liệu")
        await self.of_dossier(
            "ScoreAppraised", leaf="2.1", points="0.5", opinion="một sáng kiến", reason="đã rà soát"
        )
        await self.of_dossier("SurveyRecorded", leaf="2.2", score="3.5", of="5", respondents=120)
        await self.of_dossier("ScoreAppraised", leaf="2.2", points="0.7")
        await self.of_dossier("LeafExcluded", leaf="1.2", kind="not-applicable", reason="không có")
        for id_, target in (("p1", "1.1"), ("p2", "total")):
            penalty = {"penalty": id_, "points": "0.25", "target": target}
            await self.of_dossier("PenaltyApplied", **penalty, reason="nộp muộn", basis="QĐ 7/QĐ-UBND")
        await self.of_dossier("PenaltyLifted", penalty="p2", reason="áp dụng nhầm")
        for id_ in ("b1", "b2"):
            await self.of_dossier(
                "BonusAwarded", bonus=id_, points="0.5", reason="sáng kiến", basis="CV 3/UBND"
            )
        await self.of_dossier("BonusRevoked", bonus="b2", reason="trùng")
        await self.of_dossier("DossierDefaulted", commune="xa-2", reason="không nộp hồ sơ")

    async def release(self) -> None:
        """All units see their points."""
        await self.of_round("AppraisalReleased")

    async def dispute(self) -> None:
        """One dispute is upheld, with other points and figures; one rejected."""
        raised = {"dispute": "d1", "about": "1.1", "claimed_points": "1.5"}
        await self.by_unit("DisputeRaised", **raised, grounds="đã bổ sung số liệu")
        await self.by_unit("DisputeRaised", dispute="d2", about="penalty:p1", grounds="nộp đúng hạn")
        upheld = {"dispute": "d1", "points": "1", "figures": {"numerator": 1, "denominator": 2}}
        await self.of_dossier("DisputeUpheld", **upheld, reason="đồng ý một phần")
        await self.of_dossier("DisputeRejected", dispute="d2", reason="có dấu bưu điện")

    async def publish(self, *closing: str) -> None:
        """The windows close (those named, where some are closed already); results are published."""
        for window in closing or ("filing", "appraisal", "disputes"):
            await self.of_round("RoundExtended", window=window, closes=PAST)
        await self.of_round("ResultsPublished", document=DOCUMENT)

    async def put_right(self) -> None:
        """A plan for a lost leaf, reported and accepted; another that is overdue; one leaf without any."""
        await self.of_dossier(
            "RemediationRequired", leaves=["1.1", "2.1"], due="2024-02-01", reason="mất nhiều điểm"
        )
        plan = {
            "plan": "k1",
            "leaves": ["1.1"],
            "action": "đôn đốc",
            "lead": "Văn phòng",
            "due": "2024-03-01",
        }
        await self.by_unit("RemediationPlanned", **plan, support=["Tư pháp"], target="trên 60 %")
        other = {
            "plan": "k2",
            "leaves": list[str](),
            "action": "tập huấn",
            "lead": "Nội vụ",
            "due": "2024-04-01",
        }
        await self.by_unit("RemediationPlanned", **other)
        await self.by_unit("RemediationReported", plan="k1", done=True, note="đã xong")
        await self.of_dossier("RemediationConfirmed", plan="k1", accepted=True, reason="đạt")

    async def reorganise(self) -> None:
        """Both communes are merged into a new one."""
        new = {"unit": self.commune("xa-moi"), "name": "Xã Mới", "kind": "commune"}
        old = [self.commune("xa-1"), self.commune("xa-2")]
        await self.of_root(
            "UnitsReorganised",
            **{"from": old, "into": [new], "heirs": dict.fromkeys(old, new["unit"])},
            effective="2024-07-01",
            basis="NQ 1/NQ-UBTVQH",
        )

    async def begin_next(self, commune: str = "xa-moi") -> None:
        """Round 2024 is open, under a rubric that renumbered a leaf; something is filed."""
        unit = self.commune(commune)
        await self.province.say("RubricPublished", self.district, self.district, rubric=NEXT_RUBRIC)
        await self.of_round(
            "RoundOpened",
            round_="2024",
            round="2024",
            name="Năm 2024",
            kind="annual",
            period={"from": "2024-01-01", "to": "2024-12-31"},
            rubrics={"commune": NEXT_RUBRIC["id"]},
            units=[unit],
            filing=OPEN,
            appraisal=OPEN,
            disputes=OPEN,
        )
        figures = {"numerator": 1, "denominator": 2}
        filed = {"leaf": "1.1", "self_points": "2", "figures": figures}
        await self.province.say("SubmissionFiled", unit, f"{unit}@2024", **filed)
