"""What must come of a play, by the slow evaluator: standings, publications, and some leaves."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from fractions import Fraction
from typing import Any

from deploy.province.evaluate import Standing
from deploy.province.evaluate.numbers import text_of
from deploy.province.rounds import Round
from deploy.province.script import Script

JSON = dict[str, Any]


def expected(script: Script, rounds: Sequence[Round]) -> JSON:
    """Numbers are text; a publication is named by the id of its emission."""
    ended = {
        path
        for event in script.ledger.events
        if event.type == "UnitsReorganised"
        for path in event.data["from"]
    }
    return {
        "seed": script.seed,
        "emissions": len(script.lines),
        "outcomes": dict(sorted(Counter(line.expect for line in script.lines).items())),
        "types": dict(sorted(Counter(event.type for event in script.ledger.events).items())),
        "rounds": [_round(script, round_) for round_ in rounds],
        "publications": [
            {
                "id": publication.line.emission["id"],
                "authority": publication.authority,
                "round": publication.round,
                "standings": _rows(publication.standings),
            }
            for round_ in rounds
            for publication in round_.publications
        ],
        "ended": sorted(ended),
    }


def _round(script: Script, round_: Round) -> JSON:
    standings = script.ledger.standings(round_.authority, round_.id)
    first = {row.kind: row for row in reversed(standings)}
    return {
        "authority": round_.authority,
        "round": round_.id,
        "standings": _rows(standings),
        "leaves": [leaf for row in first.values() for leaf in _leaves(script, round_, row)],
    }


def _rows(standings: Sequence[Standing]) -> list[JSON]:
    return [asdict(row) for row in standings]


def _leaves(script: Script, round_: Round, row: Standing) -> Iterator[JSON]:
    """What the rules give in the dossier of the first of a kind."""
    dossier = script.ledger.dossier(round_.authority, round_.id, row.unit, row.kind)
    for code in dossier.leaves:
        points, computed = dossier.appraised(code), dossier.computed(code)
        yield {
            "unit": row.unit,
            "code": code,
            "points": _text(points),
            "computed": _text(computed),
            "support": dossier.support(code),
        }


def _text(value: Fraction | None) -> str | None:
    return None if value is None else text_of(value)
