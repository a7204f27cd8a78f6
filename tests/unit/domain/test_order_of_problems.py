"""The first fault in the contract's order wins. Source: contracts, "Outcomes".

`id-reused` is told by the ledger, before anything here but size and form; its neighbours are tried there.
"""

from itertools import pairwise

import pytest

from shared.domain.problems import ORDER, TITLES, Refused
from tests.unit.domain.rubrics import RATE, leaf, rubric
from tests.unit.domain.sayings import (
    HOUR,
    NOW,
    Saying,
    confirmed,
    disputed,
    extended,
    filed,
    opened,
    penalty,
    planned,
    published,
    registered,
    rejected,
    released,
    results,
    scored,
    submitted,
)
from tests.unit.domain.scene import PLAIN, TREE, Scene, scene

LATER = NOW + 2 * HOUR
RATED = rubric(leaf("1.1", "1", RATE), leaf("1.2"), leaf("2.1", "2"))
HALF = {"numerator": 1, "denominator": 2}
MET = (
    "too-large",
    "malformed",
    "wrong-source",
    "unknown-type",
    "invalid-data",
    "not-permitted",
    "unknown-target",
    "published",
    "window-closed",
    "locked",
    "against-rubric",
    "reason-needed",
    "opinion-needed",
    "no-change",
)


def claimed(*more: Saying) -> Scene:
    """qt/a has claimed full points for 1.1 by half of the figures."""
    return scene(RATED).given(filed("1.1", "1", HALF), *more)


def finished() -> Scene:
    """The results are published, and every window has closed."""
    codes = [(unit, code) for unit in ("qt/a", "qt/b") for code in ("1.1", "1.2", "2.1")]
    closed = [extended(name) for name in ("filing", "appraisal", "disputes")]
    return scene().given(*(scored(c).on(f"{u}@2023") for u, c in codes), released(), *closed, results())


DISPUTED = [scored(), released(), disputed(), rejected(), disputed(id_="d2")]
TOO_LONG = {"leaf": "1.1", "self_points": "1", "note": "a" * 70_000}
BOTH: list[tuple[str, str, Scene, Saying]] = [
    ("too-large", "malformed", scene(), Saying("SubmissionFiled", "qt/a", "QT@", TOO_LONG)),
    ("malformed", "wrong-source", scene(), filed().on("qt/A@2023").with_attributes(source="qt/b")),
    ("wrong-source", "unknown-type", scene(), filed().with_attributes(source="qt/b", type="Nope")),
    ("unknown-type", "invalid-data", scene(), filed("1.1", "-1").with_attributes(type="Nope")),
    ("invalid-data", "not-permitted", scene(), filed("1.1", "-1").by("qt/b")),
    ("invalid-data", "not-permitted", scene(), filed("1.1", "-1").by("qt/a", "viewer")),
    ("not-permitted", "unknown-target", scene(), filed("9.9").by("qt/b")),
    ("not-permitted", "unknown-target", scene(), filed().on("qt/nowhere@2023")),
    ("not-permitted", "unknown-target", scene(), scored("9.9").by("qt", "council", areas=("1",))),
    ("unknown-target", "window-closed", scene(), filed("9.9").when(LATER)),
    ("unknown-target", "window-closed", scene(), scored("9.9").when(LATER)),
    ("unknown-target", "window-closed", scene(), penalty(target="9").when(LATER)),
    ("unknown-target", "published", finished(), filed("9.9")),
    ("unknown-target", "published", finished(), disputed("penalty:none")),
    ("published", "window-closed", finished(), filed()),
    ("published", "no-change", finished(), scored()),
    ("window-closed", "still-open", scene().given(*DISPUTED), disputed(id_="d3").when(LATER)),
    ("against-rubric", "still-open", scene().given(*DISPUTED), disputed(id_="d3", claimed_points="2")),
    ("still-open", "no-change", scene().given(*DISPUTED), disputed()),
    (
        "not-permitted",
        "still-open",
        scene().given(planned("1.1")),
        confirmed().by("qt", "council", areas=("2",)),
    ),
    ("window-closed", "locked", scene().given(submitted()), filed().when(LATER)),
    ("window-closed", "against-rubric", scene(), scored("1.1", "2").when(LATER)),
    ("window-closed", "no-change", scene().given(submitted()), submitted().when(LATER)),
    ("locked", "against-rubric", scene().given(submitted()), filed("1.1", "2")),
    ("locked", "no-change", scene().given(filed(), submitted()), filed()),
    ("against-rubric", "reason-needed", claimed(), scored("1.1", "1.5")),
    ("against-rubric", "reason-needed", claimed(), scored("1.1", "0.4", {"count": 1})),
    (
        "against-rubric",
        "no-change",
        scene(rubric(leaf("1.1"), bonus={"max": "1", "items": [leaf("B.1")]})),
        penalty("0", "B.1"),
    ),
    ("reason-needed", "opinion-needed", claimed(), scored("1.1", "0.4")),
    (
        "opinion-needed",
        "no-change",
        scene(RATED).given(scored("1.2", "0.5"), filed("1.2", "1")),
        scored("1.2", "0.5"),
    ),
    (
        "reason-needed",
        "no-change",
        scene(RATED).given(scored("1.1", "0.4"), filed("1.1", "0", HALF)),
        scored("1.1", "0.4"),
    ),
]


@pytest.mark.parametrize(
    ("first", "second", "given", "saying"), BOTH, ids=lambda x: x if isinstance(x, str) else ""
)
def test_of_two_faults_the_earlier_wins(first: str, second: str, given: Scene, saying: Saying) -> None:
    assert ORDER.index(first) < ORDER.index(second)
    given.when(saying).then(first)


def test_each_neighbour_in_the_order_is_tried() -> None:
    tried = {(first, second) for first, second, _, _ in BOTH}
    assert set(pairwise(MET)) <= tried


def test_a_date_or_a_window_that_cannot_be_wins_over_a_missing_right() -> None:
    """What is invalid by itself is told before anybody asks who sent it, or whether the unit stands."""
    made = scene()
    made.when(registered("qt/c", effective="2090-01-01").by("qt/b")).then("invalid-data", "/data/effective")
    backwards = opened(
        "qt/nowhere", filing={"opens": "2023-12-05T00:00:00Z", "closes": "2023-12-04T00:00:00Z"}
    )
    made.when(backwards.by("qt/b")).then("invalid-data", "/data/filing/closes")
    circle = rubric(leaf("1.1", needs=["1.1"]))
    made.when(published(circle, "qt/nowhere").by("qt/a")).then("invalid-data")


def test_every_problem_has_a_title_in_both_languages() -> None:
    assert all(vi and en and vi != en for vi, en in TITLES.values())
    problem = Refused("locked", "/data/leaf", "vi", "en").as_problem()
    assert problem == {
        "type": "locked",
        "title": {"vi": "Hồ sơ đã gửi, đang khóa", "en": "The dossier was submitted and is locked"},
        "detail": {"vi": "vi", "en": "en"},
        "pointer": "/data/leaf",
    }


def test_an_emission_without_any_fault_is_recorded() -> None:
    Scene().given(*TREE, published(PLAIN), opened(), filed())
