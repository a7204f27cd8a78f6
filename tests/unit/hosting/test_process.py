"""One process, one service: its signals and its exit code."""

import os
import signal
import subprocess
import sys

import pytest

from tests.patience import PATIENCE

PROGRAM = """
import asyncio, gc, os, sys
from shared.hosting.environment import required
from shared.hosting.process import run_service

async def fails(words: str) -> None:
    raise RuntimeError(words)

async def goes_on() -> None:
    for _ in range(2):  # as a library does where it hears of a cancellation and an error at once
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            pass
    await asyncio.Event().wait()

async def main(stop: asyncio.Event) -> None:
    required(os.environ, "NEEDED", "something")
    if os.environ["NEEDED"] == "fail":
        raise RuntimeError("broken")
    if os.environ["NEEDED"] == "lost":
        asyncio.create_task(fails("what a tenant" + " wrote"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        gc.collect()
    if os.environ["NEEDED"] == "deaf":
        asyncio.create_task(goes_on())
    print("serving", flush=True)
    await stop.wait()
    print("closed", flush=True)

sys.exit(run_service(main, os.environ))
"""


def started(**settings: str) -> subprocess.Popen[str]:
    """The program above, as a process."""
    environ = {**os.environ, "PARLEDGER_LOG": "readable", **settings}
    pipe = subprocess.PIPE
    return subprocess.Popen([sys.executable, "-c", PROGRAM], env=environ, stdout=pipe, stderr=pipe, text=True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_closes_and_ends_with_0_when_it_is_told_to(number: signal.Signals) -> None:
    with started(NEEDED="it") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "serving\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=PATIENCE)
    assert (out, err, process.returncode) == ("closed\n", "", 0)


def test_it_ends_also_where_something_does_not_hear_that_it_is_cancelled() -> None:
    with started(NEEDED="deaf") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "serving\n"
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=PATIENCE)
    assert (out, err, process.returncode) == ("closed\n", "", 0)


def test_what_is_not_configured_is_said_without_a_traceback() -> None:
    with started() as process:
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert "NEEDED is not set: set it to something" in err
    assert "Traceback" not in err


def test_a_failure_is_logged_and_ends_with_1() -> None:
    with started(NEEDED="fail") as process:
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "RuntimeError" in err
    assert "broken" not in err, "an exception's words may be a tenant's"


def test_what_fails_where_nobody_hears_it_is_logged_without_its_words() -> None:
    with started(NEEDED="lost") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "serving\n"
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=PATIENCE)
    assert "Task exception was never retrieved" in err
    assert "RuntimeError" in err
    assert "what a tenant wrote" not in err


SERVICE_WITH_CYCLES = """
import asyncio, gc, os, sys, weakref
from shared.hosting.process import run_service

class Item:
    pass

async def main(stop: asyncio.Event) -> None:
    print(gc.get_freeze_count() > 10_000, gc.get_threshold()[0])
    circle = Item()
    circle.itself = circle
    gone = weakref.ref(circle)
    del circle
    kept = [[] for _ in range(60_000)]
    print("gone" if gone() is None else "kept", len(kept))

sys.exit(run_service(main, os.environ))
"""


def test_cycles_are_looked_for_rarely_and_found_all_the_same() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SERVICE_WITH_CYCLES],
        env={**os.environ, "PARLEDGER_LOG": "readable"},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert done.stdout == "True 50000\ngone 60000\n"
