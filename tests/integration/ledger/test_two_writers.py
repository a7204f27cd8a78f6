"""Two services record in one root and on one stream: both judge on all that was recorded, by whomever."""

import asyncio
from random import Random

import asyncpg
import pytest

from shared.domain.root import Root
from shared.ledger.errors import BrokenFence, UnknownRoot
from shared.ledger.tail import catch_up
from tests.integration.ledger.scene import Scene, opened


async def rebuilt(connection: asyncpg.Connection, root: str) -> Root:
    """The state as the ledger alone tells it."""
    state = Root(root)
    await catch_up(connection, state, with_salts=True)
    return state


async def test_each_takes_in_what_the_other_recorded(
    ingest: asyncpg.Connection, appraisal: asyncpg.Connection, root: str
) -> None:
    filer, council = await opened(root, ingest), Scene(root)
    (filed,) = await filer.record(ingest, filer.filed(filer.filing("2.5")))
    (refused,) = await council.record(appraisal, council.score("1", opinion=None))
    (scored,) = await council.record(appraisal, council.score("1"))
    (again,) = await filer.record(ingest, filer.filed(filer.filing("2.4")))
    assert refused["problem"]["type"] == "opinion-needed"
    assert [filed["version"], scored["version"], again["version"]] == [1, 2, 3]
    assert [filed["position"], scored["position"], again["position"]] == [5, 6, 7]


async def test_at_once_they_leave_one_stream_without_a_gap_and_one_state(
    ingest: asyncpg.Connection, appraisal: asyncpg.Connection, root: str
) -> None:
    filer, council = await opened(root, ingest), Scene(root)
    random = Random(7)  # noqa: S311 - a test's own choice

    async def file() -> None:
        for n in range(30):
            claims = [filer.filing(f"{random.randrange(3)}.{n:02d}{i}", note=f"lần {n}") for i in range(4)]
            await filer.record(ingest, *(filer.filed(claim) for claim in [*claims, claims[0]]))

    async def score() -> None:
        for n in range(30):
            await council.record(appraisal, council.score(f"{n % 3}"), council.score("7"))

    await asyncio.gather(file(), score())
    streams = await ingest.fetch(
        "SELECT version FROM ledger.event WHERE stream = $1 ORDER BY position", filer.dossier
    )
    assert [row["version"] for row in streams] == list(range(1, len(streams) + 1))
    assert len(streams) > 100
    state = await rebuilt(ingest, root)
    for scene, connection in ((filer, ingest), (council, appraisal)):
        await catch_up(connection, scene.state, with_salts=True)
        assert scene.state == state


async def test_the_state_rebuilt_from_the_ledger_is_the_one_that_was_judged_on(
    ingest: asyncpg.Connection, root: str
) -> None:
    scene = await opened(root, ingest)
    for n in range(10):
        figures = {"numerator": n, "denominator": 10}
        filings = (scene.filing(f"{n % 3}.5", note=f"lần {n}", figures=figures), scene.filing("9"), b"{")
        await scene.record(
            ingest, *(scene.filed(filing, "SubmissionFiled") for filing in filings), scene.score("1")
        )
    assert scene.state.position > 10
    assert await rebuilt(ingest, root) == scene.state


async def test_who_was_somewhere_else_than_the_ledger_is_stops(ingest: asyncpg.Connection, root: str) -> None:
    """A restored backup may end before what a writer has in memory."""
    scene = await opened(root, ingest)
    scene.state.position += 1
    with pytest.raises(BrokenFence):
        await scene.record(ingest, scene.filed(scene.filing()))
    scene.state = Root(root)
    assert (await scene.record(ingest, scene.filed(scene.filing())))[0]["position"] == 5


async def test_a_root_that_was_not_prepared_says_what_to_do(ingest: asyncpg.Connection) -> None:
    scene = Scene("nowhere")
    with pytest.raises(UnknownRoot, match="parledger root add nowhere"):
        await scene.record(ingest, scene.filed(scene.filing()))
