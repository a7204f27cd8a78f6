"""The dispute of docs/audit.md, word for word: each command, query and UPDATE of the page, on a platform.

A block of commands is run by bash; the `text` after it holds lines that must be printed, `…` for anything,
and an exit code that is not 0. Queries are asked where the page says who asks them.
"""

import asyncio
import os
import re
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from deploy.local.keys import SUPERUSER
from deploy.local.runfile import current_run
from deploy.local.stack import Stack, running_stack
from shared.log.checkpoint import parse_checkpoint
from shared.log.folder import LogFolder
from shared.log.note import parse_note
from tests.acceptance.page import Block, blocks_of
from tests.patience import PATIENCE

HERE = Path(__file__).parents[2]
BLOCKS = blocks_of("audit.md", "Một vụ giải trình")
ROOT = "mau"
CHANGED = 13
_NO_NETWORK = """\
import sys


def refuse(event, _):
    if event.startswith("socket."):
        raise RuntimeError("this machine has no network: " + event)


sys.addaudithook(refuse)
"""

_TERMINAL = """\
touch .said
. ./.said
{}
declare -p | grep '^declare -- ' > .said
"""
"""Runs a block in the terminal of those before it: what they set is still there."""


@dataclass
class Story:
    """The platform, and the folder from which its operator and the inspectorate type their commands."""

    stack: Stack
    folder: Path
    client: httpx.AsyncClient

    async def type(self, block: Block, folder: Path | None = None, **environment: str) -> None:
        """Run a block of commands: it must print what the page says, and end as the page says."""
        await self.settled()
        script = _TERMINAL.format(block.text.replace("--data DIR", f"--data '{self.stack.folder.root}'"))
        known = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "COLUMNS": "200",
            "NATS": self.stack.nats_url,
            "URL": self.stack.http_url,
        }
        process = await asyncio.create_subprocess_exec(
            "bash", "-ec", script, cwd=folder or self.folder, env=known | environment,
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        )  # fmt: skip
        out, _ = await asyncio.wait_for(process.communicate(), 2 * PATIENCE)
        printed = out.decode()
        assert process.returncode == block.code, f"{script}\n{printed}"
        for line in block.printed:
            expected = ".*".join(re.escape(part) for part in line.split("…"))
            assert re.search(f"^{expected}$", printed, re.MULTILINE), f"{script}\n{printed}\nlacks {line}"

    async def ask(self, name: str, tenant: str, role: str, **variables: Any) -> Any:
        """The dossier that a query of the page answers with."""
        await self.settled()
        [query] = [b.text for b in BLOCKS if b.language == "graphql" and f"query {name}" in b.text]
        answer = await self.client.post(
            "/graphql",
            json={"query": query, "variables": variables},
            headers={"authorization": f"Bearer {self.stack.token(tenant, [role])}"},
        )
        told = answer.json()
        assert "errors" not in told, told
        return told["data"]["dossier"]

    async def settled(self) -> None:
        """Wait until the rows that are read and the public log hold what is recorded."""
        connection = await asyncpg.connect(self.stack.dsn(SUPERUSER))
        try:
            async with asyncio.timeout(PATIENCE):
                while True:
                    head = await connection.fetchval("SELECT position FROM ledger.head WHERE root = $1", ROOT)
                    read = await connection.fetchval(
                        "SELECT position FROM read.progress WHERE root = $1", ROOT
                    )
                    if not head or head == read == self.logged():
                        return
                    await asyncio.sleep(0.05)
        finally:
            await connection.close()

    def logged(self) -> int:
        """How many positions the public log shows."""
        raw = LogFolder(self.stack.folder.public_log / ROOT).checkpoint()
        return parse_checkpoint(parse_note(raw).text).size if raw else 0

    async def bribe(self, sql: str) -> None:
        """What the page says that the administrator does in the database."""
        superuser = await asyncpg.connect(self.stack.dsn(SUPERUSER))
        await superuser.execute(sql)
        await superuser.close()

    def log_made_anew(self) -> None:
        """The public log is taken away; the relay, started again, makes it of what is there."""
        shutil.rmtree(self.stack.folder.public_log / ROOT)
        run = current_run(self.stack.folder)
        assert run is not None
        os.kill(run.processes["relay"].pid, signal.SIGKILL)


@pytest.fixture
async def story(data_folder: Path, tmp_path: Path) -> AsyncIterator[Story]:
    shutil.copytree(HERE / "examples" / "giai-trinh", tmp_path / "examples" / "giai-trinh")
    async with (
        running_stack(data_folder) as stack,
        httpx.AsyncClient(base_url=stack.http_url, timeout=PATIENCE) as client,
    ):
        yield Story(stack, tmp_path, client)


