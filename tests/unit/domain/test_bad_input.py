"""Each row of the table of bad input gets its outcome, in both languages, and leaves the state as it was."""

import msgspec
import pytest

from shared.codec.canonical import canonical
from shared.codec.envelope import usable_id
from shared.domain.emission import Accepted, Caller, read_emission
from shared.domain.judge import judge
from shared.domain.problems import Refused
from tests.bad_input import Bad, rows
from tests.small_world import Message, neighbour, world
from tests.unit.domain.sayings import NOW, Saying
from tests.unit.domain.scene import ACTOR, Scene, read_again

ROOT = "qt"
MOST_BYTES_OF_AN_ANSWER = 64 * 1024


def judged(scene: Scene, message: Message) -> Accepted | Refused:
    caller = Caller(message.tenant, ROOT, message.type, frozenset(message.roles), frozenset(), ACTOR)
    read = read_emission(caller, message.raw)
    return read if isinstance(read, Refused) else judge(scene.root, read, NOW)


@pytest.fixture(scope="module")
def scene() -> Scene:
    """The world of the table."""
    made = Scene()
    for message in world(ROOT):
        made.given(saying_of(message))
    return made


def saying_of(message: Message) -> Saying:
    envelope = msgspec.json.decode(message.raw)
    return Saying(
        message.type, message.tenant, envelope["subject"], envelope["data"], frozenset(message.roles)
    )


@pytest.mark.parametrize("row", rows(ROOT), ids=lambda row: row.name)
def test_it_gets_its_outcome(scene: Scene, row: Bad) -> None:
    before = read_again(scene.events)
    answer = judged(scene, row)
    assert isinstance(answer, Refused), answer
    assert (answer.type, answer.pointer) == (row.problem, row.pointer), answer
    assert usable_id(row.raw) == row.id
    problem = answer.as_problem()
    for text in (problem["title"], problem["detail"]):
        assert text["vi"].strip()
        assert text["en"].strip()
        assert text["vi"] != text["en"]
    assert len(canonical(problem)) < MOST_BYTES_OF_AN_ANSWER
    assert scene.root == before


def test_names_and_ids_are_told_apart() -> None:
    table = rows(ROOT)
    assert len({row.name for row in table}) == len(table)
    ids = [row.id for row in table if row.id]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("tenant", [ROOT, f"{ROOT}/a"])
def test_a_good_neighbour_is_recorded(scene: Scene, tenant: str) -> None:
    assert isinstance(judged(scene, neighbour(ROOT, "one 1", tenant)), Accepted)
