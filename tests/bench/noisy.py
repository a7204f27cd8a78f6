"""`noisy_neighbour`: how long the others wait while one root sends half of a burst.

3,000 emissions a second for 30 s over 20 roots, one of them sending half: the p99 of the others from emit to
outcome, over theirs without it, at the same rate. `NOISY_SECONDS` and `NOISY_RATE` name others.
"""

import asyncio
import os
import sys
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec
import psutil

from deploy.local.stack import Stack
from shared.broker.subjects import as_token
from shared.ledger.pool import open_pool
from tests.bench.burst import Order, Sender, Told
from tests.bench.figures import percentile, say, tell
from tests.province import Province

ROOTS = 20
RATE = 3_000
SECONDS = 30
PATIENCE = 90
_NOISY = "noisy0"
_COMMUNES_OF_THE_NOISY = 3
_COMMUNE = "xa-{}"


async def bench_noisy(stack: Stack) -> None:
    """Print the figure; what was sent, answered and resent goes to stderr. Fails where anything was lost."""
    seconds = float(os.environ.get("NOISY_SECONDS", SECONDS))
    rate = float(os.environ.get("NOISY_RATE", RATE))
    roots = [f"noisy{number}" for number in range(ROOTS)]
    say(f"noisy_neighbour: preparing {ROOTS} roots")
    await asyncio.gather(*(_prepare(stack, root) for root in roots))
    quiet = _senders(stack, roots[1:], rate / 2, 1)
    loud = [
        *_senders(stack, roots[1:], rate / 2, 1_000_001),
        *_senders(stack, [_NOISY], rate / 2, 1, _COMMUNES_OF_THE_NOISY),
    ]
    say(f"noisy_neighbour: {rate / 2:g}/s over {ROOTS - 1} roots for {seconds:g} s")
    alone = _waits(await _burst(stack, quiet, seconds))
    say(f"noisy_neighbour: {rate:g}/s over {ROOTS} roots, half of it from one, for {seconds:g} s")
    beside = _waits(await _burst(stack, loud, seconds))
    value, floor = percentile(beside, 0.99), percentile(alone, 0.99)
    tell("noisy_neighbour", value, "ms", floor=floor, ratio=value / floor, n=len(beside))


async def _prepare(stack: Stack, root: str) -> None:
    await stack.add_root(root)
    pool = await open_pool(stack.dsn("parledger_ingest"), "bench", most=1)
    async with pool.acquire() as connection:
        await Province(root, connection).open(*(_COMMUNE.format(n) for n in range(_COMMUNES_OF_THE_NOISY)))
    await pool.close()


def _senders(stack: Stack, roots: Sequence[str], rate: float, start: int, communes: int = 1) -> list[Sender]:
    """Those who share a rate, each commune with a connection of its own."""
    as_ = as_token(["filer"], [], stack.keys.issuer().issuer, "somebody")
    each = rate / len(roots) / communes
    return [
        Sender(root, commune, as_, stack.token(f"{root}/huyen/{commune}", ["filer"]), each, start)
        for root in roots
        for commune in map(_COMMUNE.format, range(communes))
    ]


async def _burst(stack: Stack, senders: list[Sender], seconds: float) -> list[Told]:
    """Let them send, from a process of its own; what came of it."""
    address = urlsplit(stack.nats_url)
    order = Order(address.hostname or "", address.port or 0, seconds, PATIENCE, senders)
    before = _cpu()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.bench.burst",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    answer, _ = await process.communicate(msgspec.json.encode(order))
    told = msgspec.json.decode(answer, type=list[Told])
    used = {name: after - before.get(name, 0) for name, after in _cpu().items()}
    say("CPU seconds: " + ", ".join(f"{name} {spent:.1f}" for name, spent in used.items() if spent > 0.5))
    _check(told)
    return told


def _check(told: Sequence[Told]) -> None:
    sent, answered = sum(one.sent for one in told), sum(one.answered for one in told)
    say(
        f"{sent} sent, {answered} answered, {sum(one.resent for one in told)} resent, "
        f"{sum(one.turned_away for one in told)} turned away by a feed; "
        f"the sender was {max(one.late for one in told):.0f} ms late at most"
    )
    noisy = [wait for one in told if one.root == _NOISY for wait in one.waits]
    if noisy:
        say(f"the noisy one: p50 {percentile(noisy, 0.5):.0f} ms, p99 {percentile(noisy, 0.99):.0f} ms")
    others = _waits(told)
    say(f"the others: p50 {percentile(others, 0.5):.1f} ms, p99 {percentile(others, 0.99):.1f} ms")
    if sent != answered:
        raise SystemExit(f"bench: {sent - answered} emissions of {sent} were lost")


def _waits(told: Sequence[Told]) -> list[float]:
    """Milliseconds from when each was due to its outcome, of all roots but the noisy one."""
    return [wait for one in told if one.root != _NOISY for wait in one.waits]


def _cpu() -> dict[str, float]:
    """Seconds that each of the platform's processes has used; a service is known by its module."""
    used = defaultdict[str, float](float)
    for process in psutil.Process().children(recursive=True):
        try:
            words = process.cmdline()
            service = next((word for word in words if word.startswith("services.")), process.name())
            times = process.cpu_times()
        except psutil.Error:
            continue
        used[service] += times.user + times.system
    used["the bench"] = sum(psutil.Process().cpu_times()[:4])
    return used
