"""Which values may stand at a place of a shape, where it takes one of a few."""

from collections.abc import Iterator, Sequence
from functools import cache

from msgspec import inspect


def choices_at(shape: object, steps: Sequence[str]) -> list[str]:
    """The values that may stand where `steps` lead (fields, indices) from a shape; empty where any may."""
    found = [_type_of(shape)]
    for step in steps:
        found = [below for kind in found for one in _alternatives(kind) for below in _below(one, step)]
    return list(
        dict.fromkeys(value for kind in found for one in _alternatives(kind) for value in _values(one))
    )


@cache
def _type_of(shape: object) -> inspect.Type:
    return inspect.type_info(shape)


def _alternatives(kind: inspect.Type) -> Iterator[inspect.Type]:
    if isinstance(kind, inspect.UnionType):
        for one in kind.types:
            yield from _alternatives(one)
    else:
        yield kind


def _below(kind: inspect.Type, step: str) -> Iterator[inspect.Type]:
    match kind:
        case inspect.StructType():
            if step == kind.tag_field and kind.tag is not None:
                yield inspect.LiteralType((kind.tag,))
            yield from (field.type for field in kind.fields if field.encode_name == step)
        case inspect.ListType() | inspect.VarTupleType():
            yield kind.item_type
        case inspect.DictType():
            yield kind.value_type
        case _:
            pass


def _values(kind: inspect.Type) -> list[str]:
    match kind:
        case inspect.LiteralType():
            return [str(value) for value in kind.values]
        case inspect.EnumType():
            return [str(one.value) for one in kind.cls]
        case _:
            return []
