"""The schema, put together."""

import strawberry
from graphql import GraphQLError
from strawberry.extensions import DisableIntrospection
from strawberry.schema.config import StrawberryConfig
from strawberry.types import ExecutionContext

from services.query import watch
from services.query.config import Limits
from services.query.documents import Documents, documents_extension
from services.query.execution import PlainFieldsAtOnce
from services.query.limits import limits_extension
from services.query.schema.query import Query
from services.query.schema.scalars import SCALARS


class QuietSchema(strawberry.Schema):
    """Errors are logged where they are shown, once, and not by the library."""

    def process_errors(
        self, errors: list[GraphQLError], execution_context: ExecutionContext | None = None
    ) -> None:
        """Leave them to `services.query.errors`."""


def build_schema(limits: Limits, introspection: bool) -> strawberry.Schema:
    """The schema that the service answers, held to `limits`; with or without introspection."""
    extensions = [*watch.extensions(), limits_extension(limits), documents_extension(Documents())]
    if not introspection:
        extensions.append(DisableIntrospection)
    return QuietSchema(
        query=Query,
        extensions=extensions,
        execution_context_class=PlainFieldsAtOnce,
        config=StrawberryConfig(scalar_map=dict(SCALARS), disable_field_suggestions=not introspection),
    )
