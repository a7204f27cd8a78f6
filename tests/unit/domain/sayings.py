"""What tenants say in tests: each an emission before it is written down.

The province `qt` has the districts `qt/a` and `qt/b`, and `qt/a` the communes `qt/a/x` and `qt/a/y`. Unless
it is said otherwise, `qt/a` files and `qt` appraises, in the round `qt@2023`.
"""

from dataclasses import dataclass, field, replace
from typing import Any

JSON = dict[str, Any]

NOW = 1_701_739_800_000_000
"""2023-12-05T01:30:00Z, in microseconds: where nothing else is said, everything is judged then."""
HOUR = 3_600_000_000
OPENS, CLOSES = "2023-12-05T00:30:00Z", "2023-12-05T09:30:00+07:00"
OPEN = {"opens": OPENS, "closes": CLOSES}
"""From an hour before NOW to an hour after it."""
EVERYTHING = frozenset({"filer", "head", "council", "chair", "registrar"})


@dataclass(frozen=True)
class Saying:
    """One emission: its type, who sends it, about what, what it says, and when it is judged."""

    type: str
    source: str
    subject: str
    data: Any
    roles: frozenset[str] = EVERYTHING
    areas: frozenset[str] = frozenset()
    at: int = NOW
    attributes: JSON = field(default_factory=dict[str, Any])

    def by(self, source: str, *roles: str, areas: tuple[str, ...] = ()) -> "Saying":
        """The same, sent by somebody else."""
        return replace(self, source=source, roles=frozenset(roles) or self.roles, areas=frozenset(areas))

    def on(self, subject: str) -> "Saying":
        """The same about something else."""
        return replace(self, subject=subject)

    def when(self, at: int) -> "Saying":
        """The same, judged at another time."""
        return replace(self, at=at)

    def but(self, **changed: Any) -> "Saying":
        """The same with other data; None leaves a field out."""
        data = {name: value for name, value in {**self.data, **changed}.items() if value is not None}
        return replace(self, data=data)

    def with_attributes(self, **attributes: Any) -> "Saying":
        """The same with other attributes of the envelope."""
        return replace(self, attributes=attributes)


def registered(unit: str, kind: str = "district", effective: str = "2020-01-01") -> Saying:
    data = {"unit": unit, "name": f"Đơn vị {unit}", "kind": kind, "effective": effective}
    return Saying("UnitRegistered", unit.rpartition("/")[0] or unit, unit, data)


FILE = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


def attached(code: str, id_: str = "e1", **others: Any) -> Saying:
    file = {"sha256": FILE, "name": "bao-cao.pdf", "size": 4, "media_type": "application/pdf"}
    data = {"evidence": id_, "leaf": code, **file, **others}
    return Saying("EvidenceAttached", "qt/a", "qt/a@2023", data)


def evidence_withdrawn(id_: str = "e1", **others: Any) -> Saying:
    return Saying("EvidenceWithdrawn", "qt/a", "qt/a@2023", {"evidence": id_, **others})


def moved(leaf: str = "1.2", id_: str = "e1", **others: Any) -> Saying:
    return Saying("EvidenceMoved", "qt/a", "qt/a@2023", {"evidence": id_, "leaf": leaf, **others})


def published(rubric: JSON, by: str = "qt") -> Saying:
    return Saying("RubricPublished", by, by, {"rubric": rubric})


def opened(authority: str = "qt", *units: str, **others: Any) -> Saying:
    data: JSON = {
        "round": "2023",
        "name": "Năm 2023",
        "kind": "annual",
        "period": {"from": "2023-01-01", "to": "2023-12-31"},
        "rubrics": {"district": "bo"},
        "units": list(units) or ["qt/a", "qt/b"],
        "filing": OPEN,
        "appraisal": OPEN,
        "disputes": OPEN,
        **others,
    }
    return Saying("RoundOpened", authority, f"{authority}@{data['round']}", data)


def released(*units: str) -> Saying:
    return Saying("AppraisalReleased", "qt", "qt@2023", {"units": list(units)} if units else {})


def _unit(type_: str, **data: Any) -> Saying:
    return Saying(type_, "qt/a", "qt/a@2023", _without_none(data))


def _council(type_: str, **data: Any) -> Saying:
    return Saying(type_, "qt", "qt/a@2023", _without_none(data))


def _without_none(data: JSON) -> JSON:
    return {name: value for name, value in data.items() if value is not None}


def filed(leaf: str = "1.1", points: str = "1", figures: JSON | None = None, **others: Any) -> Saying:
    return _unit("SubmissionFiled", leaf=leaf, self_points=points, figures=figures, **others)


def withdrawn(leaf: str = "1.1", **others: Any) -> Saying:
    return _unit("SubmissionWithdrawn", leaf=leaf, **others)


def assigned(*leaves: str, lead: str = "Phòng Nội vụ", **others: Any) -> Saying:
    return _unit("LeafAssigned", leaves=list(leaves) or ["1.1"], lead=lead, **others)


def submitted(**data: Any) -> Saying:
    return _unit("DossierSubmitted", **data)


def scored(leaf: str = "1.1", points: str = "1", figures: JSON | None = None, **others: Any) -> Saying:
    return _council("ScoreAppraised", leaf=leaf, points=points, figures=figures, **others)


def excluded(leaf: str = "1.1", kind: str = "not-applicable", reason: str = "không có") -> Saying:
    return _council("LeafExcluded", leaf=leaf, kind=kind, reason=reason)


def included(leaf: str = "1.1", reason: str = "có") -> Saying:
    return _council("LeafIncluded", leaf=leaf, reason=reason)


def penalty(points: str = "0.5", target: str = "total", id_: str = "p1", reason: str = "vi phạm") -> Saying:
    return _council("PenaltyApplied", penalty=id_, points=points, target=target, reason=reason)


