"""How a query is executed: by the library, but for plain fields, which are taken from their objects at once.

Of a dossier of 80 leaves nine fields in ten are attributes that need nothing but to be written down.
graphql-core makes a path, a description and a dozen calls for each; here they are taken in one loop. What is
in any way not as it should be (no such attribute, a null where there must be none, a value that is none of
its type) is left to the library, with all fields of that object, so that errors are its own.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple, cast

from graphql import (
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLField,
    GraphQLID,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLString,
    Undefined,
)
from graphql.pyutils import Path
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.field import StrawberryField

Fields = dict[str, Any]
"""What is asked of an object, by the name in the answer, as graphql-core collects it."""

_AS_IT_IS: dict[object, type] = {GraphQLString: str, GraphQLID: str, GraphQLBoolean: bool}
"""Values of just these Python types are written as they are."""


class _Plain(NamedTuple):
    """A field that is an attribute of its object: a leaf, or a list of leaves."""

    name: str
    attribute: str
    written: Callable[[Any], Any]
    may_be_null: bool


class _Plan(NamedTuple):
    """What is asked of objects of a type; `asked` is kept so that its id is not another's."""

    asked: Fields
    plain: list[_Plain]
    others: Fields


class _Unusual(Exception):
    """The library is to see to this object."""


class PlainFieldsAtOnce(StrawberryGraphQLCoreExecutionContext):
    """The library's executor, which takes plain fields by itself."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._plans: dict[int, _Plan] = {}
        if self.middleware_manager and not self.middleware_manager.middlewares:
            self.middleware_manager = None  # strawberry always hands one over

    def execute_fields(
        self,
        parent_type: GraphQLObjectType,
        source_value: Any,
        path: Path | None,
        grouped_field_set: Fields,
        position_context: Any,
    ) -> Any:
        """What is asked of an object, or something that will be it."""
        plan = self._plans.get(id(grouped_field_set)) or self._plan(parent_type, grouped_field_set)
        if not plan.plain:
            return super().execute_fields(parent_type, source_value, path, plan.asked, position_context)
        try:
            taken = _taken(source_value, plan.plain)
        except Exception:
            return super().execute_fields(parent_type, source_value, path, plan.asked, position_context)
        if not plan.others:
            return taken
        others = super().execute_fields(parent_type, source_value, path, plan.others, position_context)
        if isinstance(others, dict):
            return _joined(plan.asked, taken, others)
        return _joined_later(plan.asked, taken, others)

    def _plan(self, parent_type: GraphQLObjectType, asked: Fields) -> _Plan:
        plain, others = list[_Plain](), Fields()
        for name, details in asked.items():
            field = self.schema.get_field(parent_type, details[0].node.name.value)
            found = None if field is None or self.middleware_manager else _plain(name, field)
            if found is None:
                others[name] = details
            else:
                plain.append(found)
        plan = self._plans[id(asked)] = _Plan(asked, plain, others)
        return plan


def _plain(name: str, field: GraphQLField) -> _Plain | None:
    """How to take a field at once; None where it has a resolver, or objects within it."""
    definition = field.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    if not isinstance(definition, StrawberryField) or not definition.is_basic_field:
        return None
    if definition.default_resolver is not getattr:
        return None
    type_ = cast("Any", field).type
    required = isinstance(type_, GraphQLNonNull)
    written = _writer(cast("Any", type_).of_type if required else type_)
    return written and _Plain(name, definition.python_name, written, not required)


def _writer(type_: Any) -> Callable[[Any], Any] | None:
    """Writes a value of a type that is not null; None where that takes more than the value."""
    if isinstance(type_, GraphQLList):
        items: Any = cast("GraphQLList[Any]", type_).of_type
        one = _writer(cast("Any", items).of_type) if isinstance(items, GraphQLNonNull) else None
        return one and (lambda values: [_some(one(value)) for value in values])
    if not isinstance(type_, (GraphQLScalarType, GraphQLEnumType)):
        return None
    as_it_is, write = _AS_IT_IS.get(type_), type_.coerce_output_value
    if as_it_is is None:
        return write
    return lambda value: value if type(value) is as_it_is else write(value)


def _some(written: Any) -> Any:
    if written is None or written is Undefined:
        raise _Unusual
    return written


def _taken(source: Any, fields: list[_Plain]) -> dict[str, Any]:
    taken: dict[str, Any] = {}
    for name, attribute, written, may_be_null in fields:
        value = getattr(source, attribute)
        if value is None:
            if not may_be_null:
                raise _Unusual
            taken[name] = None
        else:
            taken[name] = _some(written(value))
    return taken


def _joined(asked: Fields, taken: dict[str, Any], others: Mapping[str, Any]) -> dict[str, Any]:
    """In the order in which it was asked for."""
    taken.update(others)
    return {name: taken[name] for name in asked if name in taken}


async def _joined_later(
    asked: Fields, taken: dict[str, Any], others: Awaitable[Mapping[str, Any]]
) -> dict[str, Any]:
    return _joined(asked, taken, await others)
