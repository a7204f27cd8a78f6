"""A burst: many tenants emit at rates of their own, and hear their outcomes. A process by itself.

It reads what to do from standard input, and writes what came of it to standard output, a JSON object each.
What it sends is made ready as bytes beforehand, and it speaks just enough of NATS' protocol to send that and
to hear the answers: on two cores a client library would take more of them than what is measured.

Like any client it keeps what has no outcome, and sends it again under its id: what it hears nothing of after
five seconds, what the feed turned away after a pause that doubles. Until that is through it sends nothing
new, and has few under way: half as many when the feed has no room, one more each time all were taken.
"""

import asyncio
import gc
import json
import math
import random
import sys
import time
from collections import deque
from typing import Any

import msgspec

from shared.broker.subjects import emit_subject, inbox_prefix, outcomes_of
from tests.bench.load import filing

TICK = 0.004
RESEND_AFTER = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0
FIRST_UNDER_WAY = 64.0


class Sender(msgspec.Struct):
    """One tenant: a commune, its token, how many it sends a second, and the number of its first filing."""

    root: str
    commune: str
    as_: str
    token: str
    rate: float
    start: int


class Order(msgspec.Struct):
    """What to do: for how long to send, and for how long to wait for what is not answered by then."""

    host: str
    port: int
    seconds: float
    patience: float
    senders: list[Sender]


class Told(msgspec.Struct):
    """What came of one sender's emissions; `waits` and `late` in milliseconds, `late` the sender's own."""

    root: str
    sent: int
    answered: int
    resent: int
    turned_away: int
    waits: list[float]
    late: float


