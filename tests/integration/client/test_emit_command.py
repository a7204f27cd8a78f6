"""`parledger emit`, as a process of its own, on a real broker."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

import parledger
from deploy.local.stack import kept_ports
from tests.integration.client.broker import Judge, Server, make_token, recorded, refused
from tests.patience import PATIENCE


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    with kept_ports(0) as [port]:
        server = Server(tmp_path, port, make_token())
        await server.start()
        yield server
        await server.stop()


async def emit(server: Server, file: Path, *more: str) -> tuple[int, list[dict[str, Any]], str]:
    words = ["emit", "--nats", server.url, "--token", server.token, *more, str(file)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "parledger", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    return process.returncode or 0, [json.loads(line) for line in out.splitlines()], err.decode()


def line(number: int) -> bytes:
    data = {"leaf": "1.1.3", "self_points": str(number)}
    subject, source = "qt/dong-ha@2023", "qt/dong-ha"
    return parledger.emission("SubmissionFiled", subject=subject, source=source, data=data).payload


def write(folder: Path, *lines: bytes) -> Path:
    file = folder / "emissions.jsonl"
    file.write_bytes(b"\n".join(lines))
    return file


async def test_outcomes_are_printed_in_the_order_of_the_lines(server: Server, tmp_path: Path) -> None:
    await server.prepare()
    lines = [line(number) for number in range(400)]
    async with Judge(server):
        code, outcomes, err = await emit(server, write(tmp_path, *lines))
    assert code == 0, err
    assert [outcome["id"] for outcome in outcomes] == [json.loads(text)["id"] for text in lines]
    assert "400 recorded" in err


async def test_a_platform_that_is_busy_is_said_and_gone_on_with(server: Server, tmp_path: Path) -> None:
    await server.prepare(max_msgs_per_subject=5, discard="new", discard_new_per_subject=True)
    running = asyncio.create_task(emit(server, write(tmp_path, *(line(number) for number in range(60)))))
    await asyncio.sleep(2)
    async with Judge(server):
        code, outcomes, err = await running
    assert (code, len(outcomes)) == (0, 60), err
    assert "Hệ thống đang bận" in err
    assert "the platform is busy" in err
    assert "60 recorded" in err


async def test_a_line_that_is_no_json_is_answered_like_any_other(server: Server, tmp_path: Path) -> None:
    await server.prepare()
    good = line(1)

    def by_id(envelope: dict[str, Any], times: int) -> dict[str, Any]:
        return recorded(envelope, times) if envelope else refused()

    async with Judge(server, by_id):
        code, outcomes, _ = await emit(server, write(tmp_path, good, b"{not json", b"", b"\xff", good, b""))
    assert code == 1
    assert [outcome["status"] for outcome in outcomes] == ["recorded", "refused", "refused", "duplicate"]


async def test_a_line_that_is_too_large_is_named_and_the_others_go_on(server: Server, tmp_path: Path) -> None:
    await server.prepare(max_msg_size=300 * 1024)
    async with Judge(server):
        lines = [line(1), b"x" * 310_000, b"y" * 3_000_000, line(2)]
        code, outcomes, err = await emit(server, write(tmp_path, *lines))
    assert code == 2
    assert len(outcomes) == 2
    assert "line 2:" in err
    assert "line 3:" in err
    assert "Traceback" not in err


async def test_a_root_that_is_not_prepared_ends_it_at_once(server: Server, tmp_path: Path) -> None:
    code, outcomes, err = await emit(server, write(tmp_path, *(line(number) for number in range(50))))
    assert (code, outcomes) == (2, [])
    assert "parledger root add qt" in err


@pytest.mark.parametrize("token", [make_token(sub="somebody else"), "garbage"])
async def test_a_bad_token_is_a_sentence_and_exit_2(server: Server, tmp_path: Path, token: str) -> None:
    code, _, err = await emit(server, write(tmp_path, line(1)), "--token", token)
    assert code == 2
    assert "parledger token" in err
    assert "Traceback" not in err


async def test_a_file_that_is_not_there_is_a_sentence_and_exit_2(server: Server, tmp_path: Path) -> None:
    code, _, err = await emit(server, tmp_path / "none.jsonl")
    assert code == 2
    assert "cannot read" in err


async def test_where_nobody_reads_the_outcomes_any_more_they_are_kept(server: Server, tmp_path: Path) -> None:
    await server.prepare()
    file = write(tmp_path, *map(line, range(400)))
    async with Judge(server):
        words = ["emit", "--nats", server.url, "--token", server.token, str(file)]
        reader, writer = os.pipe()
        os.close(reader)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "parledger", *words, stdout=writer, stderr=asyncio.subprocess.PIPE
        )
        os.close(writer)
        _, err = await asyncio.wait_for(process.communicate(), PATIENCE)
        assert process.returncode == 2
        assert "run it again" in err.decode()
        assert "Exception ignored" not in err.decode()
        code, outcomes, _ = await emit(server, file)
    assert (code, len(outcomes)) == (0, 400)


async def test_no_outcome_within_patience_is_exit_2(server: Server, tmp_path: Path) -> None:
    await server.prepare()
    code, outcomes, err = await emit(server, write(tmp_path, line(1)), "--patience", "0.3")
    assert (code, outcomes) == (2, [])
    assert "same id" in err
