"""What a query may cost, by its text and its variables alone: known before anything is looked up.

The cost is the number of fields that would be answered if every list were as long as it may be: a list within
a list multiplies. A page is as long as its `first`; what has no pages is counted by what such a list holds in
the largest root, and what is dear by itself, such as a fold of a dossier as it stood, as many fields
(`services.query.sizes`). Fragments count wherever they are spread, and are measured once.

Beside this, a request has so many rows while it is answered (`Loaders.spend`): that counts what is read.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    IntValueNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionSetNode,
    ValueNode,
    VariableNode,
)
from graphql.type.introspection import SchemaMetaFieldDef, TypeMetaFieldDef, TypeNameMetaFieldDef

from services.query.sizes import A_MOMENT, DEAR, PAGES, held

_Composite = GraphQLObjectType | GraphQLInterfaceType


@dataclass(frozen=True, slots=True)
class Cost:
    """What a query costs, and the field at its top that costs most of it."""

    fields: int = 0
    dearest: str = ""
    share: int = 0


def cost_of(
    schema: GraphQLSchema, document: DocumentNode, variables: Mapping[str, object], name: str | None = None
) -> Cost:
    """The cost of the operation of that name, or of the dearest where none is named.

    What the schema does not know, and a fragment within itself, costs nothing: validation refuses it.
    """
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    named = [node for node in operations if name is not None and node.name and node.name.value == name]
    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    found = [_Walk(schema, fragments, variables, node).operation(node) for node in named or operations]
    return max(found, key=lambda cost: cost.fields, default=Cost())


class _Walk:
    """Through one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        fragments: Mapping[str, FragmentDefinitionNode],
        variables: Mapping[str, object],
        operation: OperationDefinitionNode,
    ) -> None:
        self._schema = schema
        self._fragments = fragments
        defaults = {
            one.variable.name.value: _plain(one.default_value)
            for one in operation.variable_definitions or ()
            if one.default_value is not None
        }
        self._variables: Mapping[str, object] = {**defaults, **variables}
        self._known: dict[tuple[str, int], int] = {}
        self._dearest: tuple[int, str] = (0, "")

    def operation(self, node: OperationDefinitionNode) -> Cost:
        root = self._schema.get_root_type(node.operation)
        if root is None:
            return Cost()
        fields = self._of_selections(node.selection_set, root, 1, top=True)
        return Cost(fields, self._dearest[1], self._dearest[0])

    def _of_selections(
        self, node: SelectionSetNode, parent: _Composite, page: int, *, top: bool = False
    ) -> int:
        """The cost of what is selected of one object; `page`: how many edges it has, if it has some."""
        fields, spread = 0, set[str]()
        for selection in node.selections:
            if isinstance(selection, FieldNode):
                cost = self._of_field(selection, parent, page)
                if top:
                    self._dearest = max(self._dearest, (cost, (selection.alias or selection.name).value))
                fields += cost
            elif isinstance(selection, InlineFragmentNode):
                condition = selection.type_condition
                within = self._type(condition.name.value) if condition else parent
                if within is not None:
                    fields += self._of_selections(selection.selection_set, within, page, top=top)
            elif isinstance(selection, FragmentSpreadNode) and selection.name.value not in spread:
                # Once for each object, however often it is spread there: so it is answered.
                spread.add(selection.name.value)
                fields += self._of_fragment(selection.name.value, page)
        return fields

    def _of_fragment(self, name: str, page: int) -> int:
        if (name, page) not in self._known:
            self._known[name, page] = 0
            fragment = self._fragments.get(name)
            within = self._type(fragment.type_condition.name.value) if fragment else None
            if fragment and within:
                self._known[name, page] = self._of_selections(fragment.selection_set, within, page)
        return self._known[name, page]

    def _of_field(self, node: FieldNode, parent: _Composite, page: int) -> int:
        field = self._field(parent, node.name.value)
        if field is None:
            return 0
        answered, many = _answered(field)
        each = 1
        if node.selection_set is not None and answered is not None:
            first = self._first(node, field)
            asked = min(first, PAGES.get(f"{parent.name}.{node.name.value}", first))
            each += self._of_selections(node.selection_set, answered, asked)
        number = held(parent.name, node.name.value, page) if many and answered is not None else 1
        return number * each + DEAR.get(f"{parent.name}.{node.name.value}", 0) + self._moment(node)

    def _first(self, node: FieldNode, field: GraphQLField) -> int:
        """How long the page is that a field asks for; 1 where it has none."""
        if "first" not in field.args:
            return 1
        asked = self._argument(node, "first")
        value = field.args["first"].default_value if asked is None else asked
        return max(value, 1) if isinstance(value, int) else 1

    def _moment(self, node: FieldNode) -> int:
        return 0 if self._argument(node, "asOf") is None else A_MOMENT

    def _argument(self, node: FieldNode, name: str) -> object:
        """What an argument says, as plain values; None where it is left out."""
        for argument in node.arguments or ():
            if argument.name.value == name:
                value = argument.value
                if isinstance(value, VariableNode):
                    return self._variables.get(value.name.value)
                return _plain(value)
        return None

    def _field(self, parent: _Composite, name: str) -> GraphQLField | None:
        if name.startswith("__"):
            return _META.get(name)
        return parent.fields.get(name)

    def _type(self, name: str) -> GraphQLObjectType | None:
        found = self._schema.get_type(name)
        return found if isinstance(found, GraphQLObjectType) else None


_META = {"__schema": SchemaMetaFieldDef, "__type": TypeMetaFieldDef, "__typename": TypeNameMetaFieldDef}


_LIST: Any = GraphQLList  # the library leaves open what a list holds


def _answered(field: GraphQLField) -> tuple[GraphQLObjectType | None, bool]:
    """The objects that a field answers, None where it answers none; and whether it is a list."""
    type_, many = cast("Any", field).type, False
    while hasattr(type_, "of_type"):
        many = many or isinstance(type_, _LIST)
        type_ = type_.of_type
    return (type_ if isinstance(type_, GraphQLObjectType) else None), many


def _plain(value: ValueNode) -> object:
    """A literal: a number as it is, anything else as something that is there."""
    if isinstance(value, IntValueNode):
        return int(value.value[:12])
    if isinstance(value, ListValueNode):
        return list(value.values)
    return None if value.kind == "null_value" else value
