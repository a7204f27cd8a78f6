"""given(sayings).when(saying).then(…): what was said before, what is said now, what the judge answers.

Everything goes the whole way: JSON, envelope, judge, body with commitments, fold.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from shared.codec.canonical import canonical
from shared.codec.hashes import commitment
from shared.codec.numbers import POINT, index_text, text_of
from shared.codec.shapes import Commitment, Data, decode_data
from shared.domain.computed import Support, exact_computed, leaf_figures, rounded_points, support_of
from shared.domain.decisions.erasure import earlier
from shared.domain.dossier import Dossier
from shared.domain.emission import Accepted, Caller, Emission, read_emission
from shared.domain.events import Recorded
from shared.domain.following import following
from shared.domain.index import AreaScore, Score, score_area, score_dossier
from shared.domain.judge import judge
from shared.domain.problems import Refused
from shared.domain.root import Root, Touched, evolve
from tests.unit.domain.rubrics import leaf, rubric
from tests.unit.domain.sayings import FILE, Saying, opened, published, registered

ACTOR = "9f3c0a1b2c3d4e5f"
TREE = (
    registered("qt", "province"),
    registered("qt/a"),
    registered("qt/b"),
    registered("qt/a/x", "commune"),
    registered("qt/a/y", "commune"),
)
PLAIN = rubric(leaf("1.1"), leaf("1.2"), leaf("2.1", "2"))


def caller_of(saying: Saying) -> Caller:
    """Who says it, as the broker would vouch for."""
    root = saying.source.partition("/")[0]
    return Caller(saying.source, root, saying.type, saying.roles, saying.areas, ACTOR)


def message_of(saying: Saying, number: int) -> bytes:
    """It as bytes on the wire; `number` makes its id."""
    envelope = {
        "specversion": "1.0",
        "id": str(UUID(int=number)),
        "type": saying.type,
        "source": saying.source,
        "subject": saying.subject,
        "time": "2023-12-05T08:30:00+07:00",
        "data": saying.data,
        **saying.attributes,
    }
    return json.dumps(envelope, ensure_ascii=False).encode()


@dataclass
class Scene:
    """A root and what has been said in it."""

    root: Root = field(default_factory=lambda: Root("qt"))
    events: list[Recorded] = field(default_factory=list[Recorded])
    touched: Touched = field(default_factory=Touched)
    answer: Accepted | Refused | None = None
    stored: dict[str, int] = field(default_factory=lambda: {FILE: 4})

    def given(self, *sayings: Saying) -> "Scene":
        """These were said and recorded."""
        for saying in sayings:
            answer = self.when(saying).answer
            assert isinstance(answer, Accepted), (saying, answer)
        return self

    def when(self, saying: Saying) -> "Scene":
        """This is said: it is judged, and recorded where nothing stands against it."""
        raw = message_of(saying, len(self.events) + 1)
        read = read_emission(caller_of(saying), raw)
        self.answer = (
            read
            if isinstance(read, Refused)
            else judge(
                self.root,
                read,
                saying.at,
                stored=self.stored,
                earlier={event.position: earlier(event) for event in self.events},
            )
        )
        if isinstance(read, Emission) and isinstance(self.answer, Accepted):
            self._record(read, self.answer.data, saying.at)
        return self

    def then(self, problem: str | None, pointer: str | None = None) -> "Scene":
        """It was refused for this (and there), or recorded (None)."""
        found = self.answer.type if isinstance(self.answer, Refused) else None
        assert found == problem, self.answer
        if isinstance(self.answer, Refused):
            assert self.answer.vi
            assert self.answer.en
            assert pointer is None or self.answer.pointer == pointer, self.answer
        return self

    def dossier(self, unit: str = "qt/a", round_: str = "2023") -> Dossier:
        return self.root.dossiers[unit, round_]

    def areas(self, unit: str = "qt/a") -> list[AreaScore]:
        dossier = self.dossier(unit)
        return [score_area(dossier, area) for area in dossier.rubric.areas]

    def score(self, unit: str = "qt/a") -> Score:
        return score_dossier(self.dossier(unit), self.areas(unit))

    def result(self, unit: str = "qt/a") -> dict[str, Any]:
        """The dossier's result as people read it."""
        score = self.score(unit)
        points = {
            name: text_of(getattr(score, name), POINT)
            for name in ("points", "assessed", "excluded", "lost", "bonus", "penalties")
        }
        indices = {
            name: None if (found := getattr(score, name)) is None else index_text(found)
            for name in ("index", "self_index")
        }
        coverage = text_of(score.coverage, 100)
        return {**points, **indices, "coverage": coverage, "final": score.final, "grade": score.grade}

    def computed(self, code: str) -> str | None:
        """Computed points of a leaf, by the figures that count."""
        dossier = self.dossier()
        exact = exact_computed(dossier, dossier.rubric.leaves[code], leaf_figures(dossier.leaf(code)))
        return None if exact is None else text_of(rounded_points(dossier.rubric, exact))

    def support(self, code: str) -> Support | None:
        dossier = self.dossier()
        state = dossier.leaf(code)
        exact = exact_computed(dossier, dossier.rubric.leaves[code], leaf_figures(state))
        given = dossier.given(code)
        if exact is None or given is None:
            return None
        return support_of(dossier.rubric, exact, given)

    def _record(self, emission: Emission, data: Data, at: int) -> None:
        kept, salts = _committed(data, self.root.position + 1)
        event = following(self.root, emission, kept, salts, at)
        self.touched = evolve(self.root, event)
        self.events.append(event)


def scene(rubric_: dict[str, Any] = PLAIN, **round_: Any) -> Scene:
    """The tree, a rubric, and the round `qt@2023` under it, open at NOW."""
    return Scene().given(*TREE, published(rubric_), opened(**round_))


def read_again(events: list[Recorded]) -> Root:
    """The state that these events give when they are read from the ledger."""
    root = Root("qt")
    for event in events:
        again = decode_data(event.name, event.shape, canonical(event.data))
        assert again == event.data
        evolve(root, msgspec.structs.replace(event, data=again))
    return root


def _committed(data: Data, position: int) -> tuple[Data, dict[str, bytes]]:
    texts = {name: text for name in data.TEXTS if isinstance(text := getattr(data, name), str)}
    salts = {name: position.to_bytes(16, "big") for name in texts}
    made: dict[str, Any] = {name: Commitment(commitment(salts[name], text)) for name, text in texts.items()}
    return msgspec.structs.replace(data, **made), salts
