"""The moments of a round, and of each type something to say and what must have been said before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import (
    HOUR,
    NOW,
    Saying,
    appraiser,
    assigned,
    attached,
    bonus,
    cancelled,
    confirmed,
    defaulted,
    disputed,
    erased,
    evidence_withdrawn,
    excluded,
    extended,
    filed,
    grant_revoked,
    granted,
    imported,
    included,
    lifted,
    made,
    moved,
    opened,
    penalty,
    planned,
    proposed,
    published,
    registered,
    rejected,
    released,
    reopened,
    reorganised,
    reported,
    required,
    results,
    returned,
    revoked,
    round_changed,
    scored,
    submitted,
    surveyed,
    unit_changed,
    upheld,
    withdrawn,
)
from tests.unit.domain.scene import Scene, scene

RUBRIC = rubric(leaf("1.1", "1", RATE), leaf("1.2"), leaf("2.1", "1", {"kind": "survey"}, source="survey"))
LATER = NOW + 2 * HOUR
"""After all windows have closed."""
UNTIL, FURTHER = "2023-12-05T02:15:00Z", "2024-12-05T02:15:00Z"


@dataclass(frozen=True)
class Trial:
    """`said`, after `before`; `unknown` is the same about something that is not there."""

    said: Saying
    unknown: Saying
    before: tuple[Saying, ...] = ()


def _trial(said: Saying, *before: Saying, unknown: Saying | None = None) -> Trial:
    return Trial(said, unknown or said.on(said.subject.replace("@2023", "@1999")), before)


FILED = filed(figures={"numerator": "1", "denominator": "2"}, note="theo báo cáo")
SCORED = scored(points="0.4", opinion="thiếu số liệu", reason="theo Sở")
DISPUTED = (SCORED, released(), disputed())
HEIRS = {"qt/a/x": "qt/a/z", "qt/a/y": "qt/a/z"}
MERGED = reorganised([*HEIRS], made("qt/a/z", "commune"), heirs=HEIRS)
NEW_RUBRIC = {**RUBRIC, "id": "bo-2"}
NEXT_YEAR = opened("qt", "qt/b", round="2024")

TRIALS: Mapping[str, Trial] = {
    trial.said.type: trial
    for trial in (
        _trial(registered("qt/c"), unknown=registered("qt/z/c").by("qt")),
        _trial(unit_changed("qt/b", name="Tên mới"), unknown=unit_changed("qt/z", name="Tên mới")),
        _trial(MERGED, unknown=MERGED.but(**{"from": ["qt/a/x", "qt/z"]})),
        _trial(granted(), unknown=granted(under="qt/z")),
        _trial(grant_revoked(), granted(), unknown=grant_revoked("g9")),
        _trial(published(NEW_RUBRIC), unknown=published(NEW_RUBRIC, "qt/z")),
        _trial(NEXT_YEAR, unknown=NEXT_YEAR.but(rubrics={"district": "bo-9"})),
        _trial(round_changed(remove=["qt/b"])),
        _trial(extended("filing", UNTIL)),
        _trial(appraiser()),
        _trial(released()),
        _trial(results()),
        _trial(reopened()),
        _trial(cancelled()),
        _trial(imported(), unknown=imported("qt/z")),
        _trial(FILED, unknown=filed("9.9")),
        _trial(withdrawn(), FILED),
        _trial(attached("1.1"), unknown=attached("9.9")),
        _trial(moved(), attached("1.1")),
        _trial(evidence_withdrawn(), attached("1.1")),
        _trial(assigned()),
        _trial(submitted()),
        _trial(returned(until=FURTHER)),
        _trial(proposed(points="0.5"), appraiser()),
        _trial(SCORED, unknown=scored("9.9")),
        _trial(excluded("1.2"), unknown=excluded("9.9")),
        _trial(included("1.2"), excluded("1.2")),
        _trial(defaulted()),
        _trial(penalty(), unknown=penalty(target="9.9")),
        _trial(lifted(), penalty()),
        _trial(bonus()),
        _trial(revoked(), bonus()),
        _trial(surveyed("2.1")),
        _trial(disputed(), SCORED, unknown=disputed("9.9")),
        _trial(upheld("0.5"), *DISPUTED),
        _trial(rejected(), *DISPUTED),
        _trial(required()),
        _trial(planned("1.1"), unknown=planned("9.9")),
        _trial(reported(), planned("1.1")),
        _trial(confirmed(), planned("1.1"), reported()),
        _trial(erased(8, "note"), FILED, unknown=erased(99, "note")),
    )
}


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
    return _said(_begun(trial), submitted())


def _returned(trial: Trial) -> Scene:
    return _submitted(trial).given(returned("1.1", "1.2", until=UNTIL))


def _released(trial: Trial) -> Scene:
    begun = _submitted(trial)
    for unit in ("qt/a", "qt/b"):
        for code in ("1.1", "1.2", "2.1"):
            said = scored(code, "0.5", opinion="ý kiến", reason="theo Sở")
            _said(begun, said.on(f"{unit}@2023"))
    return _said(begun, released())


def _published(trial: Trial) -> Scene:
    begun = _released(trial)
    if "d1" in begun.dossier().disputes:
        begun.given(rejected())
    return begun.given(results().when(LATER))


def _reopened(trial: Trial) -> Scene:
    return _published(trial).given(reopened().when(LATER))


SCENES: Mapping[str, tuple[Callable[[Trial], Scene], int]] = {
    "before": (lambda _trial: scene(RUBRIC), NOW - 2 * HOUR),
    "open": (_begun, NOW),
    "submitted": (_submitted, NOW),
    "returned": (_returned, NOW),
    "released": (_released, NOW),
    "closed": (_released, LATER),
    "published": (_published, LATER),
    "reopened": (_reopened, LATER),
    "cancelled": (lambda trial: _begun(trial).given(cancelled()), NOW),
    "left": (lambda trial: _begun(trial).given(round_changed(remove=["qt/a"])), NOW),
}
"""By moment: what was said until then, and when the trial is judged."""