def lifted(id_: str = "p1", reason: str = "đã khắc phục") -> Saying:
    return _council("PenaltyLifted", penalty=id_, reason=reason)


def bonus(points: str = "0.5", id_: str = "b1", reason: str = "sáng kiến") -> Saying:
    return _council("BonusAwarded", bonus=id_, points=points, reason=reason)


def revoked(id_: str = "b1", reason: str = "nhầm") -> Saying:
    return _council("BonusRevoked", bonus=id_, reason=reason)


def returned(*leaves: str, until: str = CLOSES, reason: str = "thiếu tài liệu") -> Saying:
    return _council("SubmissionReturned", leaves=list(leaves) or ["1.1"], until=until, reason=reason)


def proposed(leaf: str = "1.1", points: str = "1", figures: JSON | None = None, **others: Any) -> Saying:
    """By `qt/b`, to whom nothing is assigned unless `appraiser` says so."""
    return _council("ScoreProposed", leaf=leaf, points=points, figures=figures, **others).by("qt/b")


def defaulted(reason: str = "không gửi hồ sơ") -> Saying:
    return _council("DossierDefaulted", reason=reason)


def surveyed(
    leaf: str = "1.1", score: str | int = "4.2", of: str | int = 5, respondents: int = 250
) -> Saying:
    return _council("SurveyRecorded", leaf=leaf, score=score, of=of, respondents=respondents)


def disputed(about: str = "1.1", id_: str = "d1", grounds: str = "đã có báo cáo", **others: Any) -> Saying:
    return _unit("DisputeRaised", dispute=id_, about=about, grounds=grounds, **others)


def upheld(points: str = "1", id_: str = "d1", reason: str = "chấp nhận", **others: Any) -> Saying:
    return _council("DisputeUpheld", dispute=id_, points=points, reason=reason, **others)


def rejected(id_: str = "d1", reason: str = "không có căn cứ") -> Saying:
    return _council("DisputeRejected", dispute=id_, reason=reason)


def required(*leaves: str, due: str = "2024-03-31", **others: Any) -> Saying:
    return _council("RemediationRequired", leaves=list(leaves) or ["1.1"], due=due, **others)


def planned(*leaves: str, id_: str = "k1", action: str = "rà soát", **others: Any) -> Saying:
    data = {"lead": "Văn phòng", "due": "2024-06-30", **others}
    return _unit("RemediationPlanned", plan=id_, leaves=list(leaves), action=action, **data)


def reported(done: bool = True, id_: str = "k1", **others: Any) -> Saying:
    return _unit("RemediationReported", plan=id_, done=done, **others)


def confirmed(accepted: bool = True, id_: str = "k1", **others: Any) -> Saying:
    return _council("RemediationConfirmed", plan=id_, accepted=accepted, **others)


def erased(position: int, *fields: str, reason: str = "theo yêu cầu") -> Saying:
    data = {"position": position, "fields": list(fields), "basis": "Luật 91/2025/QH15"}
    return _council("TextErased", **data, reason=reason)


def _round(type_: str, **data: Any) -> Saying:
    return Saying(type_, "qt", "qt@2023", _without_none(data))


def round_changed(
    add: list[str] | None = None, remove: list[str] | None = None, reason: str = "sắp xếp"
) -> Saying:
    return _round("RoundChanged", add=add, remove=remove, reason=reason)


def extended(window: str = "filing", closes: str = OPENS, *units: str) -> Saying:
    """Without anything said: filing closes at once."""
    return _round("RoundExtended", window=window, closes=closes, units=list(units) or None)


def appraiser(unit: str = "qt/b", *leaves: str) -> Saying:
    return _round("AppraiserAssigned", leaves=list(leaves) or ["1.1"], appraiser=unit)


DOCUMENT = {"kind": "decision", "number": "215/QĐ-UBND", "date": "2023-12-05", "issuer": "UBND tỉnh"}


def results(**document: Any) -> Saying:
    return _round("ResultsPublished", document={**DOCUMENT, **document})


def reopened(reason: str = "còn kiến nghị") -> Saying:
    return _round("RoundReopened", reason=reason)


def cancelled(reason: str = "gộp vào kỳ sau") -> Saying:
    return _round("RoundCancelled", reason=reason)


def unit_changed(unit: str = "qt/a", effective: str = "2023-12-01", **changed: Any) -> Saying:
    return Saying("UnitChanged", "qt", unit, {"unit": unit, "effective": effective, **changed})


def made(unit: str, kind: str = "district", name: str = "") -> JSON:
    return {"unit": unit, "name": name or f"Đơn vị {unit}", "kind": kind}


def reorganised(
    from_: list[str], *into: JSON, heirs: dict[str, str] | None = None, effective: str = "2023-12-01"
) -> Saying:
    data = {"from": from_, "into": list(into), "heirs": heirs or {}, "effective": effective}
    return Saying("UnitsReorganised", "qt", "qt", {**data, "basis": "Nghị quyết 76/2025/UBTVQH15"})


def imported(unit: str = "qt/a", round_: str = "2019", index: str = "81.25", **others: Any) -> Saying:
    data = {"unit": unit, "round": round_, "index": index, "basis": "1/QĐ-UBND", **others}
    return Saying("ResultImported", "qt", unit, _without_none(data))


def granted(to: str = "bo-noi-vu", under: str = "qt", id_: str = "g1", **others: Any) -> Saying:
    return Saying("ReadGranted", "qt", "qt", {"grant": id_, "to": to, "under": under, **others})


def grant_revoked(id_: str = "g1", reason: str = "hết đợt kiểm tra") -> Saying:
    return Saying("ReadRevoked", "qt", "qt", {"grant": id_, "reason": reason})
