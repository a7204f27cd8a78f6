"""What is done in a round: a mixture that follows from its seed."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from deploy.local.service import SERVICES
from deploy.local.stack import SERVERS
from tests.chaos.again import CalledBack, Echoes
from tests.chaos.on_the_machine import FullDisk, WrongClock
from tests.chaos.on_the_wire import Cut, InTheCommit, Slow
from tests.chaos.troubles import Kill, Stop, Trouble

STOPPED_FOR = 20.0

_PROCESSES = (*SERVICES, *SERVERS)
_WRITING = ("ingest", "appraisal", "scoring")
_ON_THE_BROKER = ("ingest", "appraisal", "relay", "scoring")


@dataclass(frozen=True, slots=True)
class Due:
    """A trouble, and when it begins: once this part of the load is answered, and so many seconds after."""

    trouble: Trouble
    part: float
    delay: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A round of this seed; `disks` are those that must be small."""

    seed: int
    due: tuple[Due, ...]

    @property
    def disks(self) -> tuple[str, ...]:
        """What must lie on a disk of its own."""
        return tuple({each.trouble.which for each in self.due if isinstance(each.trouble, FullDisk)})

    def __str__(self) -> str:
        return "; ".join(f"{each.trouble} @{each.part:.0%}" for each in self.due)


def planned(seed: int) -> Plan:
    """Two to four kinds of trouble, all over the load."""
    chance = Random(seed)  # noqa: S311 - the same again is what is wanted
    kinds = chance.sample(list(_KINDS), chance.choice([2, 3, 3, 4]))
    due = [
        Due(trouble, round(0.05 + 0.8 * chance.random(), 3), round(chance.random() * 0.05, 3))
        for kind in kinds
        for trouble in _KINDS[kind](chance)
    ]
    return Plan(seed, tuple(sorted(due, key=lambda each: each.part)))


def kills(victims: tuple[str, ...], seed: int) -> Plan:
    """A kill for each of the victims, in an order and at moments that the seed says, all over the load."""
    chance = Random(seed)  # noqa: S311 - the same again is what is wanted
    order = chance.sample(victims, len(victims))
    stretch = 0.9 / len(order)
    due = [
        Due(Kill((victim,)), stretch * (n + chance.random()), round(chance.random() * 0.05, 3))
        for n, victim in enumerate(order)
    ]
    return Plan(seed, tuple(due))


def _one_after_the_other(chance: Random) -> list[Trouble]:
    return [Kill((victim,)) for victim in chance.sample(_PROCESSES, 4)]


def _pair(chance: Random) -> list[Trouble]:
    return [Kill(tuple(chance.sample(_PROCESSES, 2))) for _ in range(2)]


def _stop(chance: Random) -> list[Trouble]:
    return [Stop(chance.choice(_PROCESSES), STOPPED_FOR)]


def _cut(chance: Random) -> list[Trouble]:
    server = chance.choice(SERVERS)
    service = chance.choice(("every", *_ON_THE_BROKER) if server == "nats" else ("every", *SERVICES))
    return [Cut(service, server, round(1 + 7 * chance.random(), 1), chance.random() < 0.5)]


def _slow(chance: Random) -> list[Trouble]:
    server = chance.choice(SERVERS)
    service = chance.choice(("every", *_ON_THE_BROKER) if server == "nats" else ("every", *SERVICES))
    return [Slow(service, server, chance.choice([5, 30, 150]), round(2 + 6 * chance.random(), 1))]


def _commit(chance: Random) -> list[Trouble]:
    hows = ("unanswered", "forgotten", "killed", "restart")
    return [InTheCommit(chance.choice(_WRITING), how) for how in chance.sample(hows, 2)]


def _full(chance: Random) -> list[Trouble]:
    which = chance.choice(("all", "postgres", "nats"))
    return [FullDisk(which, round(2 + 6 * chance.random(), 1), which != "nats" and chance.random() < 0.5)]


def _clock(chance: Random) -> list[Trouble]:
    seconds = round(3 + 5 * chance.random(), 1)
    return [WrongClock(chance.choice(SERVICES), chance.choice([1, -1]), seconds)]


def _again(chance: Random) -> list[Trouble]:
    seconds = round(2 + 4 * chance.random(), 1)
    service = chance.choice(("ingest", "appraisal", "scoring"))
    return [Echoes(seconds, chance.getrandbits(32)), CalledBack(service, seconds)]


_KINDS: dict[str, Callable[[Random], list[Trouble]]] = {
    "kills": _one_after_the_other,
    "pairs": _pair,
    "stop": _stop,
    "cut": _cut,
    "slow": _slow,
    "commit": _commit,
    "full": _full,
    "clock": _clock,
    "again": _again,
}
