"""Every cell of deploy/describe/permissions.yaml: who × when × what, played through the judge."""

import pytest

from deploy.describe.permissions import MOMENTS, RECORDED, table
from shared.codec.catalogue import CATALOGUE, ROLES
from shared.domain.problems import Refused
from tests.unit.domain.moments import RUBRIC, SCENES, TRIALS, early_of
from tests.unit.domain.sayings import Saying, registered, scored, submitted
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


def roles_of(type_: str, place: str) -> set[str]:
    """Those of which one suffices to whoever sends from there."""
    names = [place, *(["anyone of the root"] if place in OF_THE_ROOT else [])]
    return {role for name in names for role in TABLE[type_].who.get(name, [])}


def said_of(type_: str, path: str = SENDERS["itself"]) -> Saying:
    """An emission of this type about a unit, or about its dossier or round."""
    said = TRIALS[type_].said
    if CATALOGUE[type_].subject == "o":
        return said.on("qt")
    subject = path + said.subject[len(said.subject.partition("@")[0]) :]
    return said.on(subject).but(unit=path) if "unit" in said.data else said.on(subject)


def may(saying: Saying) -> bool:
    """By roles and paths alone, before anything is looked up: in an empty root, the next fault is another."""
    return answer_of(Scene().when(saying)) != "not-permitted"


@pytest.mark.parametrize("place", SENDERS)
@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("type_", TABLE)
def test_who(type_: str, role: str, place: str) -> None:
    assert may(said_of(type_).by(SENDERS[place], role)) == (role in roles_of(type_, place))


@pytest.mark.parametrize(
    ("type_", "place"), [(type_, place) for type_ in TABLE for place in SENDERS if roles_of(type_, place)]
)
def test_one_role_of_several_suffices_and_none_that_does_not_is_enough(type_: str, place: str) -> None:
    said, roles = said_of(type_), roles_of(type_, place)
    assert may(said.by(SENDERS[place], *ROLES))
    assert not may(said.by(SENDERS[place], *(ROLES - roles)))


APPRAISING = [
    type_ for type_, row in TABLE.items() if {*row.who.get("authority", [])} == {"council", "chair"}
]


@pytest.mark.parametrize("type_", APPRAISING)
def test_a_root_is_not_appraised_here(type_: str) -> None:
    assert not any(may(said_of(type_, "qt").by(sender, *ROLES)) for sender in ("qt", "qt/a", "hn"))


def test_a_root_registers_itself() -> None:
    assert may(registered("qt").by("qt", "registrar"))
    assert not may(registered("qt").by("qt/a", "registrar"))
    assert not may(registered("qt").by("hn", "registrar"))


def test_a_refusal_by_role_names_the_roles_and_one_by_place_the_subject() -> None:
    scene().when(submitted().by("qt/a", "filer")).then("not-permitted", "/type")
    by_role = scene().when(scored().by("qt", "viewer")).then("not-permitted").answer
    assert isinstance(by_role, Refused)
    assert "chair, council" in by_role.en
    scene().when(scored().by("qt/b", "council")).then("not-permitted", "/subject")


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
