"""The pages that `make docs` writes: their texts by path below docs/, and the folder brought to them."""

import json
from collections.abc import Mapping
from pathlib import Path

from deploy.describe import permissions
from deploy.describe.channels import asyncapi
from deploy.describe.labels import BY, SUBJECTS, TYPES
from deploy.describe.outcomes import OUTCOME, outcome
from deploy.describe.schemas import (
    ENVELOPE,
    RECORDED_ENVELOPE,
    Schema,
    emitted,
    envelope,
    file_of,
    recorded,
    recorded_envelope,
)
from services.query.config import Limits
from services.query.schema.build import build_schema
from shared.codec.catalogue import CATALOGUE
from shared.domain.problems import TITLES

EVENTS = "events"

_INDEX = """\
# Sự kiện (Events)

Made from the code by `make docs`; do not edit. JSON Schema, draft 2020-12; the channels stand in
`../asyncapi.yaml`.

Every emission is a CloudEvents envelope (`{envelope}`), answered by an outcome (`{outcome}`); a recorded
event has the envelope of `{recorded}`, and stands for its free texts with commitments. The schema of a type
holds the envelope and the newest shape of its data; `null` stands for a field that is left out.

A schema refuses nothing that the ledger takes, in the newest shape. The ledger refuses more, and says so in
the outcome: text that is not in Unicode form NFC, dates that never were, a `unit` or `round` that does not
agree with the subject, what a rubric or a round says against itself, a whole number written as `1.0`, more
than 64 KiB (a rubric: 256 KiB), and what depends on what stands in the ledger already. `format`
is a remark; the patterns count, as ECMA 262 reads them: `$` is the end, and before no line feed.

| Sự kiện | Event | By | Roles | Subject | Judged by | Schemas |
|---|---|---|---|---|---|---|
{rows}

## Lý do không tiếp nhận (Problems)

The first that applies, in this order.

| Type | Tiếng Việt | English |
|---|---|---|
{problems}
"""
_SDL_HEAD = "# Made from the code by `make docs`; do not edit.\n\n"


def pages() -> Mapping[str, str]:
    """Every page's text, by its path below the folder."""
    schemas: dict[str, Schema] = {
        ENVELOPE: envelope(),
        RECORDED_ENVELOPE: recorded_envelope(),
        OUTCOME: outcome(),
        **{file_of(name): emitted(name) for name in CATALOGUE},
        **{file_of(name, recorded=True): recorded(name) for name in CATALOGUE},
    }
    sdl = build_schema(Limits(), introspection=True).as_str()
    return {
        **{f"{EVENTS}/{name}": _json(schema) for name, schema in schemas.items()},
        f"{EVENTS}/README.md": _index(),
        "asyncapi.yaml": asyncapi(),
        "permissions.md": permissions.page(),
        "schema.graphql": f"{_SDL_HEAD}{sdl.strip()}\n",
    }


def write(folder: Path) -> None:
    """Write the pages below the folder, and take away schemas of types that are no more."""
    current = pages()
    for path, text in current.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    for path in stale_files(folder, current):
        path.unlink()


def stale_files(folder: Path, current: Mapping[str, str]) -> list[Path]:
    """Files among the events that no page has."""
    return [path for path in sorted((folder / EVENTS).glob("*")) if f"{EVENTS}/{path.name}" not in current]


def _json(schema: Schema) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _index() -> str:
    return _INDEX.format(
        envelope=ENVELOPE,
        outcome=OUTCOME,
        recorded=RECORDED_ENVELOPE,
        rows="\n".join(_row(name) for name in CATALOGUE),
        problems="\n".join(f"| `{name}` | {vi} | {en} |" for name, (vi, en) in TITLES.items()),
    )


def _row(name: str) -> str:
    row = CATALOGUE[name]
    by = ", ".join(BY[letter][1] for letter in "UARP" if letter in row.by)
    schemas = f"[emitted]({file_of(name)}) · [recorded]({file_of(name, recorded=True)})"
    cells = (
        TYPES[name][0],
        f"`{name}`",
        by,
        ", ".join(sorted(row.roles)),
        SUBJECTS[row.subject][1],
        row.service,
    )
    return f"| {' | '.join(cells)} | {schemas} |"
