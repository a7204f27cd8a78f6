"""What is there already is answered at once; only what is not is waited for.

An awaited field costs the executor ten times what a returned one costs, and a dossier has hundreds of fields
whose rows are read by one statement. So whoever lists objects loads first what is asked of them
(`asked_below`), and their resolvers find it there. What they do not find they wait for.
"""

from asyncio import isfuture
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar, cast

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLResolveInfo,
    InlineFragmentNode,
    SelectionSetNode,
)

from services.query.context import Info

Loaded = TypeVar("Loaded")
Made = TypeVar("Made")
Later = Made | Awaitable[Made]
"""Something, or what will be it."""


def later(loading: Awaitable[Loaded], made: Callable[[Loaded], Made]) -> Later[Made]:
    """What is made of something that is loaded: at once where that is there."""
    if isfuture(loading) and loading.done():
        return made(loading.result())
    return _later(loading, made)


async def _later(loading: Awaitable[Loaded], made: Callable[[Loaded], Made]) -> Made:
    return made(await loading)


def asked_below(info: Info) -> set[tuple[str, str]]:
    """What is asked of the objects that a field answers, and of those within: fields, each with its parent.

    By their names in the schema, whatever `@include` says. Each fragment is looked through once per parent.
    """
    # Its public view walks a fragment anew wherever it is spread.
    raw: GraphQLResolveInfo[Any] = cast("Any", info)._raw_info
    asked, seen = set[tuple[str, str]](), set[tuple[str, str]]()

    def walk(parent: str, selections: SelectionSetNode | None) -> None:
        for node in selections.selections if selections else ():
            if isinstance(node, FieldNode):
                asked.add((parent, node.name.value))
                walk(node.name.value, node.selection_set)
            elif isinstance(node, InlineFragmentNode):
                walk(parent, node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and (parent, node.name.value) not in seen:
                seen.add((parent, node.name.value))
                walk(parent, raw.fragments[node.name.value].selection_set)

    for node in raw.field_nodes:
        walk(node.name.value, node.selection_set)
    return asked
