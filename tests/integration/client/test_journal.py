"""What was emitted and answered stands on disk: who was interrupted goes on where it was."""

import asyncio
import fcntl
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
from tests.patience import PATIENCE, until

SOURCE = "qt/dong-ha"


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Server]:
    with kept_ports(0) as [port]:
        server = Server(tmp_path, port, make_token())
        await server.start()
        await server.prepare()
        yield server
        await server.stop()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "emissions.jsonl"


def filed(number: int = 0) -> parledger.Emission:
    data = {"leaf": "1.1.3", "self_points": str(number)}
    return parledger.emission("SubmissionFiled", subject=f"{SOURCE}@2023", source=SOURCE, data=data)


def write(file: Path, count: int) -> list[bytes]:
    lines = [filed(number).payload for number in range(count)]
    put(file, [*lines, b""])
    return lines


def put(file: Path, lines: list[bytes]) -> None:
    file.write_bytes(b"\n".join(lines))


def journal_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.journal")


async def emit(server: Server, file: Path, *more: str) -> tuple[int, list[dict[str, Any]], str]:
    process = await started(server, file, *more)
    out, err = await asyncio.wait_for(process.communicate(), PATIENCE)
    return process.returncode or 0, [json.loads(line) for line in out.splitlines()], err.decode()


async def started(server: Server, file: Path, *more: str) -> asyncio.subprocess.Process:
    words = ["emit", "--nats", server.url, "--token", server.token, "--patience", "20", *more, str(file)]
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "parledger", *words,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip


def answers_until(last: int) -> Any:
    """A judge that falls silent after so many points."""

    def answer(envelope: dict[str, Any], times: int) -> dict[str, Any] | None:
        said = int(envelope["data"]["self_points"])
        return recorded(envelope, times) if said <= last else None

    return answer


async def killed_after(server: Server, file: Path, outcomes: int, *more: str) -> None:
    """Run the command, and kill it once it has printed so many outcomes."""
    process = await started(server, file, *more)
    assert process.stdout is not None
    for _ in range(outcomes):
        await asyncio.wait_for(process.stdout.readline(), PATIENCE)
    process.kill()
    await process.wait()


async def test_a_killed_run_is_gone_on_with_and_prints_every_outcome(server: Server, file: Path) -> None:
    lines = write(file, 50)
    async with Judge(server, answers_until(19)) as judge:
        await killed_after(server, file, 20)
        before = len(judge.payloads)
        judge.answer = recorded
        code, outcomes, err = await emit(server, file)
        again = judge.payloads[before:]
    assert code == 0, err
    assert [outcome["id"] for outcome in outcomes] == [json.loads(line)["id"] for line in lines]
    assert not set(again) & set(lines[:20])
    assert not journal_of(file).exists()


async def test_a_refusal_before_the_interruption_counts_after_it(server: Server, file: Path) -> None:
    write(file, 10)

    def answer(envelope: dict[str, Any], times: int) -> dict[str, Any] | None:
        return refused() if envelope["data"]["self_points"] == "3" else answers_until(4)(envelope, times)

    async with Judge(server, answer) as judge:
        await killed_after(server, file, 5)
        judge.answer = recorded
        code, outcomes, _ = await emit(server, file)
    assert code == 1
    assert [outcome["status"] for outcome in outcomes[:5]] == ["recorded"] * 3 + ["refused", "recorded"]
    assert len(outcomes) == 10


async def test_a_line_that_changed_is_named_and_nothing_is_sent(server: Server, file: Path) -> None:
    lines = write(file, 10)
    async with Judge(server, answers_until(4)) as judge:
        await killed_after(server, file, 5)
        await judge.until_idle()
        before = len(judge.payloads)
        judge.answer = recorded
        put(file, [*lines[:2], lines[3], *lines[3:]])
        code, outcomes, err = await emit(server, file)
        assert (code, outcomes) == (2, [])
        assert "line 3 is not the line that was answered" in err
        put(file, lines[:3])
        code, outcomes, err = await emit(server, file)
        assert (code, outcomes) == (2, [])
        assert "line 4 was answered, and is not in the file any more" in err
        assert len(judge.payloads) == before


