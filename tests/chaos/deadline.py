"""A root where a filing window closes while everybody files, by the clock; and another one by a word.

What is filed follows from the seed; how much of it, and the moment of the close, from the clock on the wall.
"""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from parledger import Emission
from tests.chaos.load import OPEN, RUBRIC, Voice, spoken
from tests.chaos.storm import Clients, Storm

UNITS = ("d1", "d2", "d3")
BY_CLOCK, BY_WORD = "han", "dong"
_AFTER = 1.0  # seconds of filing after it
_EVERY = 0.06  # seconds between two emissions of a unit


class _Author:
    def __init__(self, root: str, seed: int) -> None:
        self.root = root
        self.chance = Random(f"deadline {seed}")  # noqa: S311 - the same again is what is wanted

    def say(self, type_: str, source: str, subject: str, **data: Any) -> Emission:
        return spoken(self.chance, type_, source, subject, data)

    def units(self) -> list[Emission]:
        said = [
            self.say(
                "UnitRegistered", self.root, unit, unit=unit, name=unit, kind=kind, effective="2020-01-01"
            )
            for unit, kind in [
                (self.root, "province"),
                *((f"{self.root}/{name}", "district") for name in UNITS),
            ]
        ]
        return [*said, self.say("RubricPublished", self.root, self.root, rubric=RUBRIC)]

    def opened(self, round_: str, closes: str) -> Emission:
        return self.say(
            "RoundOpened",
            self.root,
            f"{self.root}@{round_}",
            round=round_,
            name=round_,
            kind="interim",
            period={"from": "2023-01-01", "to": "2023-12-31"},
            rubrics={"district": RUBRIC["id"]},
            units=[f"{self.root}/{name}" for name in UNITS],
            filing={**OPEN, "closes": closes},
            appraisal=OPEN,
            disputes=OPEN,
        )

    def filed(self, unit: str) -> Emission:
        round_ = self.chance.choice([BY_CLOCK, BY_WORD])
        points = str(self.chance.randrange(201) / 100).removesuffix(".0")
        return self.say("SubmissionFiled", unit, f"{unit}@{round_}", leaf="1.2", self_points=points)

    def appraised(self, unit: str, round_: str) -> Emission:
        return self.say(
            "ScoreAppraised",
            self.root,
            f"{unit}@{round_}",
            leaf="1.2",
            points="1",
            opinion="theo hồ sơ",
            reason="đã đối chiếu",
        )


async def file_past_the_deadline(storm: Storm, clients: Clients, root: str, seed: int, lasts: float) -> None:
    """File in two rounds of this root until some time after they closed; then appraise what was filed.

    Filing closes `lasts` seconds after the rounds are opened.
    """
    author, chair = _Author(root, seed), Voice(root, ("chair", "registrar"))
    client = await clients(chair)
    await storm.say(client, chair, author.units())
    closes = datetime.now(UTC) + timedelta(seconds=lasts)
    opened = [author.opened(BY_CLOCK, _text(closes)), author.opened(BY_WORD, OPEN["closes"])]
    await storm.say(client, chair, opened)
    over = max(closes, datetime.now(UTC) + timedelta(seconds=1)) + timedelta(seconds=_AFTER)

    async def close_by_word() -> None:
        await asyncio.sleep(max(0.5, (closes - datetime.now(UTC)).total_seconds() * author.chance.random()))
        past = _text(datetime.now(UTC) - timedelta(minutes=1))
        said = author.say("RoundExtended", root, f"{root}@{BY_WORD}", window="filing", closes=past)
        await storm.say(client, chair, [said])

    async def file(unit: str) -> None:
        voice = Voice(unit, ("filer",))
        await storm.say(await clients(voice), voice, _filing(author, unit, over))

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(close_by_word())
        for name in UNITS:
            tasks.create_task(file(f"{root}/{name}"))
    council = Voice(root, ("council",))
    appraised = [author.appraised(f"{root}/{name}", each) for name in UNITS for each in (BY_CLOCK, BY_WORD)]
    await storm.say(await clients(council), council, appraised)


async def _filing(author: _Author, unit: str, over: datetime) -> AsyncIterator[Emission]:
    while datetime.now(UTC) < over:
        yield author.filed(unit)
        await asyncio.sleep(_EVERY)


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
