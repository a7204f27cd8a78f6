"""Who sees what of the ledger's events."""

from hashlib import sha256

from tests.integration.query.asker import Asker
from tests.integration.query.questions import (
    DOSSIER,
    EVENT,
    WHOLE_EVENT,
)
from tests.integration.query.world import World, decoded


async def test_an_event_from_which_the_appraisal_follows_is_hidden_until_release(
    ask: Asker, world: World
) -> None:
    root = world.root
    filed_a, scored_a, _, filed_b, scored_b, _, opened, registered = range(1, 9)

    async def sees(viewer: str, position: int) -> bool:
        return (await ask(viewer, EVENT, root=root, position=position))["event"] is not None

    assert await sees(f"{root}/a", scored_a)
    assert await sees(f"{root}/b", filed_b)
    assert not await sees(f"{root}/b", scored_b)
    assert await sees(root, scored_b)
    assert not await sees(f"{root}/b", filed_a)
    assert not await sees(f"{root}/a/x", filed_a)
    assert await sees(f"{root}/a", opened)
    assert not await sees(f"{root}/b", registered)
    assert not await sees(root, 9)
    assert not await sees(root, -1)
    assert not await sees("other", filed_a)


async def test_an_event_is_shown_as_it_was_recorded(ask: Asker, world: World) -> None:
    event = (await ask(world.root, WHOLE_EVENT, root=world.root, position=1))["event"]
    stored = await world.connection.fetchrow(
        "SELECT * FROM ledger.event WHERE root = $1 AND position = 1", world.root
    )
    assert stored is not None
    stream = f"{world.root}/a@2023"
    assert (event["stream"], event["subject"], event["version"], event["type"]) == (
        stream,
        stream,
        1,
        "SubmissionFiled",
    )
    assert (event["id"], event["leafHash"]) == (str(stored["event_id"]), stored["leaf_hash"].hex())
    assert event["body"].encode() == stored["body"]
    assert event["data"] == decoded(stored["body"])["data"]
    assert event["occurredAt"] == "2023-12-05T01:30:00.000000Z"
    [text] = event["texts"]
    assert text["text"] == f"Ghi chú của {world.root}/a"
    digest = sha256(bytes.fromhex(text["salt"]) + text["text"].encode()).hexdigest()
    assert event["data"]["note"] == {"sha256": digest}


async def test_a_text_that_was_taken_away_leaves_its_field(ask: Asker, world: World) -> None:
    position = await world.record(
        f"{world.root}/a@2023", "LeafExcluded", {"leaf": "4.1", "reason": {"sha256": "00" * 32}}
    )
    event = (await ask(world.root, WHOLE_EVENT, root=world.root, position=position))["event"]
    assert event["texts"] == [{"field": "reason", "text": None, "salt": None}]


async def test_events_that_the_read_model_has_not_taken_in_yet_are_not_in_a_dossier(
    ask: Asker, world: World
) -> None:
    await world.connection.execute("UPDATE read.progress SET position = 2 WHERE root = $1", world.root)
    dossier = (await ask(world.root, DOSSIER, unit=f"{world.root}/a"))["dossier"]
    assert dossier["position"] == 2
    assert [edge["node"]["type"] for edge in dossier["events"]["edges"]] == [
        "SubmissionFiled",
        "ScoreAppraised",
    ]
