"""The moments of a round, and of each type something to say and what must have been said before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import FILE, HOUR, JSON, NOW, OPEN, Saying
from tests.unit.domain.scene import Scene, scene

RUBRIC = rubric(leaf("1.1", "1", RATE), leaf("1.2"), leaf("2.1", "1", {"kind": "survey"}, source="survey"))
LATER = NOW + 2 * HOUR
"""After all windows have closed."""
UNTIL, FURTHER = "2023-12-05T02:15:00Z", "2024-12-05T02:15:00Z"
HALF = {"numerator": "1", "denominator": "2"}
DOSSIER, ROUND = "qt/a@2023", "qt@2023"


def unit(type_: str, data: JSON) -> Saying:
    return Saying(type_, "qt/a", DOSSIER, data)


def council(type_: str, data: JSON) -> Saying:
    return Saying(type_, "qt", DOSSIER, data)


def chair(type_: str, data: JSON) -> Saying:
    return Saying(type_, "qt", ROUND, data)


def registrar(type_: str, subject: str, data: JSON) -> Saying:
    return Saying(type_, "qt", subject, data)


@dataclass(frozen=True)
class Trial:
    """`said`, after `before`; `unknown` is the same about something that is not there."""

    said: Saying
    unknown: Saying
    before: tuple[Saying, ...] = ()


def _elsewhere(saying: Saying) -> Saying:
    return saying.on(saying.subject.replace("@2023", "@1999"))


FILED = unit("SubmissionFiled", {"leaf": "1.1", "self_points": "1", "figures": HALF, "note": "theo báo cáo"})
ATTACHED = unit(
    "EvidenceAttached",
    {
        "evidence": "e1",
        "leaf": "1.1",
        "sha256": FILE,
        "name": "bao-cao.pdf",
        "size": 4,
        "media_type": "application/pdf",
    },
)
SCORED = council(
    "ScoreAppraised", {"leaf": "1.1", "points": "0.4", "opinion": "thiếu số liệu", "reason": "theo Sở"}
)
ASSIGNED = chair("AppraiserAssigned", {"leaves": ["1.1"], "appraiser": "qt/b"})
PENALTY = council("PenaltyApplied", {"penalty": "p1", "points": "0.5", "target": "total", "reason": "chậm"})
BONUS = council("BonusAwarded", {"bonus": "b1", "points": "0.5", "reason": "sáng kiến"})
RELEASED = chair("AppraisalReleased", {})
RAISED = unit("DisputeRaised", {"dispute": "d1", "about": "1.1", "grounds": "đã đủ số liệu"})
PLAN = {"plan": "k1", "leaves": ["1.1"], "action": "rà soát", "lead": "Phòng Nội vụ", "due": "2024-06-30"}
PLANNED = unit("RemediationPlanned", PLAN)
REPORTED = unit("RemediationReported", {"plan": "k1", "done": True})
GRANTED = registrar("ReadGranted", "qt", {"grant": "g1", "to": "bnv", "under": "qt"})
EXCLUDED = council("LeafExcluded", {"leaf": "1.2", "kind": "not-due", "reason": "chưa đến kỳ"})
DISPUTED = (SCORED, RELEASED, RAISED)
REGISTERED = {"unit": "qt/c", "name": "Đơn vị mới", "kind": "district", "effective": "2020-01-01"}


def _trial(said: Saying, *before: Saying, unknown: Saying | None = None) -> Trial:
    return Trial(said, unknown or _elsewhere(said), before)


def _opened(round_: str, rubric_: str = "bo") -> Saying:
    data = {
        "round": round_,
        "name": "Năm 2024",
        "kind": "annual",
        "period": {"from": "2024-01-01", "to": "2024-12-31"},
        "rubrics": {"district": rubric_},
        "units": ["qt/b"],
        "filing": OPEN,
        "appraisal": OPEN,
        "disputes": OPEN,
    }
    return Saying("RoundOpened", "qt", f"qt@{round_}", data)


_REGISTERED = registrar("UnitRegistered", "qt/c", REGISTERED)
_CHANGED = registrar("UnitChanged", "qt/b", {"unit": "qt/b", "name": "Tên mới", "effective": "2020-01-01"})
_MERGED = registrar(
    "UnitsReorganised",
    "qt",
    {
        "from": ["qt/a/x", "qt/a/y"],
        "into": [{"unit": "qt/a/z", "name": "Xã mới", "kind": "commune"}],
        "heirs": {"qt/a/x": "qt/a/z", "qt/a/y": "qt/a/z"},
        "effective": "2020-01-01",
        "basis": "Nghị quyết",
    },
)
_IMPORTED = registrar(
    "ResultImported", "qt/a", {"unit": "qt/a", "round": "2019", "index": "80.5", "basis": "Quyết định"}
)
_ERASED = council("TextErased", {"position": 8, "fields": ["note"], "basis": "Luật", "reason": "yêu cầu"})

TRIALS: Mapping[str, Trial] = {
    trial.said.type: trial
    for trial in (
        _trial(_REGISTERED, unknown=_REGISTERED.on("qt/z/c").but(unit="qt/z/c").by("qt")),
        _trial(_CHANGED, unknown=_CHANGED.on("qt/z").but(unit="qt/z")),
        _trial(_MERGED, unknown=_MERGED.but(**{"from": ["qt/a/x", "qt/z"]})),
        _trial(GRANTED, unknown=GRANTED.but(under="qt/z")),
        _trial(registrar("ReadRevoked", "qt", {"grant": "g1", "reason": "hết việc"}), GRANTED,
               unknown=registrar("ReadRevoked", "qt", {"grant": "g9", "reason": "hết việc"})),
        _trial(Saying("RubricPublished", "qt", "qt", {"rubric": {**RUBRIC, "id": "bo-2"}}),
               unknown=Saying("RubricPublished", "qt/z", "qt/z", {"rubric": {**RUBRIC, "id": "bo-2"}})),
        _trial(_opened("2024"), unknown=_opened("2024", "bo-9")),
        _trial(chair("RoundChanged", {"remove": ["qt/b"], "reason": "tách"})),
        _trial(chair("RoundExtended", {"window": "filing", "closes": UNTIL})),
        _trial(ASSIGNED),
        _trial(RELEASED),
        _trial(chair("ResultsPublished", {"document": {"kind": "decision", "number": "1/QĐ",
               "date": "2024-01-15", "issuer": "UBND"}})),
        _trial(chair("RoundReopened", {"reason": "sửa sai"})),
        _trial(chair("RoundCancelled", {"reason": "mở nhầm"})),
        _trial(_IMPORTED, unknown=_IMPORTED.on("qt/z").but(unit="qt/z")),
        _trial(FILED, unknown=FILED.but(leaf="9.9")),
        _trial(unit("SubmissionWithdrawn", {"leaf": "1.1"}), FILED),
        _trial(ATTACHED, unknown=ATTACHED.but(leaf="9.9")),
        _trial(unit("EvidenceMoved", {"evidence": "e1", "leaf": "1.2"}), ATTACHED),
        _trial(unit("EvidenceWithdrawn", {"evidence": "e1"}), ATTACHED),
        _trial(unit("LeafAssigned", {"leaves": ["1.1"], "lead": "Phòng Tư pháp"})),
        _trial(unit("DossierSubmitted", {"number": "12/BC"})),
        _trial(council("SubmissionReturned", {"leaves": ["1.1"], "reason": "thiếu", "until": FURTHER})),
        _trial(Saying("ScoreProposed", "qt/b", DOSSIER, {"leaf": "1.1", "points": "0.5"}), ASSIGNED),
        _trial(SCORED, unknown=SCORED.but(leaf="9.9")),
        _trial(EXCLUDED, unknown=EXCLUDED.but(leaf="9.9")),
        _trial(council("LeafIncluded", {"leaf": "1.2", "reason": "đã đến kỳ"}), EXCLUDED),
        _trial(council("DossierDefaulted", {"reason": "không gửi"})),
        _trial(PENALTY, unknown=PENALTY.but(target="9.9")),
        _trial(council("PenaltyLifted", {"penalty": "p1", "reason": "đã sửa"}), PENALTY),
        _trial(BONUS),
        _trial(council("BonusRevoked", {"bonus": "b1", "reason": "nhầm"}), BONUS),
        _trial(council("SurveyRecorded", {"leaf": "2.1", "score": "80", "of": "100", "respondents": 40})),
        _trial(RAISED, SCORED, unknown=RAISED.but(about="9.9")),
        _trial(council("DisputeUpheld", {"dispute": "d1", "points": "0.5", "reason": "đúng"}), *DISPUTED),
        _trial(council("DisputeRejected", {"dispute": "d1", "reason": "chưa đủ"}), *DISPUTED),
        _trial(council("RemediationRequired", {"leaves": ["1.1"], "due": "2024-06-30"})),
        _trial(PLANNED, unknown=PLANNED.but(leaves=["9.9"])),
        _trial(REPORTED, PLANNED),
        _trial(council("RemediationConfirmed", {"plan": "k1", "accepted": True}), PLANNED, REPORTED),
        _trial(_ERASED, FILED, unknown=_ERASED.but(position=99)),
    )
}  # fmt: skip


def early_of(type_: str) -> Trial:
    """The same without the last thing that it follows on."""
    trial = TRIALS[type_]
    return replace(trial, before=trial.before[:-1])


def _said(begun: Scene, *sayings: Saying) -> Scene:
    """Each of these, whether it is recorded or changes nothing any more."""
    for saying in sayings:
        begun.when(saying)
    return begun


def _begun(trial: Trial) -> Scene:
    return scene(RUBRIC).given(*trial.before)


def _submitted(trial: Trial) -> Scene:
    return _said(_begun(trial), unit("DossierSubmitted", {}))


def _returned(trial: Trial) -> Scene:
    leaves = {"leaves": ["1.1", "1.2"], "reason": "bổ sung", "until": UNTIL}
    return _submitted(trial).given(council("SubmissionReturned", leaves))


def _released(trial: Trial) -> Scene:
    begun = _submitted(trial)
    for unit_ in ("qt/a", "qt/b"):
        for code in ("1.1", "1.2", "2.1"):
            points = {"leaf": code, "points": "0.5", "opinion": "ý kiến", "reason": "theo Sở"}
            _said(begun, Saying("ScoreAppraised", "qt", f"{unit_}@2023", points))
    return _said(begun, RELEASED)


def _published(trial: Trial) -> Scene:
    begun = _released(trial)
    if "d1" in begun.dossier().disputes:
        begun.given(council("DisputeRejected", {"dispute": "d1", "reason": "đủ rồi"}))
    return begun.given(TRIALS["ResultsPublished"].said.when(LATER))


def _reopened(trial: Trial) -> Scene:
    return _published(trial).given(TRIALS["RoundReopened"].said.when(LATER))


SCENES: Mapping[str, tuple[Callable[[Trial], Scene], int]] = {
    "before": (lambda _trial: scene(RUBRIC), NOW - 2 * HOUR),
    "open": (_begun, NOW),
    "submitted": (_submitted, NOW),
    "returned": (_returned, NOW),
    "released": (_released, NOW),
    "closed": (_released, LATER),
    "published": (_published, LATER),
    "reopened": (_reopened, LATER),
    "cancelled": (lambda trial: _begun(trial).given(TRIALS["RoundCancelled"].said), NOW),
    "left": (
        lambda trial: _begun(trial).given(chair("RoundChanged", {"remove": ["qt/a"], "reason": "tách"})),
        NOW,
    ),
}
"""By moment: what was said until then, and when the trial is judged."""
