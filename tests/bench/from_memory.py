"""`python -m tests.bench.from_memory PORT FILE`: the floor of `standings` and `dossier`.

A schema of the same shape as the platform's, of which every resolver returns an object that lies ready:
Strawberry alone, hosted as the query service is, with the library's own caches of parsed and validated
documents. FILE holds what the platform answered, as JSON: the objects are made of it once.
"""

import os
import sys
from collections.abc import Mapping
from datetime import date
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, NewType

import msgspec
import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from strawberry.extensions import ParserCache, ValidationCache
from strawberry.scalars import JSON
from strawberry.schema.config import StrawberryConfig

from deploy.local.service import HOST
from shared.hosting.http_server import serve
from shared.hosting.process import run_service
from shared.hosting.ready import ready

Decimal = NewType("Decimal", str)
_SCALARS: Mapping[object, Any] = {Decimal: strawberry.scalar(name="Decimal", serialize=str, parse_value=str)}


@strawberry.enum
class Support(Enum):
    """As the platform has it."""

    SUPPORTED = "SUPPORTED"
    ROUNDING = "ROUNDING"
    UNSUPPORTED = "UNSUPPORTED"


@strawberry.type
class Unit:
    """A unit."""

    path: strawberry.ID
    name: str
    kind: str


@strawberry.type
class Standing:
    """A row of standings."""

    unit: Unit
    kind: str
    group: str | None
    index: Decimal | None
    rank: int | None
    grade: str | None
    points: Decimal | None
    assessed: Decimal | None
    coverage: Decimal | None
    final: bool


@strawberry.type
class AreaScore:
    """An area."""

    code: str
    name: str
    max: Decimal
    points: Decimal | None
    assessed: Decimal | None
    excluded: Decimal
    lost: Decimal | None


@strawberry.type
class Evidence:
    """A piece of evidence."""

    id: strawberry.ID
    sha256: str
    size: int
    media_type: str
    name: str | None
    title: str | None
    number: str | None
    dated: date | None
    pages: str | None


@strawberry.type
class Dispute:
    """A dispute."""

    id: strawberry.ID
    status: str


@strawberry.type
class LeafScore:
    """A leaf."""

    code: str
    name: str
    max: Decimal
    self_points: Decimal | None
    appraised_points: Decimal | None
    computed_points: Decimal | None
    lost: Decimal | None
    excluded: bool
    support: Support | None
    opinion: str | None
    responsible: list[str]
    figures: JSON | None
    council_figures: JSON | None
    evidence: list[Evidence]
    disputes: list[Dispute]


@strawberry.type
class Dossier:
    """A dossier."""

    unit: Unit
    status: str
    self_index: Decimal | None
    index: Decimal | None
    rank: int | None
    grade: str | None
    points: Decimal | None
    assessed: Decimal | None
    excluded: Decimal
    lost: Decimal | None
    coverage: Decimal | None
    final: bool
    bonus: Decimal | None
    penalties: Decimal | None
    position: int
    areas: list[AreaScore]
    leaves: list[LeafScore]


_READY: dict[str, Any] = {}


@strawberry.type
class Query:
    """The two questions."""

    @strawberry.field
    def standings(self, authority: strawberry.ID, round: strawberry.ID, live: bool = False) -> list[Standing]:
        """All standings."""
        ready: list[Standing] = _READY["standings"]
        return ready

    @strawberry.field
    def dossier(self, unit: strawberry.ID, round: strawberry.ID) -> Dossier | None:
        """The dossier."""
        ready: Dossier = _READY["dossier"]
        return ready


def _made(type_: Any, answer: Mapping[str, Any], **inner: Any) -> Any:
    """An object of an answer's fields; `inner` are those that are no scalars."""
    names = {name.replace("_", "").lower(): name for name in type_.__dataclass_fields__}
    given = {names[key.lower()]: value for key, value in answer.items() if names[key.lower()] not in inner}
    return type_(**given, **inner)


def _leaf(answer: Mapping[str, Any]) -> LeafScore:
    evidence = [
        _made(Evidence, piece, dated=piece["dated"] and date.fromisoformat(piece["dated"]))
        for piece in answer["evidence"]
    ]
    support = answer["support"] and Support(answer["support"])
    disputes = [_made(Dispute, dispute) for dispute in answer["disputes"]]
    return _made(LeafScore, answer, evidence=evidence, support=support, disputes=disputes)


def _prepare(answers: Mapping[str, Any]) -> None:
    _READY["standings"] = [
        _made(Standing, row, unit=_made(Unit, row["unit"])) for row in answers["standings"]
    ]
    answer = answers["dossier"]
    _READY["dossier"] = _made(
        Dossier,
        answer,
        unit=_made(Unit, answer["unit"]),
        areas=[_made(AreaScore, area) for area in answer["areas"]],
        leaves=[_leaf(leaf) for leaf in answer["leaves"]],
    )


def _app() -> Starlette:
    schema = strawberry.Schema(
        Query,
        config=StrawberryConfig(scalar_map=dict(_SCALARS)),
        extensions=[ParserCache, ValidationCache],
    )

    async def graphql(request: Request) -> Response:
        asked = msgspec.json.decode(await request.body())
        result = await schema.execute(asked["query"], variable_values=asked.get("variables"))
        assert not result.errors, result.errors
        return Response(msgspec.json.encode({"data": result.data}), media_type="application/json")

    return Starlette(routes=[Route("/graphql", graphql, methods=["POST"])])


if __name__ == "__main__":
    _prepare(msgspec.json.decode(Path(sys.argv[2]).read_bytes()))
    sys.exit(
        run_service(
            lambda stop: serve(_app(), HOST, int(sys.argv[1]), stop, partial(ready, os.environ)), os.environ
        )
    )