async def test_lines_may_be_added_at_the_end(server: Server, file: Path) -> None:
    lines = write(file, 5)
    journal = file.with_suffix(".kept")
    async with Judge(server) as judge:
        assert (await emit(server, file, "--journal", str(journal)))[0] == 0
        put(file, [*lines, b"", filed(5).payload])
        code, outcomes, _ = await emit(server, file, "--journal", str(journal))
        assert len(judge.payloads) == 6
    assert code == 0
    assert len(outcomes) == 6
    assert journal.exists()
    assert journal.stat().st_mode & 0o777 == 0o600


async def test_without_a_journal_all_is_sent_again(server: Server, file: Path) -> None:
    write(file, 3)
    async with Judge(server):
        await emit(server, file, "--no-journal")
        assert not journal_of(file).exists()
        _, outcomes, _ = await emit(server, file, "--no-journal")
    assert [outcome["status"] for outcome in outcomes] == ["duplicate"] * 3


async def test_a_finished_run_begins_anew(server: Server, file: Path) -> None:
    write(file, 3)
    async with Judge(server):
        await emit(server, file)
        _, outcomes, _ = await emit(server, file)
    assert [outcome["status"] for outcome in outcomes] == ["duplicate"] * 3


async def test_a_torn_last_line_is_repaired(server: Server, file: Path) -> None:
    lines = write(file, 10)
    async with Judge(server, answers_until(4)) as judge:
        await killed_after(server, file, 5)
        journal = journal_of(file)
        journal.write_bytes(journal.read_bytes()[:-7])
        judge.answer = recorded
        code, outcomes, _ = await emit(server, file)
    assert code == 0
    assert [outcome["id"] for outcome in outcomes] == [json.loads(line)["id"] for line in lines]
    assert [outcome["status"] for outcome in outcomes[:4]] == ["recorded"] * 4
    assert outcomes[4]["status"] == "duplicate"


@pytest.mark.parametrize("torn", [b"", b'{"jour', b'{"journal":1,"tenant":"q'])
async def test_a_first_line_that_was_never_finished_is_begun_anew(
    server: Server, file: Path, torn: bytes
) -> None:
    write(file, 2)
    journal_of(file).write_bytes(torn)
    async with Judge(server):
        assert (await emit(server, file))[0] == 0


async def test_what_is_no_journal_is_left_as_it_is(server: Server, file: Path) -> None:
    write(file, 2)
    other = file.with_suffix(".txt")
    for content in (b"somebody's notes", b"somebody's\nnotes\n"):
        put(other, [content])
        code, _, err = await emit(server, file, "--journal", str(other))
        assert code == 2
        assert "is no journal" in err
        assert other.read_bytes() == content


async def test_the_second_of_two_runs_is_refused(server: Server, file: Path) -> None:
    write(file, 2)
    with journal_of(file).open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        code, outcomes, err = await emit(server, file)
    assert (code, outcomes) == (2, [])
    assert "another run" in err


@pytest.mark.parametrize(
    ("field", "says"),
    [("tenant", "qt/vinh-linh"), ("as", "head~0000000000000000"), ("platform", "nats://elsewhere:4222")],
)
async def test_a_journal_of_another_says_whose_it_is(
    server: Server, file: Path, field: str, says: str
) -> None:
    write(file, 2)
    journal = file.with_suffix(".kept")
    async with Judge(server):
        await emit(server, file, "--journal", str(journal))
        header, rest = journal.read_text().split("\n", 1)
        journal.write_text(
            json.dumps({**json.loads(header), field: says}, separators=(",", ":")) + "\n" + rest
        )
        code, outcomes, err = await emit(server, file, "--journal", str(journal))
    assert (code, outcomes) == (2, [])
    assert says in err
    assert "qt/dong-ha as filer~" in err


