"""The schema: numbered SQL files, applied once, in order, each in a transaction of its own."""

import hashlib
import re
from dataclasses import dataclass
from importlib import resources

import asyncpg

LOCK = 0x7061726C6564  # any number that nobody else locks: "parled"

_FILE_NAME = re.compile(r"\d{4}_[a-z0-9_]+\.sql")

_RECORD = """
    CREATE TABLE IF NOT EXISTS public.migration (
        name       text PRIMARY KEY,
        sha256     text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
    )
"""


class MigrationError(Exception):
    """The schema cannot be brought up to date; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its file name without `.sql`, its statements, and the SHA-256 of the file in hex."""

    name: str
    sql: str
    sha256: str


def migrations() -> list[Migration]:
    """Every step that this version knows, in the order in which they are applied."""
    files = sorted(
        (file for file in resources.files(__name__).iterdir() if _FILE_NAME.fullmatch(file.name)),
        key=lambda file: file.name,
    )
    contents = ((file.name.removesuffix(".sql"), file.read_bytes()) for file in files)
    return [Migration(name, raw.decode(), hashlib.sha256(raw).hexdigest()) for name, raw in contents]


def pending(known: list[Migration], applied: dict[str, str]) -> list[Migration]:
    """What of `known` is still to be applied, `applied` being the SHA-256 by name of what was.

    Raises MigrationError where the database and this version disagree about the past.
    """
    strangers = sorted(applied.keys() - {step.name for step in known})
    if strangers:
        raise MigrationError(
            f"the database was migrated by a newer parledger ({', '.join(strangers)}): install that version, "
            "or restore a backup made by this one"
        )
    for step in known:
        if applied.get(step.name, step.sha256) != step.sha256:
            raise MigrationError(
                f"migration {step.name} was changed after it had been applied: put its file back as it was, "
                "and say what is new in a new migration"
            )
    return [step for step in known if step.name not in applied]


async def migrate(connection: asyncpg.Connection) -> list[str]:
    """Bring the schema up to date, as superuser; the names of the steps applied now, none if it was.

    Two callers at once are one after the other: the second finds nothing to do.
    Raises MigrationError, or what PostgreSQL says about a step, which then has left no trace.
    """
    known = migrations()
    await connection.execute("SELECT pg_advisory_lock($1)", LOCK)
    try:
        await connection.execute(_RECORD)
        rows = await connection.fetch("SELECT name, sha256 FROM public.migration")
        steps = pending(known, {row["name"]: row["sha256"] for row in rows})
        for step in steps:
            async with connection.transaction():
                await connection.execute(step.sql)
                await connection.execute("RESET ROLE")
                await connection.execute(
                    "INSERT INTO public.migration (name, sha256) VALUES ($1, $2)", step.name, step.sha256
                )
        return [step.name for step in steps]
    finally:
        await connection.execute("SELECT pg_advisory_unlock($1)", LOCK)
