"""Queries that were found valid are known again; their texts take a bounded room."""

from graphql import GraphQLError, parse

from services.query.config import Limits
from services.query.documents import Documents
from services.query.schema.build import build_schema

DOCUMENT = parse("{ __typename }")


def test_those_not_used_for_the_longest_time_make_room() -> None:
    documents = Documents(most=30)
    for text in ("a" * 10, "b" * 10, "c" * 10):
        documents.put(text, DOCUMENT)
    assert documents.get("a" * 10) is DOCUMENT
    documents.put("d" * 15, DOCUMENT)
    held = [text[0] for text in ("a" * 10, "b" * 10, "c" * 10, "d" * 15) if documents.get(text)]
    assert held == ["a", "d"]
    documents.put("d" * 15, DOCUMENT)
    assert documents.get("a" * 10) is DOCUMENT, "it was there already, and takes no more room"
    documents.put("e" * 31, DOCUMENT)
    assert documents.get("e" * 31) is None


async def messages(query: str, limits: Limits | None = None, times: int = 2) -> list[list[str]]:
    schema = build_schema(limits or Limits(), introspection=False)
    found: list[list[str]] = []
    for _ in range(times):
        errors: list[GraphQLError] = (await schema.execute(query)).errors or []
        found.append([error.message for error in errors])
    return found


async def test_what_is_refused_is_refused_each_time() -> None:
    for query in ("{ nothing }", "{", "{ __schema { types { name } } }", "query ($x: No) { __typename }"):
        first, second = await messages(query)
        assert first
        assert second == first
    [[first], [second]] = await messages("{ a: __typename b: __typename }", Limits(aliases=1))
    assert "aliases" in first
    assert second == first


async def test_a_query_is_known_again_by_its_schema_alone() -> None:
    query = '{ __type(name: "Unit") { name } }'
    schemas = [build_schema(Limits(), introspection) for introspection in (True, False)]
    answers = [await schema.execute(query) for schema in [*schemas, *schemas]]
    assert [answer.data for answer in answers] == [{"__type": {"name": "Unit"}}, None] * 2


async def test_variables_are_not_known_with_the_query() -> None:
    schema = build_schema(Limits(), introspection=True)
    query = "query ($name: String!) { __type(name: $name) { name } }"
    for name in ("Unit", "Round", "Unit"):
        answer = await schema.execute(query, variable_values={"name": name})
        assert answer.data == {"__type": {"name": name}}
    assert (await schema.execute(query)).errors