async def test_a_damaged_journal_is_named_with_its_line(server: Server, file: Path) -> None:
    write(file, 3)
    journal = file.with_suffix(".kept")
    async with Judge(server):
        await emit(server, file, "--journal", str(journal))
        entries = journal.read_bytes().split(b"\n")
        journal.write_bytes(b"\n".join([*entries[:2], b"\0\0", *entries[3:]]))
        code, _, err = await emit(server, file, "--journal", str(journal))
    assert code == 2
    assert "damaged in line 3" in err


async def test_a_password_in_the_address_is_not_written(server: Server, file: Path) -> None:
    write(file, 1)
    journal = file.with_suffix(".kept")
    async with Judge(server):
        # The broker looks at the token alone.
        address = server.url.replace("nats://", "nats://somebody:secret@")
        await emit(server, file, "--nats", address, "--journal", str(journal))
    assert "secret" not in journal.read_text()


# A program.


async def test_what_a_program_emitted_is_on_disk_before_it_is_sent(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "program.journal"
    emission = filed(7)
    async with Judge(server, lambda *_: None) as judge:
        async with parledger.connect(server.url, server.token, journal=path) as client:
            waiting = asyncio.ensure_future(client.emit(emission))
            await until(lambda: judge.payloads)
            kept = [json.loads(line) for line in path.read_bytes().splitlines()]
        with pytest.raises(parledger.Closed):
            await waiting
    assert kept[1]["sha256"] == emission.digest


async def test_a_program_resumes_what_has_no_outcome_in_order(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "program.journal"
    emissions = [filed(number) for number in range(20)]
    async with Judge(server, answers_until(9)) as judge:
        async with parledger.connect(server.url, server.token, journal=str(path)) as client:
            outcomes = client.emit_all(emissions)
            for _ in range(10):
                await anext(outcomes)
            await outcomes.aclose()
        await judge.until_idle()
        judge.answer = recorded
        before = len(judge.payloads)
        async with parledger.connect(server.url, server.token, journal=path) as client:
            resumed = [outcome async for outcome in client.resume()]
            assert (await client.emit(filed(20))).status == "recorded"
        assert judge.payloads[before:][:10] == [emission.payload for emission in emissions[10:]]
    assert [outcome.id for outcome in resumed] == [emission.id for emission in emissions[10:]]
    async with Judge(server), parledger.connect(server.url, server.token, journal=path) as client:
        assert [outcome async for outcome in client.resume()] == []
    assert len(path.read_bytes().splitlines()) == 1


async def test_what_can_never_be_sent_is_not_resumed(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "program.journal"
    large = parledger.raw_emission(b"x" * 600_000)
    async with parledger.connect(server.url, server.token, journal=path) as client:
        with pytest.raises(parledger.TooLargeForTheFeed):
            await client.emit(large)
    async with parledger.connect(server.url, server.token, journal=path) as client:
        assert [outcome async for outcome in client.resume()] == []


async def test_a_journal_is_one_clients_at_a_time(server: Server, tmp_path: Path) -> None:
    path = tmp_path / "program.journal"
    async with parledger.connect(server.url, server.token, journal=path):
        with pytest.raises(parledger.JournalUnusable, match="in use"):
            async with parledger.connect(server.url, server.token, journal=path):
                pass


async def test_a_disk_that_fails_keeps_what_it_cannot_keep_from_being_sent(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with Judge(server) as judge:
        async with parledger.connect(server.url, server.token, journal=tmp_path / "j") as client:
            monkeypatch.setattr(os, "write", _no_space)
            with pytest.raises(parledger.JournalUnusable, match="No space"):
                await client.emit(filed())
        assert judge.payloads == []


def _no_space(*_: object) -> int:
    raise OSError(28, "No space left on device")
