"""What each statement is asked by these tests, and as whom.

`$1` of query's statements, the scopes, is not among the arguments. Little is asked of pages and lists, so
that what is read tells whether a table was read for it.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import asyncpg

from services.query.load.events import _HIDDEN, _OF_ROUNDS  # pyright: ignore[reportPrivateUsage]
from tests.integration.ledger.protocol import event, refusal
from tests.integration.plans.filled import LARGE

ROOT, YEAR, DONG = LARGE, f"{LARGE}/huyen", f"{LARGE}/dong"
UNIT, OTHER, HEIR = f"{YEAR}/xa-1", f"{DONG}/x7", f"{YEAR}/xa-moi"
_R = "2023"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

Facts = Mapping[str, Any]
"""Positions and hashes that stand in the ledger."""
Arguments = Callable[[Facts], tuple[Any, ...]]

FACTS = {
    "texts": "SELECT array_agg(position) FROM (SELECT position FROM ledger.text WHERE root = $1 "
    "ORDER BY position DESC LIMIT 40) AS t",
    "publication": "SELECT position FROM read.publication WHERE root = $1",
    "sha256": "SELECT sha256 FROM read.evidence WHERE root = $1 LIMIT 1",
    "erased": "SELECT position - 1 FROM ledger.event WHERE root = $1 AND name = 'TextErased'",
    "head": "SELECT position FROM ledger.head WHERE root = $1",
    "recorded_at": "SELECT recorded_at FROM ledger.head WHERE root = $1",
    "moment": "SELECT recorded_at FROM ledger.event WHERE root = $1 AND position = 900",
    "known_id": "SELECT event_id FROM ledger.event WHERE root = $1 AND position = 900",
    "known_source": "SELECT source FROM ledger.event WHERE root = $1 AND position = 900",
    "refused_key": "SELECT key FROM ledger.refusal WHERE root = $1 ORDER BY number DESC LIMIT 1",
    "refused_tenant": "SELECT tenant FROM ledger.refusal WHERE root = $1 ORDER BY number DESC LIMIT 1",
}

_one = ([UNIT], [_R])

QUERY: Mapping[str, Arguments] = {
    "dossiers.dossiers": lambda _: (ROOT, *_one),
    "dossiers.dossiers_of_rounds": lambda _: (ROOT, [YEAR], [_R]),
    "dossiers.page_of_round": lambda _: (ROOT, DONG, _R, "", 5, True),
    "dossiers.dossiers_of_units": lambda _: (ROOT, [UNIT, HEIR]),
    "dossiers.earlier_dossiers": lambda _: (ROOT, [HEIR], ["2024"]),
    "dossiers.leaves": lambda _: (ROOT, *_one),
    "dossiers.history": lambda _: (ROOT, [OTHER], [_R], [0], [5], [None]),
    "dossiers.last_changes": lambda _: (ROOT, [UNIT]),
    "dossiers.imported": lambda _: (ROOT, [UNIT]),
    "events.event": lambda _: (ROOT, 900),
    "events.events": lambda _: (
        ROOT,
        [f"{OTHER}@{_R}"],
        [True],
        [0],
        [5],
        _OF_ROUNDS,
        _HIDDEN,
        [None],
    ),
    "events.story": lambda _: (ROOT, [OTHER], [_R], ["1.1"], [True], [0], _HIDDEN, [5], [None]),
    "events.texts": lambda facts: (ROOT, facts["texts"]),
    "events.erasures": lambda facts: (ROOT, [facts["erased"]]),
    "events.refusals": lambda facts: (ROOT, ROOT, facts["refused_tenant"], 0, 5),
    "evidence.standing": lambda _: (ROOT, *_one),
    "evidence.file": lambda facts: (facts["sha256"],),
    "items.adjustments": lambda _: (ROOT, *_one),
    "items.disputes": lambda _: (ROOT, *_one),
    "items.plans": lambda _: (ROOT, *_one),
    "items.remediation": lambda _: (ROOT, [HEIR], [True], [""], [5]),
    "past.moment": lambda facts: (ROOT, facts["moment"]),
    "past.deciding": lambda facts: (ROOT, _R, [OTHER], [YEAR], [UNIT], facts["head"], _OF_ROUNDS),
    "past.standing_at": lambda facts: (ROOT, DONG, _R, facts["head"]),
    "past.published_at": lambda facts: (ROOT, _R, facts["publication"]),
    "past.events_at": lambda _: (ROOT, [900, 901]),
    "receipts.sent": lambda _: (ROOT, 900),
    "rounds.rounds": lambda _: (ROOT, [YEAR, DONG], [_R, _R]),
    "rounds.publications": lambda facts: (ROOT, [facts["publication"]]),
    "rounds.standings": lambda _: (ROOT, YEAR, _R),
    "rounds.standings_of_units": lambda _: (ROOT, *_one),
    "rounds.rubrics": lambda _: (ROOT, ["bo-chi-so"]),
    "rounds.rubric_bodies": lambda _: (ROOT, ["bo-chi-so"]),
    "units.units": lambda _: (ROOT, [UNIT, OTHER]),
    "units.units_below": lambda _: (ROOT, DONG, None, "", 5),
    "units.heirs": lambda _: (ROOT, [HEIR]),
    "units.line": lambda _: (ROOT, HEIR, True),
    "units.readings": lambda _: (ROOT, "", 5),
}
"""Of services/query/load, by file and name."""

_NEW = event(f"{UNIT}@{_R}", 10_000, source=UNIT)


def _batch(facts: Facts) -> tuple[Any, ...]:
    """A new event with a text, one that was recorded before, and a refusal."""
    known = event(f"{OTHER}@{_R}", 1, source=facts["known_source"], id=str(facts["known_id"]))
    events, texts, refusals = [_NEW, known], [(1, "note", b"0" * 16, "chữ")], [refusal("k", b"h")]
    return (
        ROOT,
        facts["head"],
        facts["recorded_at"],
        *([one[name] for one in events] for name in event("", 0)),
        *([text[column] for text in texts] for column in range(4)),
        *([one[column] for one in refusals] for column in range(7)),
    )


def _batch_as_text(facts: Facts) -> tuple[Any, ...]:
    """The same, the arrays of names as text."""
    batch, as_text = list(_batch(facts)), (3, 4, 5, 6, 7, 8, 9, 11)
    for column in as_text:
        batch[column] = "{" + ",".join("NULL" if v is None else f'"{v}"' for v in batch[column]) + "}"
    return tuple(batch)


def _known(facts: Facts) -> tuple[Any, ...]:
    return (
        ROOT,
        [facts["known_source"], facts["refused_tenant"]],
        [str(facts["known_id"]), facts["refused_key"]],
        [str(facts["known_id"]), facts["refused_key"]],
    )


def _known_as_text(facts: Facts) -> tuple[Any, ...]:
    root, *arrays = _known(facts)
    return root, *("{" + ",".join(f'"{value}"' for value in array) + "}" for array in arrays)


OTHERS: Mapping[str, Mapping[str, tuple[str, Arguments]]] = {
    "shared/ledger/sql/ledger.sql": {
        "lock_root": ("appraisal", _known),
        "lock_batch": ("ingest", _known_as_text),
        "append": ("appraisal", _batch),
        "append_batch": ("ingest", _batch_as_text),
        "erase_texts": ("appraisal", lambda facts: (ROOT, facts["erased"])),
        "events_at": ("ingest", lambda _: (ROOT, [900, 901])),
        "page": ("scoring", lambda _: (ROOT, 900, 20)),
        "page_until": ("ingest", lambda _: (ROOT, 900, 20, 1000)),
        "page_to_check": ("scoring", lambda _: (ROOT, 900, 20, 1000)),
        "page_with_verdict": ("scoring", lambda _: (ROOT, 900, 20, 1000)),
        "feed_page": ("relay", lambda _: (ROOT, 900, 20)),
        "salts": ("ingest", lambda _: (ROOT, 900, 920)),
        "roots": ("relay", lambda _: ()),
        "stream_events": ("appraisal", lambda _: (ROOT, f"{OTHER}@{_R}", 0, 10, 5)),
        "stream_events_backwards": ("appraisal", lambda _: (ROOT, f"{OTHER}@{_R}", 0, 10, 5)),
        "notifications": ("appraisal", lambda _: (ROOT, 900, 1000, [], 20)),
        "last_position": ("relay", lambda _: (ROOT,)),
        "behind": ("relay", lambda _: ([ROOT], [900])),
    },
    "shared/ledger/sql/evidence.sql": {
        "put": ("ingest", lambda _: (ROOT, UNIT, "0" * 64, 10, 10**9)),
        "bytes_put": ("ingest", lambda _: (ROOT, UNIT)),
        "sizes_put": ("ingest", lambda facts: (ROOT, [UNIT], [facts["sha256"]])),
    },
    "services/relay/log.sql": {"entries": ("relay", lambda _: (ROOT, 900, 20))},
    "shared/audit/audit.sql": {
        "streams": ("scoring", lambda facts: (ROOT, [f"{OTHER}@{_R}", OTHER], facts["head"])),
        "texts": ("superuser", lambda facts: (ROOT, facts["texts"])),
    },
    "services/scoring/scoring.sql": {
        "lock_progress": ("scoring", lambda _: (ROOT,)),
        "progress": ("scoring", lambda _: (ROOT,)),
        "move_progress": ("scoring", lambda _: (ROOT, 1, _NOW)),
        # Of rows given it inserts each: there is nothing that it could scan for them.
        "write": ("scoring", lambda _: (ROOT, 1, 2, _NOW, *[None] * 16)),
    },
}
"""By file and name: the role, and what it asks."""

REBUILDING = {"begin_rebuild", "finish_rebuild"}
"""Of services/scoring/scoring.sql: tables are made and swapped."""

OF_A_REBUILD = {
    *("analyse", "drop_rebuild", "rebuilt_tables", "difference", "take_turn", "end_turn", "columns", "key"),
}
"""Of services/scoring/rebuild.sql: `difference` compares whole tables, as it must; the others read none."""


async def facts_of(superuser: asyncpg.Connection) -> Facts:
    """The facts, looked up once."""
    found: dict[str, Awaitable[Any] | Any] = {}
    for name, sql in FACTS.items():
        found[name] = await superuser.fetchval(sql, ROOT)
        assert found[name] is not None, name
    return found
