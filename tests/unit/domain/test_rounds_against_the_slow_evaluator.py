"""Two levels of rounds that are published, reopened and reorganised agree with the slow evaluator."""

from fractions import Fraction

from hypothesis import event as note
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.province.evaluate import Said, SlowLedger
from shared.codec.numbers import INDEX, POINT
from shared.codec.shapes import ResultsPublished
from shared.domain.computed import exact_computed
from shared.domain.emission import Accepted
from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import (
    CLOSES,
    OPENS,
    Saying,
    excluded,
    extended,
    included,
    made,
    opened,
    penalty,
    published,
    registered,
    released,
    reopened,
    reorganised,
    results,
    round_changed,
    scored,
)
from tests.unit.domain.scene import TREE, Scene, read_again

ABOVE, BELOW = "qt@2023", "qt/a@2023"
MEAN = {"kind": "rollup", "leaf": "1.1", "of": "mean"}
SHARE = {"kind": "rollup", "leaf": "2.1", "of": "share", "from": "0.5"}
RUBRICS = {
    "tinh": rubric(
        leaf("1.1", "1", MEAN), leaf("1.2", "3", SHARE), leaf("2.1"), leaf("2.2", needs=["1.1"]), id_="tinh"
    ),
    "bo": rubric(leaf("1.1"), leaf("2.1", "2")),
}
LEAVES = {"qt/a": ("1.1", "1.2", "2.1", "2.2"), "qt/b": ("1.1", "1.2", "2.1", "2.2")}
COMMUNES = ("qt/a/x", "qt/a/y", "qt/a/z")
WINDOWS = ("filing", "appraisal", "disputes")
Move = list[Saying]
Place = tuple[str, str, str | None, int | None, str, str]
"""unit, kind, index, rank, points, assessed"""


def about(unit: str, saying: Saying) -> Saying:
    """By its authority."""
    return saying.on(f"{unit}@2023").by(unit.rpartition("/")[0])


def of_round(subject: str, *sayings: Saying) -> Move:
    return [saying.on(subject).by(subject.partition("@")[0]) for saying in sayings]


def publishing(subject: str) -> Move:
    closing = [extended(name, OPENS) for name in WINDOWS]
    return of_round(subject, released(), *closing, results(), *(extended(name, CLOSES) for name in WINDOWS))


def reopening(subject: str) -> Move:
    return of_round(subject, reopened(), *(extended(name, CLOSES) for name in WINDOWS))


def score(unit: str, code: str, points: str) -> Saying:
    return about(unit, scored(code, points, opinion="ý kiến", reason="lý do"))


worth = st.sampled_from(["0", "0.25", "0.5", "0.667", "1"])
communes = st.sampled_from(COMMUNES)
subjects = st.sampled_from([ABOVE, BELOW, BELOW])


@st.composite
def scores(draw: st.DrawFn) -> Move:
    """Every leaf of a unit."""
    unit = draw(st.sampled_from([*LEAVES, *COMMUNES, *COMMUNES]))
    return [score(unit, code, draw(worth)) for code in LEAVES.get(unit, ("1.1", "2.1"))]


@st.composite
def adjustments(draw: st.DrawFn) -> Move:
    unit, code = draw(st.sampled_from([*LEAVES, *COMMUNES])), draw(st.sampled_from(["1.1", "2.1"]))
    adjusting = [excluded(code), included(code), penalty("0.2", "total", "p1"), penalty("0.2", code, "p2")]
    return [about(unit, draw(st.sampled_from(adjusting)))]


@st.composite
def changes(draw: st.DrawFn) -> Move:
    """A commune comes into the round of its district, leaves it or ends; or a whole district ends."""
    commune = draw(communes)
    return draw(
        st.sampled_from(
            [
                of_round(BELOW, round_changed(add=[commune])),
                of_round(BELOW, round_changed(remove=[commune])),
                [reorganised([commune], made("qt/a/w", "commune"), heirs={commune: "qt/a/w"})],
                [reorganised(["qt/b"], heirs={"qt/b": "qt/a"})],
            ]
        )
    )


def moves() -> st.SearchStrategy[Move]:
    """Mostly what brings a round nearer to its publication."""
    publish, reopen = subjects.map(publishing), subjects.map(reopening)
    return st.one_of(scores(), scores(), adjustments(), publish, publish, reopen, changes())


