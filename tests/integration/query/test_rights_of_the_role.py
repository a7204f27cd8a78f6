"""The role that reads can leave nothing behind: no temporary table, no large object, no notification."""

import asyncpg
import pytest

from deploy.local.stack import Servers


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TEMPORARY TABLE t (x int)",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT pg_notify('x', 'y')",
        "CREATE TABLE public.t (x int)",
        "CREATE TABLE read.t (x int)",
    ],
)
async def test_the_reading_role_leaves_nothing_behind(servers: Servers, statement: str) -> None:
    connection = await asyncpg.connect(servers.dsn("parledger_query"))
    try:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(statement)
    finally:
        await connection.close()
