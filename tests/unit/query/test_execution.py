"""Plain fields are taken at once, and everything is answered as the library alone would answer it."""

from datetime import date
from enum import Enum
from typing import Any

import pytest
import strawberry
from strawberry.scalars import JSON

from services.query.execution import PlainFieldsAtOnce


@strawberry.enum
class Colour(Enum):
    """A colour."""

    RED = "r"
    BLUE = "b"


@strawberry.type
class Part:
    """Fields of every kind."""

    name: str
    count: int | None
    colour: Colour | None = None
    tags: list[str] = strawberry.field(default_factory=list)
    since: date | None = None
    any: JSON | None = None

    @strawberry.field
    async def slow(self) -> str:
        return f"slow {self.name}"

    @strawberry.field
    def wrong(self) -> int:
        raise ValueError(f"no {self.name}")


@strawberry.type
class Whole:
    """It has parts."""

    id: strawberry.ID
    first: Part
    parts: list[Part]
    perhaps: Part | None


def make(first: Any) -> Whole:
    parts = [
        Part(name=f"p{n}", count=n, colour=Colour.BLUE, tags=["x", "y"], any=JSON({"n": [n]}))
        for n in range(3)
    ]
    return Whole(id=strawberry.ID("w"), first=first, parts=parts, perhaps=None)


CASES: dict[str, tuple[Any, str]] = {
    "everything is plain": (Part(name="a", count=1), "{ whole { id first { name count colour tags any } } }"),
    "plain between slow ones": (
        Part(name="a", count=1),
        "{ whole { parts { slow name x: slow count } id } }",
    ),
    "aliases and fragments": (
        Part(name="a", count=None, since=date(2023, 12, 10)),
        "{ whole { ...w parts { b: name name } } } fragment w on Whole "
        "{ i: id first { since count __typename } }",
    ),
    "left out by a directive": (
        Part(name="a", count=1),
        "{ whole { id first { name @skip(if: true) count @include(if: true) tags @include(if: false) } } }",
    ),
    "a resolver raises": (Part(name="a", count=1), "{ whole { id perhaps { name } first { name wrong } } }"),
    "null where there must be none": (
        Part(name=None, count=1),  # type: ignore[arg-type]
        "{ whole { id first { count name } } }",
    ),
    "a number that is none": (
        Part(name="a", count="many"),  # type: ignore[arg-type]
        "{ whole { id first { name count tags } } }",
    ),
    "a number that is too large": (Part(name="a", count=2**40), "{ whole { id first { name count } } }"),
    "a list with a hole": (
        Part(name="a", count=1, tags=["x", None]),  # type: ignore[list-item]
        "{ whole { first { name tags } } }",
    ),
    "no list": (Part(name="a", count=1, tags=7), "{ whole { first { name tags } } }"),  # type: ignore[arg-type]
    "no such colour": (Part(name="a", count=1, colour="green"), "{ whole { first { name colour } } }"),  # type: ignore[arg-type]
    "a text that is a number": (Part(name=3, count=True), "{ whole { first { name count } } }"),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("case", CASES)
async def test_it_answers_as_the_library_alone_does(case: str) -> None:
    first, query = CASES[case]

    @strawberry.type
    class Query:
        @strawberry.field
        def whole(self) -> Whole | None:
            return make(first)

    alone = await strawberry.Schema(Query).execute(query)
    ours = await strawberry.Schema(Query, execution_context_class=PlainFieldsAtOnce).execute(query)
    assert ours.data == alone.data
    assert repr(ours.data) == repr(alone.data), "in the same order too"
    assert [error.formatted for error in ours.errors or []] == [
        error.formatted for error in alone.errors or []
    ]


async def test_a_plain_field_costs_no_call_of_the_library() -> None:
    calls: list[str] = []

    class Counting(PlainFieldsAtOnce):
        def execute_field(self, *args: Any) -> Any:
            calls.append(args[2][0].node.name.value)
            return super().execute_field(*args)

    @strawberry.type
    class Query:
        @strawberry.field
        def whole(self) -> Whole:
            return make(Part(name="a", count=1))

    schema = strawberry.Schema(Query, execution_context_class=Counting)
    result = await schema.execute("{ whole { id parts { name count tags slow } } }")
    assert result.errors is None
    assert calls == ["whole", "parts", "slow", "slow", "slow"]
