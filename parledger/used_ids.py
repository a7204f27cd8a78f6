"""The ids that were used lately, and for what, so that no answer is taken for that of another content.

An outcome names the id that it answers, not the content, and an answer may come again, late. Whoever uses an
id a second time for something else could otherwise be given the answer to the first.
"""

from collections import OrderedDict
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from msgspec import json

from parledger.emission import Emission
from parledger.outcomes import Outcome

_REMEMBERED = 16_384
_RECORDED = "recorded"
_ID_REUSED = "id-reused"
_ATTRIBUTES = ("type", "source", "subject", "time", "dataschema", "data")


@dataclass(frozen=True, slots=True)
class _Use:
    """What an id was used for; `answer` is `recorded` or a problem's type, None while nobody knows."""

    content: bytes
    answer: str | None


class UsedIds:
    """Remembers the last sixteen thousand ids that were answered, or given up."""

    def __init__(self) -> None:
        self._uses: OrderedDict[str, _Use] = OrderedDict()

    def in_doubt(self, emission: Emission) -> bool:
        """Was its id sent with other content that nobody waits for any more, and that may yet be answered?"""
        use = self._of(emission)
        return use is not None and use.answer is None and use.content != _content(emission)

    def given_up(self, emission: Emission) -> None:
        """Note that it was sent, and that nobody waits for its outcome."""
        if emission.id is not None and self._of(emission) is None:
            self._remember(emission.id, _Use(_content(emission), None))

    def answered(self, emission: Emission, outcome: Outcome) -> None:
        """Note an answer. An id that turns out to be used stays with the content that used it first."""
        if emission.id is None:
            return
        use, answer, content = self._of(emission), _answer(outcome), _content(emission)
        if use is None or use.content == content or answer != _ID_REUSED:
            self._remember(emission.id, _Use(content, answer))

    def answered_late(self, id_: str, outcome: Outcome) -> None:
        """Note the answer to what was given up."""
        use = self._uses.get(id_)
        if use is not None and use.answer is None:
            self._remember(id_, replace(use, answer=_answer(outcome)))

    def may_answer(self, outcome: Outcome, emission: Emission, sent: int) -> bool:
        """Is it this emission's answer, and not that of another content which had the id before?

        Where it could be either, it is let pass: the emission is sent again, and what comes once it was sent
        a second time is taken.
        """
        use, answer = self._of(emission), _answer(outcome)
        if use is None or use.answer is None or sent > 1:
            return True
        if use.content == _content(emission):
            return answer in (use.answer, _RECORDED) or answer != _ID_REUSED
        return answer == _ID_REUSED or answer != use.answer

    def _of(self, emission: Emission) -> _Use | None:
        return None if emission.id is None else self._uses.get(emission.id)

    def _remember(self, id_: str, use: _Use) -> None:
        self._uses[id_] = use
        self._uses.move_to_end(id_)
        if len(self._uses) > _REMEMBERED:
            self._uses.popitem(last=False)


def _answer(outcome: Outcome) -> str:
    return _RECORDED if outcome.problem is None else outcome.problem.type


def _content(emission: Emission) -> bytes:
    """The hash of what counts of an emission, however its JSON is written."""
    envelope: dict[str, Any] = json.decode(emission.payload)
    counted = {name: envelope.get(name) for name in _ATTRIBUTES}
    return sha256(json.encode(counted, order="deterministic")).digest()
