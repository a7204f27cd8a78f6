"""A service may do what its work needs, and no more: the whole table of rights, and an attempt of each."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from tests.integration.ledger.conftest import Connect
from tests.integration.ledger.protocol import append, event, refusal
from tests.integration.ledger.scene import opened

SERVICES = ("ingest", "appraisal", "relay", "scoring", "query")
READ_MODEL = (
    *("unit", "heir", "reading", "imported", "rubric", "round", "publication", "standing"),
    *("dossier", "leaf", "adjustment", "dispute", "plan", "history", "story", "evidence"),
)
"""What stands here is what a migration may grant; a new table is nobody's until it is added."""
TABLE_RIGHTS = {
    "ingest": {"ledger.head": "SELECT", "ledger.event": "SELECT", "ledger.evidence_put": "SELECT"},
    "appraisal": {"ledger.head": "SELECT", "ledger.event": "SELECT"},
    "relay": {"ledger.head": "SELECT", "ledger.event": "SELECT"},
    "scoring": {
        "ledger.head": "SELECT",
        "ledger.event": "SELECT",
        "read.progress": "SELECT,UPDATE",
        **{f"read.{table}": "DELETE,INSERT,SELECT,UPDATE" for table in READ_MODEL},
    },
    "query": {
        **{f"ledger.{table}": "SELECT" for table in ("event", "text", "refusal", "refusal_excerpt")},
        **{f"read.{table}": "SELECT" for table in ("progress", *READ_MODEL)},
    },
}
SALTS = {f"ledger.text.{column}" for column in ("root", "position", "field", "salt")}
COLUMN_RIGHTS = {"ingest": SALTS, "appraisal": SALTS}
FUNCTIONS = {
    "ingest": {"ledger.lock_root", "ledger.append", "ledger.purge_excerpts", "ledger.put_evidence"},
    "appraisal": {"ledger.lock_root", "ledger.append", "ledger.erase_texts"},
    "relay": set[str](),
    "scoring": {
        *("read.begin_rebuild", "read.finish_rebuild", "read.drop_rebuild", "read.difference"),
        *("read.rebuilt_tables", "read.partition_name", "read.analyse_rebuild", "read.write_rows"),
    },
    "query": {
        *(f"ledger.{name}" for name in ("scope", "scopes", "scopes_of", "within", "among", "above", "roots")),
        *(f"ledger.{name}" for name in ("lineage", "plain", "sent_by_caller", "position_at", "deciding")),
        *("ledger.enter", "read.is_party", "read.named", "read.line_of", "read.stood_at"),
    },
}
_TABLES = """
    SELECT c.* FROM pg_class c
    WHERE c.relnamespace IN ('ledger'::regnamespace, 'read'::regnamespace) AND c.relkind = ANY ('{r,p,v,m}')
"""


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_has_these_rights_on_tables_and_no_others(
    superuser: asyncpg.Connection, root: str, service: str
) -> None:
    rows = await superuser.fetch(
        f"""SELECT t.oid::regclass::text AS name, string_agg(p, ',' ORDER BY p) AS rights
            FROM ({_TABLES}) t,
                 unnest(string_to_array($2, ' ')) AS p
            WHERE has_table_privilege($1, t.oid, p) GROUP BY 1""",
        f"parledger_{service}",
        "SELECT INSERT UPDATE DELETE TRUNCATE REFERENCES TRIGGER MAINTAIN",
    )
    assert {row["name"]: row["rights"] for row in rows} == TABLE_RIGHTS[service]


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_has_these_rights_on_columns_and_no_others(
    superuser: asyncpg.Connection, root: str, service: str
) -> None:
    rows = await superuser.fetch(
        f"""SELECT t.oid::regclass::text || '.' || a.attname AS name
            FROM ({_TABLES}) t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0,
                 unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) AS p
            WHERE has_column_privilege($1, t.oid, a.attnum, p) AND NOT has_table_privilege($1, t.oid, p)""",
        f"parledger_{service}",
    )
    assert {row["name"] for row in rows} == COLUMN_RIGHTS.get(service, set())


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_may_call_these_functions_and_no_others(
    superuser: asyncpg.Connection, service: str
) -> None:
    rows = await superuser.fetch(
        """SELECT DISTINCT n.nspname || '.' || p.proname AS name
           FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE n.nspname = ANY ('{ledger,read,public}') AND has_function_privilege($1, p.oid, 'EXECUTE')""",
        f"parledger_{service}",
    )
    assert {row["name"] for row in rows} == FUNCTIONS[service]


@pytest.mark.parametrize("service", SERVICES)
async def test_a_service_is_an_ordinary_role_that_makes_nothing(
    superuser: asyncpg.Connection, service: str
) -> None:
    role = f"parledger_{service}"
    row = await superuser.fetchrow(
        """SELECT rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls, rolinherit,
                  EXISTS (SELECT FROM pg_auth_members m WHERE m.member = r.oid) AS member,
                  has_schema_privilege(rolname, 'ledger', 'CREATE') AS makes_ledger,
                  has_schema_privilege(rolname, 'read', 'CREATE') AS makes_read,
                  has_schema_privilege(rolname, 'public', 'CREATE,USAGE') AS public
           FROM pg_roles r WHERE rolname = $1""",
        role,
    )
    assert row is not None
    assert not any(row.values())


async def test_somebody_else_may_do_nothing(superuser: asyncpg.Connection, root: str) -> None:
    attempt = superuser.transaction()
    await attempt.start()
    await superuser.execute("CREATE ROLE stranger")
    assert not await superuser.fetchval("SELECT has_schema_privilege('stranger', 'ledger', 'USAGE')")
    assert not await superuser.fetchval("SELECT has_schema_privilege('stranger', 'read', 'USAGE')")
    await attempt.rollback()


