"""What a query costs by its text: lists within lists multiply, a page by its `first`."""

from typing import Any

import pytest
from graphql import get_named_type, is_list_type, is_non_null_type, is_object_type, parse

from services.query.config import Limits
from services.query.cost import cost_of
from services.query.schema.build import build_schema
from services.query.sizes import HELD, is_bounded

SCHEMA = build_schema(Limits(), introspection=True)._schema  # pyright: ignore[reportPrivateUsage]


def cost(query: str, name: str | None = None, **variables: object) -> int:
    return cost_of(SCHEMA, parse(query), variables, name).fields


def test_every_list_of_objects_says_how_many_it_holds() -> None:
    unsaid = [
        f"{type_name}.{field_name}"
        for type_name, type_ in SCHEMA.type_map.items()
        if is_object_type(type_)
        for field_name, field in type_.fields.items()
        if _is_list_of_objects(field.type) and not is_bounded(type_name, field_name)
    ]
    assert unsaid == []


def test_what_is_said_of_lists_is_said_of_lists_that_there_are() -> None:
    for name in HELD:
        type_name, _, field_name = name.partition(".")
        type_: Any = SCHEMA.get_type(type_name)
        assert _is_list_of_objects(type_.fields[field_name].type), name


def test_a_field_costs_one_and_an_object_what_is_asked_of_it() -> None:
    assert cost("{ me { tenant roles } }") == 3


def test_a_list_multiplies_what_is_within_it() -> None:
    assert cost('{ standings(authority: "q", round: "r") { index unit { path } } }') == 185 * 4
    assert cost('{ dossier(unit: "q/a", round: "r") { leaves { evidence { id } } } }') == 1 + 97 * (1 + 5 * 2)


UNITS = '{{ units(under: "q"{first}) {{ edges {{ node {{ path }} }} pageInfo {{ endCursor }} }} }}'


@pytest.mark.parametrize(
    ("first", "edges"), [("", 50), (", first: 7", 7), (", first: 2147483647", 2**31 - 1)]
)
def test_a_page_is_as_long_as_its_first(first: str, edges: int) -> None:
    assert cost(UNITS.format(first=first)) == 1 + 3 * edges + 2


def test_a_page_is_as_long_as_the_variable_says() -> None:
    query = "query ($n: Int! = 9) " + UNITS.format(first=", first: $n")
    assert cost(query, n=200) == 1 + 3 * 200 + 2
    assert cost(query) == 1 + 3 * 9 + 2
    assert cost(query, n="many") == 1 + 3 + 2, "what is no number is refused later, and costs nothing before"


def test_pages_within_pages_multiply() -> None:
    within = "remediation(first: 20) { edges { node { plan } } }"
    query = f'{{ units(under: "q", first: 10) {{ edges {{ node {{ {within} }} }} }} }}'
    assert cost(query) == 1 + 10 * (2 + 1 + 20 * 3)


def test_aliases_add_up() -> None:
    assert cost("{ a: me { tenant } b: me { tenant } c: me { tenant } }") == 6


def test_a_fragment_counts_wherever_it_is_spread_but_once_in_each_object() -> None:
    assert cost("{ a: me { ...f ...f } b: me { ...f } } fragment f on Viewer { tenant actor }") == 6
    assert cost("{ a: me { ... on Viewer { tenant } ... { actor } } }") == 3


def test_fragments_that_multiply_are_measured_as_if_written_out() -> None:
    steps = 40
    chain = "".join(
        f" fragment f{n} on Unit {{ a: successors {{ ...f{n + 1} }} b: successors {{ ...f{n + 1} }} }}"
        for n in range(steps)
    )
    query = f'{{ unit(path: "q") {{ ...f0 }} }}{chain} fragment f{steps} on Unit {{ path }}'
    assert cost(query) > 10**steps


def test_fragments_that_spread_themselves_end() -> None:
    assert cost("{ me { ...a } } fragment a on Viewer { tenant ...b } fragment b on Viewer { ...a }") == 2


def test_a_moment_of_the_past_and_what_is_folded_for_it_is_dear() -> None:
    now = '{ dossier(unit: "q/a", round: "r") { index } }'
    then = '{ dossier(unit: "q/a", round: "r", asOf: {position: 3}) { index } }'
    asked = 'query ($at: AsOf) { dossier(unit: "q/a", round: "r", asOf: $at) { index } }'
    assert cost(then) - cost(now) == cost(asked, at={"position": 3}) - cost(asked) == 500
    assert cost('{ dossier(unit: "q/a", round: "r") { whatIf { fallen } } }') > 1_500


def test_the_operation_that_is_named_counts_else_the_dearest() -> None:
    query = "query small { me { tenant } } query large { me { tenant roles actor } }"
    assert cost(query, "small") == 2
    assert cost(query) == cost(query, "large") == cost(query, "nobody") == 4


def test_what_the_schema_does_not_know_costs_nothing() -> None:
    assert cost("{ nothing { at { all } } me { nothing ...nobody } ... on Nobody { a } }") == 1
    assert cost("mutation { me { tenant } }") == 0


def _is_list_of_objects(of: Any) -> bool:
    bare = of.of_type if is_non_null_type(of) else of
    return bool(is_list_type(bare) and is_object_type(get_named_type(bare)))