@st.composite
def done(draw: st.DrawFn) -> Move:
    """A whole round is appraised and published."""
    subject = draw(subjects)
    codes: dict[str, tuple[str, ...]] = (
        LEAVES if subject == ABOVE else dict.fromkeys(COMMUNES, ("1.1", "2.1"))
    )
    return [score(unit, code, draw(worth)) for unit in codes for code in codes[unit]] + publishing(subject)


@st.composite
def histories(draw: st.DrawFn) -> Move:
    groups = draw(st.sampled_from([{}, {}, {"groups": {"ven biển": ["qt/a/x", "qt/a/y"]}}]))
    excluded_ = draw(st.sampled_from([{}, {"excluded": [{"leaf": "1.1", "kind": "not-due"}]}]))
    below = opened("qt/a", *COMMUNES, rubrics={"commune": "bo"}, **groups, **excluded_)
    above = opened("qt", rubrics={"district": "tinh"})
    begun = draw(st.permutations([below, above]))
    said = draw(st.lists(moves(), max_size=14))
    said = draw(st.lists(done(), max_size=2)) + said
    return [*begun, *(saying for move in said for saying in move)]


def play(said: Move) -> tuple[Scene, SlowLedger]:
    fast, slow = Scene(), SlowLedger()
    begun = [*TREE, registered("qt/a/z", "commune"), *(published(one) for one in RUBRICS.values())]
    for saying in [*begun, *said]:
        fast.when(saying)
        if not isinstance(fast.answer, Accepted):
            continue
        data = fast.events[-1].data
        if isinstance(data, ResultsPublished):
            note(f"{saying.subject} is published")
            assert places(data) == standings(slow, saying.subject)
        slow.events.append(Said(saying.type, saying.source, saying.subject, saying.data))
        if saying.type in ("ResultsPublished", "RoundReopened", "UnitsReorganised", "RoundChanged"):
            agree(fast, slow)
    return fast, slow


def places(data: ResultsPublished) -> list[Place]:
    assert data.standings is not None
    return [(one.unit, one.kind, one.index, one.rank, one.points, one.assessed) for one in data.standings]


def standings(slow: SlowLedger, subject: str) -> list[Place]:
    authority, _, round_ = subject.partition("@")
    return [
        (one.unit, one.kind, one.index, one.rank, one.points, one.assessed)
        for one in slow.standings(authority, round_)
    ]


def agree(fast: Scene, slow: SlowLedger) -> None:
    for round_ in fast.root.rounds.values():
        kinds = slow.kinds(round_.authority, round_.id)
        assert round_.units == list(kinds)
        for unit, kind in kinds.items():
            dossier = fast.dossier(unit)
            expected = slow.dossier(round_.authority, round_.id, unit, kind)
            for code, one in dossier.rubric.leaves.items():
                assert exact_computed(dossier, one, None) == expected.exact(code, None), (unit, code)
            score_, result = fast.score(unit), expected.result()
            index = None if score_.index is None else Fraction(score_.index, INDEX)
            assert (index, Fraction(score_.points, POINT)) == (result["index"], result["points"])


@settings(max_examples=250)
@given(histories())
def test_rounds_agree_with_the_slow_evaluator(said: Move) -> None:
    fast, slow = play(said)
    agree(fast, slow)
    assert read_again(fast.events) == fast.root


@settings(max_examples=100)
@given(histories())
def test_what_an_event_of_a_round_does_not_touch_reads_as_before(said: Move) -> None:
    fast = Scene()
    begun = [*TREE, registered("qt/a/z", "commune"), *(published(one) for one in RUBRICS.values())]
    before = readings(fast)
    for saying in [*begun, *said]:
        fast.when(saying)
        after = readings(fast)
        if isinstance(fast.answer, Accepted):
            for (unit, code), found in after.items():
                touched = fast.touched.codes.get((unit, "2023"), frozenset[str]())
                if code not in touched and "*" not in touched:
                    assert before[unit, code] == found
        before = after


def readings(fast: Scene) -> dict[tuple[str, str], Fraction | None]:
    """What is computed for each leaf of each dossier."""
    return {
        (unit, code): exact_computed(dossier, one, None)
        for (unit, _), dossier in fast.root.dossiers.items()
        for code, one in dossier.rubric.leaves.items()
    }