ATTEMPTS = [
    ("ingest", "SELECT text FROM ledger.text"),
    ("ingest", "SELECT * FROM ledger.refusal_excerpt"),
    ("ingest", "SELECT * FROM read.dossier"),
    ("ingest", "SELECT ledger.prepare_root('mine')"),
    ("appraisal", "SELECT text FROM ledger.text"),
    ("appraisal", "SELECT ledger.purge_excerpts()"),
    ("appraisal", "INSERT INTO read.progress (root) VALUES ('mine')"),
    ("relay", "SELECT * FROM ledger.lock_root('{root}', '{{}}', '{{}}', '{{}}')"),
    ("relay", "SELECT salt FROM ledger.text"),
    ("relay", "SELECT * FROM read.dossier"),
    ("scoring", "SELECT * FROM ledger.lock_root('{root}', '{{}}', '{{}}', '{{}}')"),
    ("scoring", "SELECT * FROM ledger.text"),
    ("scoring", "DELETE FROM read.progress"),
    ("scoring", "DROP TABLE read.dossier"),
    ("query", "UPDATE read.dossier SET index = 100000000"),
    ("query", "INSERT INTO read.progress (root) VALUES ('mine')"),
    ("query", "SELECT * FROM ledger.head"),
    ("query", "SELECT * FROM ledger.lock_root('{root}', '{{}}', '{{}}', '{{}}')"),
    ("query", "SELECT read.begin_rebuild('{root}')"),
    ("query", "SELECT * FROM ledger.{partition}"),
    ("query", "SET ROLE parledger_owner"),
]


@pytest.mark.parametrize(("service", "statement"), ATTEMPTS)
async def test_a_service_that_tries_more_is_refused(
    connect: Connect, root: str, service: str, statement: str
) -> None:
    partition = f"event_of_{root.replace('-', '_')}"
    async with connect(f"parledger_{service}") as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement.format(root=root, partition=partition))


@pytest.mark.parametrize("service", ["relay", "scoring", "query"])
async def test_who_does_not_judge_appends_nothing(connect: Connect, root: str, service: str) -> None:
    async with connect(f"parledger_{service}") as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await append(connection, root, event("a", 1))


SAMPLES = {
    "text": "'x'",
    "bigint": "1",
    "integer": "1",
    "boolean": "false",
    "text[]": "'{}'",
    "bytea": "''",
    "date": "'2023-01-01'",
}


@pytest.fixture
async def query(
    connect: Connect, superuser: asyncpg.Connection, root: str
) -> AsyncIterator[asyncpg.Connection]:
    """Who reads, with a row of this root in every table that it may read."""
    async with connect("parledger_ingest") as connection:
        scene = await opened(root, connection)
        await scene.record(connection, scene.filed(scene.filing(note="một")), scene.filed(b"{", "X"))
        await append(connection, root, refusals=[refusal("x", b"y")])
    for table in READ_MODEL:
        columns = await superuser.fetch(
            "SELECT column_name AS name, data_type FROM information_schema.columns "
            "WHERE table_schema = 'read' AND table_name = $1 AND is_nullable = 'NO'",
            table,
        )
        values = {row["name"]: _sample(row["data_type"]) for row in columns} | {"root": f"'{root}'"}
        names, samples = ", ".join(values), ", ".join(values.values())
        await superuser.execute(f"INSERT INTO read.{table} ({names}) VALUES ({samples})")
    async with connect("parledger_query") as connection:
        yield connection


def _sample(data_type: str) -> str:
    return {"ARRAY": "'{}'", "timestamp with time zone": "now()"}.get(data_type) or SAMPLES[data_type]


async def readable(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        f"""SELECT t.oid::regclass::text AS name FROM ({_TABLES}) t
            WHERE has_any_column_privilege(t.oid, 'SELECT')"""
    )
    return [row["name"] for row in rows]


async def rows_seen(connection: asyncpg.Connection, root: str, scope: str | None) -> dict[str, int]:
    """How many rows of the root each table shows to a caller of this unit."""
    async with connection.transaction():
        if scope is not None:
            await connection.execute("SELECT set_config('parledger.scope', $1, true)", scope)
        return {
            name: await connection.fetchval(f"SELECT count(*) FROM {name} WHERE root = $1", root)
            for name in await readable(connection)
        }


@pytest.mark.parametrize("scope", [None, "", "/", "elsewhere", "led", "%"])
async def test_who_reads_without_a_scope_or_with_another_sees_no_row_of_any_table(
    query: asyncpg.Connection, superuser: asyncpg.Connection, root: str, scope: str | None
) -> None:
    for name in await readable(query):
        assert await superuser.fetchval(f"SELECT count(*) FROM {name} WHERE root = $1", root), (
            f"{name} is empty"
        )
    assert set((await rows_seen(query, root, scope)).values()) == {0}


async def test_a_scope_ends_with_its_transaction(query: asyncpg.Connection, root: str) -> None:
    seen = await rows_seen(query, root, root)
    assert seen["ledger.event"] == 5
    assert seen["ledger.text"] == 1
    assert seen["ledger.refusal"] == 1
    assert set((await rows_seen(query, root, None)).values()) == {0}


async def test_a_unit_sees_the_ledger_at_and_below_itself_alone(query: asyncpg.Connection, root: str) -> None:
    seen = await rows_seen(query, root, f"{root}/a")
    assert (seen["ledger.event"], seen["ledger.text"], seen["ledger.refusal"]) == (2, 1, 1)
    assert (await rows_seen(query, root, f"{root}/"))["ledger.event"] == 0
    assert (await rows_seen(query, root, f"{root}/a/b"))["ledger.event"] == 0
