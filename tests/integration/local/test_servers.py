"""The embedded servers: who may enter, what is kept where, what becomes of a server left behind."""

import asyncio
import os
import signal
import socket
import stat
import sys
from pathlib import Path

import asyncpg
import nats
import nats.errors
import psutil
import pytest

from deploy.local.folder import FolderBusy
from deploy.local.postgres import ROLES
from deploy.local.stack import PortTaken, Servers, free_port, joined_servers, kept_ports, running_servers
from shared.broker.subjects import service_inbox_prefix
from tests.patience import PATIENCE


async def test_every_role_enters_with_its_password(servers: Servers) -> None:
    for role in ("postgres", *ROLES):
        connection = await asyncpg.connect(servers.dsn(role))
        try:
            assert await connection.fetchval("SELECT current_user") == role
        finally:
            await connection.close()


async def test_a_wrong_password_or_none_is_refused(servers: Servers) -> None:
    for role in ("postgres", *ROLES):
        for password in ("", "wrong", role):
            with pytest.raises(asyncpg.InvalidPasswordError):
                await asyncpg.connect(servers.dsn(role), password=password)


async def test_there_is_no_trust_and_no_network(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.dsn("postgres"))
    try:
        rules = await connection.fetch("SELECT type, auth_method FROM pg_hba_file_rules")
        assert [tuple(rule) for rule in rules] == [("local", "scram-sha-256")]
        assert await connection.fetchval("SHOW listen_addresses") == ""
        stored = await connection.fetch("SELECT rolpassword FROM pg_authid WHERE rolcanlogin")
        assert {(row["rolpassword"] or "none").split("$")[0] for row in stored} == {"SCRAM-SHA-256"}
    finally:
        await connection.close()


async def test_what_was_promised_is_on_the_disk(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.dsn("postgres"))
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            assert await connection.fetchval(f"SHOW {setting}") == "on"
        assert await connection.fetchval("SHOW data_checksums") == "on"
    finally:
        await connection.close()


async def test_texts_are_ordered_alike_on_every_machine(servers: Servers) -> None:
    connection = await asyncpg.connect(servers.dsn("postgres"))
    try:
        ordered = await connection.fetchval(
            "SELECT array_agg(t ORDER BY t) FROM unnest($1::text[]) t", ["a", "B", "đ"]
        )
        assert ordered == ["B", "a", "đ"]
    finally:
        await connection.close()


def test_the_folder_is_its_owners_alone(servers: Servers) -> None:
    folder = servers.folder
    passable = 0o711 if os.geteuid() == 0 else 0o700
    assert stat.S_IMODE(folder.root.stat().st_mode) == passable
    kept = [*folder.keys.rglob("*"), *folder.logs.iterdir()]
    folders = [part for part in kept if part.is_dir()]
    for part in (folder.keys, folder.logs, folder.nats, folder.postgres, folder.evidence, *folders):
        assert stat.S_IMODE(part.stat().st_mode) == 0o700, part
    for file in {*kept, folder.run_file, folder.nats / "server.conf"} - {*folders}:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


async def test_every_service_enters_the_broker_with_its_key(servers: Servers) -> None:
    for user in ("ingest", "appraisal", "relay", "scoring", "provisioner"):
        connection = await nats.connect(
            servers.nats_url,
            nkeys_seed=str(servers.nats_seed_file(user)),
            inbox_prefix=service_inbox_prefix(user).encode(),
        )
        await connection.close()


async def test_a_root_is_prepared_once_however_often_it_is_asked_for(
    servers: Servers, unused_root: str
) -> None:
    for _ in range(3):
        await servers.add_root(unused_root)
    connection = await asyncpg.connect(servers.dsn("postgres"))
    try:
        heads = await connection.fetch("SELECT position FROM ledger.head WHERE root = $1", unused_root)
        assert [row["position"] for row in heads] == [0]
    finally:
        await connection.close()


async def test_a_folder_is_served_once(servers: Servers) -> None:
    with pytest.raises(FolderBusy):
        async with running_servers(servers.folder.root):
            pytest.fail("two of them on one folder")


async def test_what_was_kept_is_there_the_next_time_and_nothing_runs_in_between(data_folder: Path) -> None:
    async with running_servers(data_folder) as first:
        await first.add_root("qt")
        dsn = first.dsn("postgres")
        processes = _processes_of(data_folder)
        assert processes
    assert not any(process.is_running() for process in processes)
    assert not (data_folder / "run.json").exists()
    async with joined_servers(data_folder) as second:
        assert second.dsn("postgres") == dsn
        connection = await asyncpg.connect(dsn)
        try:
            assert await connection.fetchval("SELECT count(*) FROM ledger.head") == 1
            assert await connection.fetchval("SELECT count(*) FROM public.migration") >= 1
        finally:
            await connection.close()


async def test_a_path_that_is_too_long_for_a_socket_will_do(data_folder: Path) -> None:
    long = data_folder / ("x" * 60) / ("y" * 60)
    async with running_servers(long) as servers:
        connection = await asyncpg.connect(servers.dsn("postgres"))
        await connection.close()
        place = servers.postgres.socket_folder
        assert place.exists()
        assert not place.is_relative_to(long)
    assert not place.exists()


async def test_servers_that_die_are_started_again(data_folder: Path) -> None:
    async with running_servers(data_folder) as servers:
        for name in ("postgres", "nats-server"):
            [dying] = [p for p in _processes_of(data_folder) if p.name() == name and p.ppid() == os.getpid()]
            dying.send_signal(signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            await _until_they_serve(servers)


async def _until_they_serve(servers: Servers) -> None:
    """Return once both servers have been reached."""
    while True:
        await asyncio.sleep(0.1)
        try:
            connection = await asyncpg.connect(servers.dsn("postgres"))
            await connection.close()
            await servers.add_root("qt")
        except (OSError, asyncpg.PostgresError, nats.errors.Error):
            continue
        return


def test_a_port_that_is_taken_is_said_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(PortTaken, match="is in use"):
            free_port(taken.getsockname()[1])


@pytest.mark.skipif(sys.platform != "linux", reason="NOT TESTED: elsewhere no port is kept")
def test_a_port_is_kept_for_whoever_names_it() -> None:
    with kept_ports(0, 0) as [port, another]:
        assert port != another
        with socket.socket() as anybody, pytest.raises(OSError, match="in use"):
            anybody.bind(("127.0.0.1", port))
        for _ in range(2):
            with socket.create_server(("127.0.0.1", port)):
                pass
    with socket.socket() as anybody:
        anybody.bind(("127.0.0.1", port))


def _processes_of(folder: Path) -> list[psutil.Process]:
    """What runs for a data folder, found by command line."""
    found = []
    for process in psutil.process_iter(["cmdline"]):
        if str(folder) in " ".join(process.info["cmdline"] or ()):
            found.append(process)
    return found
