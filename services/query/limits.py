"""What a query may cost: tokens are counted before it is parsed, the rest before it is validated.

Depth and aliases here, and in `services.query.cost` how many fields may come of it.

The library's own limiters walk a fragment anew wherever it is spread: fragments that spread each other twice
make that walk double with each of them. Here a fragment is measured once.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)
from strawberry.extensions import SchemaExtension
from strawberry.types import ExecutionContext

from services.query.config import Limits
from services.query.cost import Cost, cost_of

_COUNTED = 10**12  # what costs more is told as this much


@dataclass(frozen=True, slots=True)
class Measure:
    """How many fields lie within each other, and how many aliases there are, fragments written out."""

    depth: int = 0
    aliases: int = 0


def measure(document: DocumentNode) -> Measure:
    """The measure of the largest operation.

    The depth of introspection does not count: graphql-core has a limit of its own for that.
    """
    walk = _Walk(document)
    sizes = [
        walk.size(node.selection_set)
        for node in document.definitions
        if isinstance(node, OperationDefinitionNode)
    ]
    return Measure(max((s.depth for s in sizes), default=0), max((s.aliases for s in sizes), default=0))


class _Walk:
    def __init__(self, document: DocumentNode) -> None:
        self._fragments = {
            node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
        }
        self._sizes: dict[str, Measure] = {}

    def size(self, selections: SelectionSetNode) -> Measure:
        depth = aliases = 0
        for selection in selections.selections:
            if isinstance(selection, FragmentSpreadNode):
                size = self._of_fragment(selection.name.value)
            elif isinstance(selection, FieldNode):
                size = self._of_field(selection)
            elif isinstance(selection, InlineFragmentNode):
                size = self.size(selection.selection_set)
            else:
                raise TypeError(f"what is a {selection.kind}?")
            depth, aliases = max(depth, size.depth), aliases + size.aliases
        return Measure(depth, aliases)

    def _of_field(self, field: FieldNode) -> Measure:
        inside = self.size(field.selection_set) if field.selection_set else Measure()
        depth = 0 if field.name.value.startswith("__") else inside.depth + 1
        return Measure(depth, inside.aliases + (field.alias is not None))

    def _of_fragment(self, name: str) -> Measure:
        """A fragment that is missing, or spreads itself, counts nothing: the validation refuses it."""
        if name not in self._sizes:
            self._sizes[name] = Measure()
            fragment = self._fragments.get(name)
            if fragment is not None:
                self._sizes[name] = self.size(fragment.selection_set)
        return self._sizes[name]


def limits_extension(limits: Limits) -> Callable[[], SchemaExtension]:
    """An extension, made anew for each request, that holds queries to `limits`."""

    class WithinLimits(SchemaExtension):
        """Refuses what is too large."""

        def on_operation(self) -> Iterator[None]:
            self.execution_context.parse_options["max_tokens"] = limits.tokens
            yield

        def on_validate(self) -> Iterator[None]:
            context = self.execution_context
            document = context.graphql_document
            faults = [] if document is None else _faults(measure(document), limits)
            if document is not None and not faults:
                faults = _dear(_cost(context, document), limits)
            if faults:  # an error set here keeps the validation, which is dear, from running
                self.execution_context.pre_execution_errors = [GraphQLError(fault) for fault in faults]
            yield

    return WithinLimits


def _cost(context: ExecutionContext, document: DocumentNode) -> Cost:
    schema = context.schema._schema  # pyright: ignore[reportPrivateUsage]
    asked = any(isinstance(node, OperationDefinitionNode) for node in document.definitions)
    named = context.operation_name if asked else None
    return cost_of(schema, document, context.variables or {}, named)


def _dear(cost: Cost, limits: Limits) -> list[str]:
    if cost.fields <= limits.cost:
        return []
    least = f"{min(cost.fields, _COUNTED):,}"
    return [
        f"the query may cost {least} fields, lists within lists multiplied: at most {limits.cost:,} are "
        f"answered (most of it is in {cost.dearest}: {min(cost.share, _COUNTED):,}); ask for shorter pages "
        "with first, for fewer lists within lists, or in several requests"
        " · truy vấn quá lớn: hãy đặt first nhỏ hơn, bớt danh sách lồng nhau, hoặc chia thành nhiều truy vấn"
    ]


def _faults(found: Measure, limits: Limits) -> list[str]:
    faults: list[str] = []
    if found.depth > limits.depth:
        faults.append(f"the query is {found.depth} fields deep: at most {limits.depth} are answered")
    if found.aliases > limits.aliases:
        faults.append(
            f"the query has {found.aliases} aliases, fragments written out: "
            f"at most {limits.aliases} are answered"
        )
    return faults
