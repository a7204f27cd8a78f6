"""What the bench sends: filings of many communes, ready as bytes; and a round that takes them."""

import json
from collections.abc import Iterator
from itertools import count, islice
from typing import Any
from uuid import UUID

from shared.codec.names import root_of
from shared.domain.emission import Caller
from shared.ledger.arrivals import Arrival, arrive
from tests.province import ACTOR, Province

COMMUNES = 200
FILER = frozenset(["filer"])


def communes(number: int = COMMUNES) -> list[str]:
    """Names of communes."""
    return [f"xa-{n}" for n in range(1, number + 1)]


def filing(root: str, commune: str, number: int) -> dict[str, Any]:
    """One filing: the next one of its commune and leaf says something new. One in a hundred is refused."""
    leaf, figures = [
        ("1.1", {"numerator": number % 997, "denominator": 997}),
        ("2.1", {"count": number % 5}),
    ][number % 2]
    unit = f"{root}/huyen/{commune}"
    return {
        "specversion": "1.0",
        "id": str(UUID(int=(0x0199C0DE << 96) | (7 << 76) | (2 << 62) | number)),
        "type": "SubmissionFiled",
        "source": unit,
        "subject": f"{unit}@2023",
        "time": "2023-12-05T08:30:00+07:00",
        "data": {
            "leaf": "9.9" if number % 100 == 99 else leaf,
            "self_points": f"1.{number % 1000:03d}".rstrip("0").rstrip("."),
            "figures": figures,
        },
    }


def filings(root: str, *, start: int = 1, number: int | None = None) -> Iterator[dict[str, Any]]:
    """Filings, one commune after the other in turn; for ever where no number is given."""
    names = communes()
    made = (filing(root, names[n % len(names)], n) for n in count(start))
    return made if number is None else islice(made, number)


def arrivals_of(load: Iterator[dict[str, Any]], number: int) -> list[Arrival]:
    """The next messages of a load, as a desk takes them from the broker."""
    return [
        arrive(
            Caller(
                envelope["source"], root_of(envelope["source"]), envelope["type"], FILER, frozenset(), ACTOR
            ),
            json.dumps(envelope).encode(),
        )
        for envelope in islice(load, number)
    ]


async def open_round(province: Province) -> None:
    """Open a round with all communes."""
    await province.open(*communes())
