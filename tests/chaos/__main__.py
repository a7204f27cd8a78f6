"""`make chaos`: as many seeded rounds as there is time for, and a table of what was done and found.

`SEED=` plays the round of this seed (again), `ROUNDS=` says how many, from that seed on.
"""

import argparse
import asyncio
import logging
import secrets
import sys
import time
from pathlib import Path

from tests.chaos.match import Result, round_of

_AT_MOST = 14 * 60.0  # seconds for all; no round is begun that might not end in time
_LONGEST_ROUND = 60.0
_MOST_FAULTS = 10
_HEAD = "    seed  emissions  recorded  duplicate  refused  faults      s  done"


def main() -> int:
    """Play; 1 where a fault was found, 2 where something could not be done here."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="the first round's seed (default: a new one)")
    parser.add_argument("--rounds", type=int, help="how many rounds (default: 1 of a seed, or what fits)")
    parser.add_argument("--seconds", type=float, default=_AT_MOST, help="begin no round that may end later")
    parser.add_argument("--logs", type=Path, help="keep the logs of each round below this folder")
    return asyncio.run(_play(parser.parse_args()))


async def _play(arguments: argparse.Namespace) -> int:
    logging.disable(logging.CRITICAL)  # that programs end and are started again is what is wanted
    first = secrets.randbelow(10_000_000) if arguments.seed is None else arguments.seed
    rounds = arguments.rounds or (1 if arguments.seed is not None else 10_000)
    print(f"seeds from {first} on; `make chaos SEED={first}` plays the first again", flush=True)
    print(_HEAD, flush=True)
    began, results = time.monotonic(), list[Result]()
    for seed in range(first, first + rounds):
        if time.monotonic() - began > arguments.seconds - _LONGEST_ROUND:
            break
        logs = arguments.logs / str(seed) if arguments.logs else None
        results.append(await round_of(seed, logs=logs))
        _tell(results[-1])
    return sum_up(results)


def _tell(result: Result) -> None:
    by = result.statuses
    print(
        f"{result.plan.seed:>8}  {result.emissions:>9}  {by['recorded']:>8}  {by['duplicate']:>9}  "
        f"{by['refused']:>7}  {len(result.faults):>6}  {result.seconds:>5.1f}  {result.plan}",
        flush=True,
    )
    for fault in result.faults[:_MOST_FAULTS]:
        print(f"{'':>10}FAULT {fault}", flush=True)
    for sentence in result.not_done:
        print(f"{'':>10}NOT DONE {sentence}", flush=True)


def sum_up(results: list[Result]) -> int:
    """Say what all rounds came to; the exit code: 1 with a fault, 2 where something was not done."""
    faulty = [result.plan.seed for result in results if result.faults]
    partial = [result.plan.seed for result in results if result.not_done]
    emissions = sum(result.emissions for result in results)
    print(f"{len(results)} rounds, {emissions} emissions, {len(faulty)} rounds with faults {faulty or ''}")
    if partial:
        print(f"NOT EVERYTHING WAS DONE in {len(partial)} rounds: {partial}")
    return 1 if faulty else 2 if partial else 0


if __name__ == "__main__":
    sys.exit(main())