def leaf(dossier: Any, code: str = "1.1") -> Any:
    [found] = [row for row in dossier["leaves"] if row["code"] == code]
    return found


async def test_a_dispute_is_settled_by_the_record_and_the_record_by_its_proofs(
    story: Story, tmp_path_factory: pytest.TempPathFactory
) -> None:
    typed = iter([block for block in BLOCKS if block.language == "sh"])

    await story.type(next(typed))  # the round, and the council scores An Bình
    on_the_day = await story.ask("TieuChi", ROOT, "council")
    await story.type(next(typed))  # the points are released
    await story.type(next(typed))  # the inspectorate cosigns
    await story.type(next(typed))  # the commune disputes

    await what_the_inspectorate_sees(story, on_the_day)

    await story.type(next(typed))  # upheld, published
    changed = await story.ask("DaDoi", "thanh-tra", "auditor")
    assert (changed["index"], changed["rank"], changed["grade"]) == ("93.33", 1, "Xuất sắc")
    assert (changed["diff"]["statusBefore"], changed["diff"]["statusAfter"]) == ("released", "published")
    [disputed] = changed["diff"]["leaves"]
    assert disputed == {"code": "1.1", "appraisedPoints": {"before": "3.2", "after": "3.6"}, "by": [19]}

    await story.type(next(typed))  # cosigned again, exported
    another = tmp_path_factory.mktemp("another-machine")
    cut_off = tmp_path_factory.mktemp("cut-off")
    (cut_off / "sitecustomize.py").write_text(_NO_NETWORK, "utf-8")
    for name in ("an-binh.json", "khoa-so.pub", "thanh-tra.key.pub"):
        shutil.copy(story.folder / name, another / name)
    elsewhere, offline = next(typed), {"PYTHONPATH": str(cut_off), "HOME": str(another)}
    await story.type(elsewhere, another, **offline)

    [sql] = [block.text for block in BLOCKS if block.language == "sql"]
    await story.bribe(sql)
    await story.type(next(typed))  # verify finds it
    await story.type(next(typed))  # replay --verify finds it
    story.log_made_anew()
    await story.type(next(typed))  # the witness finds it
    await story.type(next(typed))  # and no export of the new log is cosigned
    assert next(typed, None) is None
    await story.type(elsewhere, another, **offline)


async def what_the_inspectorate_sees(story: Story, on_the_day: Any) -> None:
    """What was done, what was seen on the day, what the rule gives, and what upholding would do."""
    told = await story.ask("DienBien", "thanh-tra", "auditor")
    [dispute] = told["disputes"]
    assert (dispute["about"], dispute["status"], dispute["claimedPoints"]) == ("1.1", "open", "3.6")
    assert dispute["grounds"].startswith("Văn bản nghiệm thu")
    of_leaf = [edge["node"] for edge in leaf(told)["story"]["edges"]]
    assert [event["type"] for event in of_leaf] == ["SubmissionFiled", "ScoreAppraised", "DisputeRaised"]
    scored = of_leaf[1]
    assert scored["position"] == CHANGED
    assert scored["change"]["leaves"] == [
        {"code": "1.1", "appraisedPoints": {"before": None, "after": "3.2"}}
    ]
    assert scored["change"]["rubric"] == "mau-xa-2026"

    last = [edge["node"] for edge in leaf(told, "1.2")["story"]["edges"]][-1]
    for moment in ({"position": last["position"]}, {"time": last["recordedAt"]}):
        assert await story.ask("TieuChi", "thanh-tra", "auditor", luc=moment) == on_the_day
    seen = leaf(on_the_day)
    assert (on_the_day["position"], on_the_day["status"], on_the_day["index"]) == (14, "submitted", "86.67")
    assert (seen["selfPoints"], seen["appraisedPoints"], seen["computedPoints"]) == ("3.6", "3.2", "3.2")
    assert seen["opinion"] == "Hai nhiệm vụ chưa có văn bản nghiệm thu: 16/20."
    assert "16" in str(seen["explanation"])

    imagined = (await story.ask("NeuChapNhan", "thanh-tra", "auditor"))["whatIf"]
    assert imagined["sums"]["index"] == {"before": "86.67", "after": "93.33"}
    assert imagined["place"] == {
        "rankBefore": 2, "rankAfter": 1, "gradeBefore": "Tốt", "gradeAfter": "Xuất sắc",
    }  # fmt: skip
    assert imagined["leaves"] == [{"code": "1.1", "appraisedPoints": {"before": "3.2", "after": "3.6"}}]
