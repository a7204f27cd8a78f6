"""The feed of recorded events: all of them, in order, as they stand."""

import json
from collections.abc import Iterator

from tests.chaos.books import Books
from tests.chaos.checker.ledger import first_break


def feed(books: Books) -> Iterator[str]:
    positions = [event["position"] for event in books.feed]
    if positions != list(range(1, len(books.events) + 1)):
        yield (
            f"the feed tells {len(positions)} of {len(books.events)} events of {books.root}, "
            f"out of order, twice or with a gap: {first_break(positions)}"
        )
        return
    for told, event in zip(books.feed, books.events, strict=True):
        body = json.loads(event["body"])
        expected = {
            **{name: body[name] for name in ("id", "type", "source", "subject", "time", "data", "version")},
            "root": books.root,
            "position": event["position"],
            "actor": event["actor"],
            "leafhash": event["leaf_hash"].hex(),
        }
        wrong = [name for name, value in expected.items() if told.get(name) != value]
        rest = event["stream"].partition("@")[0].split("/")[1:]
        if told["_subject"] != ".".join(["par", "recorded", books.root, event["name"], *rest]):
            wrong.append("its subject")
        if wrong:
            yield f"the feed tells position {event['position']} otherwise: {', '.join(wrong)}"