class _Tenant(asyncio.Protocol):
    """One tenant's connection."""

    def __init__(self, sender: Sender, seconds: float) -> None:
        self.sender = sender
        self.number = int(sender.rate * seconds)
        self.sent = self.resent = self.turned_away = 0
        self.answered: dict[int, float] = {}
        self.late = 0.0
        self.ready = asyncio.get_running_loop().create_future()
        self._unheard: deque[tuple[float, int]] = deque()
        self._refused: deque[int] = deque()
        self._under_way = 0
        self._may_be_under_way = math.inf
        self._pause, self._quiet_until = FIRST_PAUSE, 0.0
        self._buffer = bytearray()
        self._began = 0.0
        tenant = f"{sender.root}/huyen/{sender.commune}"
        self._inbox = f"{inbox_prefix(tenant)}.burst."
        subject = emit_subject(tenant, "SubmissionFiled", sender.as_)
        self._ready_made = [self._publish(subject, number) for number in range(self.number)]
        self._outcomes = outcomes_of(tenant)

    def _publish(self, subject: str, number: int) -> bytes:
        body = json.dumps(filing(self.sender.root, self.sender.commune, self.sender.start + number)).encode()
        return f"PUB {subject} {self._inbox}{number} {len(body)}\r\n".encode() + body + b"\r\n"

    # --- the connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say who it is, and listen."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        said = {
            "auth_token": self.sender.token,
            "verbose": False,
            "pedantic": False,
            "headers": True,
            "no_responders": True,
            "protocol": 1,
            "lang": "python",
            "version": "0",
        }
        lines = f"CONNECT {json.dumps(said)}", f"SUB {self._inbox}* 1", f"SUB {self._outcomes} 2", "PING", ""
        transport.write("\r\n".join(lines).encode())

    def connection_lost(self, exc: Exception | None) -> None:
        """Nothing is expected to end it."""
        if not self.ready.done():
            self.ready.set_exception(ConnectionError("the broker closed the connection"))

    def data_received(self, data: bytes) -> None:
        """Read what came, message by message."""
        buffer, at = self._buffer, 0
        buffer += data
        while (end := buffer.find(b"\r\n", at)) >= 0:
            words = buffer[at:end].split(b" ")
            after = end + 2
            if words[0] in (b"MSG", b"HMSG"):
                after += int(words[-1]) + 2
                if len(buffer) < after:
                    break
                self._heard(words[1].decode(), words[0] == b"HMSG" or buffer.find(b'"error"', end, after) > 0)
            elif words[0] == b"PING":
                self.transport.write(b"PONG\r\n")
            elif words[0] == b"PONG" and not self.ready.done():
                self.ready.set_result(None)
            elif words[0] == b"-ERR":
                raise ConnectionError(buffer[at:end].decode())
            at = after
        del buffer[:at]

    def _heard(self, subject: str, error: bool) -> None:
        last = subject.rpartition(".")[2]
        if not subject.startswith(self._inbox):
            number = int(last[-12:], 16) - self.sender.start  # the end of an id of `filing`
            self.answered.setdefault(number, time.perf_counter())
            return
        self._under_way -= 1
        if error:
            self._hold_back(int(last), time.perf_counter())
        elif self._may_be_under_way < math.inf:
            self._pause = FIRST_PAUSE
            self._may_be_under_way += 1 / self._may_be_under_way

    def _hold_back(self, number: int, now: float) -> None:
        """The feed has no room for this one."""
        self.turned_away += 1
        self._refused.append(number)
        if now >= self._quiet_until:
            self._may_be_under_way = max(1.0, min(self._may_be_under_way, FIRST_UNDER_WAY) / 2)
            self._quiet_until = now + self._pause * random.uniform(0.5, 1.0)  # noqa: S311 - as a client does
            self._pause = min(2 * self._pause, LONGEST_PAUSE)

    # --- sending

    def begin(self, at: float) -> None:
        """The first is due at this moment."""
        self._began = at

    def send_due(self, now: float) -> None:
        """Send what is due by now, in one write; first what was turned away."""
        if now < self._quiet_until:
            return
        due = min(self.number, int((now - self._began) * self.sender.rate) + 1)
        room = self._may_be_under_way - self._under_way
        numbers = list[int]()
        while self._refused and len(numbers) < room:
            numbers.append(self._refused.popleft())
        while self._unheard and self._unheard[0][0] <= now and len(numbers) < room:
            _, number = self._unheard.popleft()
            if number not in self.answered:
                numbers.append(number)
        self.resent += len(numbers)
        new = due - self.sent if room == math.inf else max(0, min(due - self.sent, int(room) - len(numbers)))
        if new and room == math.inf:
            self.late = max(self.late, now - self._due(self.sent))
        numbers += range(self.sent, self.sent + new)
        self.sent += new
        if numbers:
            self._under_way += len(numbers)
            self._unheard.extend((now + RESEND_AFTER, number) for number in numbers)
            self.transport.write(b"".join(self._ready_made[number] for number in numbers))

    @property
    def over(self) -> bool:
        """Was all of it sent and answered?"""
        return len(self.answered) == self.number

    def told(self) -> Told:
        """What came of it."""
        waits = [1000 * (at - self._due(number)) for number, at in self.answered.items()]
        counts = (self.sent, len(self.answered), self.resent, self.turned_away)
        return Told(self.sender.root, *counts, waits, 1000 * self.late)

    def _due(self, number: int) -> float:
        return self._began + number / self.sender.rate


async def burst(order: Order) -> list[Told]:
    """Send it all; what came of each sender's, once everything was answered or patience has ended."""
    loop = asyncio.get_running_loop()
    tenants = list[_Tenant]()
    for sender in order.senders:
        made = _Tenant(sender, order.seconds)
        await loop.create_connection(lambda made=made: made, order.host, order.port)
        await made.ready
        tenants.append(made)
    gc.collect()
    gc.freeze()
    began = time.perf_counter() + 0.2
    for place, tenant in enumerate(tenants):
        tenant.begin(began + place * TICK / len(tenants))
    while not all(tenant.over for tenant in tenants):
        now = time.perf_counter()
        if now > began + order.seconds + order.patience:
            break
        for tenant in tenants:
            if now >= began:
                tenant.send_due(now)
        await asyncio.sleep(max(0.0, TICK - (time.perf_counter() - now)))
    return [tenant.told() for tenant in tenants]


def _main() -> None:
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    answer: list[Any] = asyncio.run(burst(order))
    sys.stdout.buffer.write(msgspec.json.encode(answer))


if __name__ == "__main__":
    _main()
