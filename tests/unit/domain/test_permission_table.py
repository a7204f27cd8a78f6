"""Every cell of deploy/describe/permissions.yaml: who × when × what, played through the judge."""

from collections.abc import Iterator

import pytest

from deploy.describe.permissions import MOMENTS, RECORDED, table
from shared.codec.catalogue import CATALOGUE, ROLES
from shared.domain.problems import Refused
from tests.unit.domain.moments import NOW, RUBRIC, SCENES, TRIALS, Trial, early_of
from tests.unit.domain.sayings import Saying
from tests.unit.domain.scene import Scene, scene

TABLE = table()
SENDERS = {
    "itself": "qt/a/x/t",
    "authority": "qt/a/x",
    "two above": "qt/a",
    "root": "qt",
    "sibling": "qt/a/x/s",
    "below": "qt/a/x/t/u",
    "authority's sibling": "qt/a/y",
    "longer name": "qt/a/x/t2",
    "other root": "hn",
    "namesake in another root": "hn/a/x/t",
}
OF_THE_ROOT = {name for name, path in SENDERS.items() if path.startswith("qt")}


def answer_of(begun: Scene) -> str:
    return begun.answer.type if isinstance(begun.answer, Refused) else RECORDED


def test_the_table_has_a_row_for_every_type_and_a_cell_for_every_moment() -> None:
    assert list(TABLE) == list(CATALOGUE)
    assert set(TABLE) == set(TRIALS)
    assert all(set(row.when) == set(MOMENTS) == set(SCENES) for row in TABLE.values())


@pytest.mark.parametrize(("type_", "moment"), [(type_, moment) for type_ in TABLE for moment in MOMENTS])
def test_when(type_: str, moment: str) -> None:
    begin, at = SCENES[moment]
    trial = TRIALS[type_]
    assert answer_of(begin(trial).when(trial.said.when(at))) == TABLE[type_].when[moment]


@pytest.mark.parametrize("type_", TABLE)
def test_twice(type_: str) -> None:
    moment = next(
        moment for moment, answer in TABLE[type_].when.items() if answer == RECORDED and moment != "before"
    )
    begin, at = SCENES[moment]
    said = TRIALS[type_].said.when(at)
    assert answer_of(begin(TRIALS[type_]).given(said).when(said)) == TABLE[type_].twice


@pytest.mark.parametrize("type_", [type_ for type_, row in TABLE.items() if row.early])
def test_early(type_: str) -> None:
    begun = scene(RUBRIC).given(*early_of(type_).before)
    assert answer_of(begun.when(TRIALS[type_].said)) == TABLE[type_].early


@pytest.mark.parametrize("type_", [type_ for type_, row in TABLE.items() if row.unknown])
def test_unknown(type_: str) -> None:
    trial = TRIALS[type_]
    begun = scene(RUBRIC).given(*trial.before)
    assert answer_of(begun.when(trial.unknown)) == TABLE[type_].unknown


def who_cells() -> Iterator[tuple[str, str, str]]:
    for type_ in TABLE:
        for role in sorted(ROLES):
            for place in SENDERS:
                yield type_, role, place


@pytest.mark.parametrize(("type_", "role", "place"), list(who_cells()))
def test_who(type_: str, role: str, place: str) -> None:
    """By roles and paths alone, before anything is looked up: in an empty root, the next fault is another."""
    said = _about_the_unit(TRIALS[type_], SENDERS["itself"], type_).by(SENDERS[place], role)
    may = answer_of(Scene().when(said.when(NOW))) != "not-permitted"
    places = {place} | ({"anyone of the root"} if place in OF_THE_ROOT else set[str]())
    assert may == any(role in TABLE[type_].who.get(name, []) for name in places)


def _about_the_unit(trial: Trial, path: str, type_: str) -> Saying:
    said = trial.said
    if CATALOGUE[type_].subject == "o":
        return said.on("qt")
    subject = path + said.subject[len(said.subject.partition("@")[0]) :]
    return said.on(subject).but(unit=path) if "unit" in said.data else said.on(subject)


def test_the_unseen_is_answered_like_the_unknown() -> None:
    """Before the release nobody learns whether a leaf was appraised or a penalty stands."""
    raised = TRIALS["DisputeRaised"]
    for about, before in (
        ("1.1", TRIALS["ScoreAppraised"].said),
        ("penalty:p1", TRIALS["PenaltyApplied"].said),
    ):
        said = raised.said.but(about=about)
        there, not_there = scene(RUBRIC).given(before).when(said), scene(RUBRIC).when(said)
        assert there.answer == not_there.answer, about


def test_a_unit_that_has_ended_speaks_no_more_and_its_heir_does() -> None:
    ended = TRIALS["UnitsReorganised"].said
    begun = scene(RUBRIC).given(ended)
    child = TRIALS["UnitChanged"].said.on("qt/a/z").but(unit="qt/a/z")
    begun.when(child.by("qt/a/x", "registrar")).then("not-permitted")
    begun.when(child.by("qt/a", "registrar")).then(None)
