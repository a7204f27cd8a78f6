"""Plays a made-up province through the judge and the fold, as a ledger without a database would."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from random import Random

from deploy.province.script import Line
from deploy.province.story import Play
from shared.codec.envelope import microseconds
from shared.codec.numbers import text_of
from shared.codec.shapes import ResultsPublished
from shared.domain.computed import exact_computed, leaf_figures, rounded_points, support_of
from shared.domain.decisions.erasure import Earlier, earlier
from shared.domain.emission import Caller, Emission, read_emission
from shared.domain.events import Recorded
from shared.domain.following import following
from shared.domain.judge import judge
from shared.domain.problems import Refused
from shared.domain.root import Root, evolve
from shared.ledger.records import committed

ACTOR = "9f3c0a1b2c3d4e5f"
NOW = microseconds(datetime(2026, 1, 2, tzinfo=UTC))


@dataclass(frozen=True, slots=True)
class Surprise:
    """A line that was not answered as expected."""

    line: Line
    answered: str

    def __str__(self) -> str:
        emission = json.dumps(self.line.emission, ensure_ascii=False)[:600]
        return f"expected {self.line.expect}: {emission}\nanswered {self.answered}"


def told(line: Line) -> Caller:
    """Who sends it, as the broker would vouch for."""
    sender = line.sender
    root = sender.tenant.partition("/")[0]
    type_ = line.emission["type"]
    return Caller(sender.tenant, root, type_, frozenset({sender.role}), frozenset(sender.areas), ACTOR)


class InMemory:
    """A root into which a play's lines are recorded."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.root = Root(play.root)
        self.events: list[Recorded] = []
        self._stored: dict[str, dict[str, int]] = {}
        self._earlier: dict[int, Earlier] = {}
        self._answered: dict[tuple[str, str], tuple[bytes, str]] = {}

    def surprises(self, lines: Iterable[Line]) -> list[Surprise]:
        """Record these lines; which were not answered as expected."""
        answered = ((line, self._answer(line)) for line in lines)
        return [Surprise(line, str(answer)) for line, answer in answered if answer != line.expect]

    def _answer(self, line: Line) -> str:
        """What the ledger would answer: a word, or the type of a problem."""
        caller = told(line)
        read = read_emission(caller, json.dumps(line.written, ensure_ascii=False).encode())
        if isinstance(read, Refused):
            return read.type
        key, content = (caller.tenant, read.envelope.id), json.dumps(line.emission).encode()
        if key in self._answered:
            first, answer = self._answered[key]
            return ("duplicate" if answer == "recorded" else answer) if first == content else "id-reused"
        answer = self._judge(line, read)
        self._answered[key] = content, answer
        return answer

    def _judge(self, line: Line, emission: Emission) -> str:
        stored = self._stored.setdefault(line.sender.tenant, {})
        if line.emission["type"] == "EvidenceAttached" and line.expect == "recorded":
            digest = line.emission["data"]["sha256"]
            stored[digest] = len(self.play.files[digest])
        verdict = judge(self.root, emission, NOW, stored=stored, earlier=self._earlier)
        if isinstance(verdict, Refused):
            return verdict.type
        data, salts, _ = committed(verdict.data)
        event = following(self.root, emission, data, salts, NOW)
        evolve(self.root, event)
        self.events.append(event)
        self._earlier[event.position] = earlier(event)
        return "recorded"

    def published(self) -> dict[str, list[dict[str, object]]]:
        """The standings that were recorded, by the id of the emission."""
        return {
            event.event_id: [
                {
                    name: getattr(row, name)
                    for name in ("unit", "kind", "index", "rank", "grade", "points", "assessed")
                }
                for row in event.data.standings or []
            ]
            for event in self.events
            if isinstance(event.data, ResultsPublished)
        }

    def leaf(self, unit: str, round_: str, code: str) -> dict[str, str | None]:
        """What the rules give for a leaf."""
        dossier = self.root.dossiers[unit, round_]
        figures = leaf_figures(dossier.leaf(code))
        exact, given = exact_computed(dossier, dossier.rubric.leaves[code], figures), dossier.given(code)
        points = dossier.appraised(code)
        support = None
        if exact is not None and given is not None:
            support = support_of(dossier.rubric, exact, given)
        return {
            "unit": unit,
            "code": code,
            "points": None if points is None else text_of(points),
            "computed": None if exact is None else text_of(rounded_points(dossier.rubric, exact)),
            "support": support,
        }


def shuffled(lines: Iterable[Line], chance: Random) -> Iterator[Line]:
    """The lines in another order that a play allows: a sender's own keep theirs within a wave."""
    for _, wave in groupby(lines, key=lambda line: line.wave):
        queues: dict[object, list[Line]] = {}
        for line in wave:
            queues.setdefault(line.sender, []).insert(0, line)
        while queues:
            sender = chance.choice([*queues])
            yield queues[sender].pop()
            if not queues[sender]:
                del queues[sender]
