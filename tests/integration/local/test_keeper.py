"""The keeper: starts programs again when they die, and leaves none behind."""

import asyncio
import errno
import signal
import sys
from pathlib import Path

import pytest

from deploy.local.keeper import Keeper
from deploy.local.processes import DidNotStart, Mark, running, start
from tests.patience import until

SERVES = "import time, pathlib, sys; pathlib.Path(sys.argv[1]).touch(); time.sleep(60)"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SERVES}"
BREAKS = "import sys; sys.exit('it is broken')"


class Script:
    """A program of a few words that says by a file that it is ready."""

    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, name: str, words: str = SERVES) -> None:
        self.name = name
        self.words = words
        self.log = folder / f"{name}.log"
        self.sign = folder / f"{name}.ready"
        self.word = str(self.sign)

    async def spawn(self) -> asyncio.subprocess.Process:
        self.sign.unlink(missing_ok=True)
        return await start([sys.executable, "-c", self.words, self.word], {}, self.log)

    async def ready(self, process: asyncio.subprocess.Process) -> None:
        while not self.sign.exists():
            if process.returncode is not None:
                raise DidNotStart(self.name, self.log)
            await asyncio.sleep(0.01)


class Sickly(Script):
    """Says of itself what a test puts into its mouth, as often as it is asked."""

    def __init__(self, folder: Path, name: str, says: list[str | None]) -> None:
        super().__init__(folder, name)
        self.says = says

    async def ails(self) -> str | None:
        return self.says.pop(0) if self.says else None


async def test_a_program_that_dies_is_started_again(tmp_path: Path) -> None:
    seen: list[dict[str, Mark]] = []
    keeper = Keeper(seen.append)
    await keeper.start(Script(tmp_path, "one"))
    first = seen[-1]["one"]
    process = running(first)
    assert process is not None
    process.kill()
    await until(lambda: seen[-1].get("one") not in (None, first) and running(seen[-1]["one"]))
    await keeper.end()
    assert seen[-1] == {}


async def test_it_leaves_nothing_behind_not_even_what_will_not_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.keeper._GRACE", 0.2)
    seen: list[dict[str, Mark]] = []
    keeper = Keeper(seen.append)
    await asyncio.gather(
        keeper.start(Script(tmp_path, "one")), keeper.start(Script(tmp_path, "two", STUBBORN))
    )
    marks = seen[-1].values()
    assert len(marks) == 2
    await keeper.end()
    assert not any(running(known) for known in marks)


async def test_a_program_that_does_not_start_is_explained_by_its_log(tmp_path: Path) -> None:
    keeper = Keeper(lambda _: None)
    with pytest.raises(DidNotStart, match="it is broken"):
        await keeper.start(Script(tmp_path, "one", BREAKS))
    await keeper.end()


async def test_a_number_that_another_process_has_is_not_taken_for_ours(tmp_path: Path) -> None:
    seen: list[dict[str, Mark]] = []
    keeper = Keeper(seen.append)
    await keeper.start(Script(tmp_path, "one"))
    known = seen[-1]["one"]
    assert running(known)
    assert running(Mark(known.pid, known.started - 100, known.word)) is None
    assert running(Mark(known.pid, known.started, "something else")) is None
    await keeper.end()


async def test_a_program_that_ails_twice_in_a_row_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.keeper._LOOK_EVERY", 0.02)
    seen: list[dict[str, Mark]] = []
    keeper = Keeper(seen.append)
    sickly = Sickly(tmp_path, "one", ["it is nothing", None, "it is nothing", None])
    await keeper.start(sickly)
    first = seen[-1]["one"]
    await until(lambda: not sickly.says)
    assert seen == [{"one": first}]
    sickly.says += ["it hurts", "it hurts"]
    await until(lambda: seen[-1].get("one") not in (None, first))
    assert running(first) is None
    await keeper.end()


class Mute(Script):
    """Says nothing to who asks how it is."""

    asked = False

    async def ails(self) -> str | None:
        self.asked = True
        await asyncio.Event().wait()
        return None


async def test_a_program_that_dies_while_it_is_asked_how_it_is_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.keeper._LOOK_EVERY", 0.02)
    seen: list[dict[str, Mark]] = []
    keeper = Keeper(seen.append)
    mute = Mute(tmp_path, "one")
    await keeper.start(mute)
    await until(lambda: mute.asked)
    first = seen[-1]["one"]
    process = running(first)
    assert process is not None
    process.kill()
    await until(lambda: seen[-1].get("one") not in (None, first))
    await keeper.end()
    assert seen[-1] == {}


async def test_programs_are_kept_also_while_nothing_can_be_written_down(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("deploy.local.keeper._LOOK_EVERY", 0.02)
    seen: list[dict[str, Mark]] = []
    full = False

    def write_down(marks: dict[str, Mark]) -> None:
        if full:
            raise OSError(errno.ENOSPC, "no space left on device")
        seen.append(marks)

    keeper = Keeper(write_down)
    script = Script(tmp_path, "one")
    await keeper.start(script)
    first = seen[-1]["one"]
    process = running(first)
    assert process is not None
    full = True
    process.kill()
    await until(lambda: not script.sign.exists())
    await until(script.sign.exists)
    assert seen[-1]["one"] == first
    full = False
    await until(lambda: seen[-1].get("one") not in (None, first) and running(seen[-1]["one"]))
    await keeper.end()
    assert seen[-1] == {}
