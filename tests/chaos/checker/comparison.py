"""Two roots on which the same was said: one in a storm, one where nobody died."""

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from tests.chaos.books import Books, Dump
from tests.chaos.checker.read_model import row_differences
from tests.chaos.storm import Said

_COMPARED = ("unit", "rubric", "round", "dossier", "leaf")  # the others tell positions, or turns
_WHERE_IT_STANDS = {"position", "filed_at", "appraised_at"}  # columns that tell a position


def differences(stormy: Books, said: Sequence[Said], calm: Books, said_calmly: Sequence[Said]) -> list[str]:
    """How one root differs from another on which the same was said: its verdicts and its index."""
    found: list[str] = []
    verdicts, others = _verdicts(stormy.root, said), _verdicts(calm.root, said_calmly)
    for key in verdicts.keys() | others.keys():
        if verdicts.get(key) != others.get(key):
            found.append(f"{key} was answered {verdicts.get(key)}, and {others.get(key)} where nobody died")
    ours = _as_of(stormy.root, stormy.read_model)
    theirs = _as_of(calm.root, calm.read_model)
    for table in ours:
        found += row_differences(f"{table}, where nobody died,", ours[table], theirs[table])
    return found


def _verdicts(root: str, said: Sequence[Said]) -> dict[tuple[str, str, int], str]:
    """What was answered to the n-th emission of each voice, positions and times apart."""
    found: dict[tuple[str, str, int], str] = {}
    numbers: Counter[tuple[str, str]] = Counter()
    for each in sorted(said, key=lambda each: each.offered):
        first, _, rest = each.tenant.partition("/")
        if first != root or not each.outcome:
            continue
        numbers[rest, each.voice] += 1
        outcome = json.loads(each.outcome)
        problem = outcome.get("problem", {})
        found[rest, each.voice, numbers[rest, each.voice]] = (
            f"refused: {problem['type']} {problem.get('pointer')}" if problem else "recorded"
        )
    return found


def _as_of(root: str, dump: Dump) -> Dump:
    """A read model by another name, without positions."""
    return {
        table: [
            {name: _renamed(root, value) for name, value in row.items() if name not in _WHERE_IT_STANDS}
            for row in rows
        ]
        for table, rows in dump.items()
        if table in _COMPARED
    }


def _renamed(root: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_renamed(root, each) for each in value]
    if isinstance(value, str) and (value == root or value.startswith((f"{root}/", f"{root}@"))):
        return f"a-root{value[len(root) :]}"
    return value
