"""Queries that were parsed and found valid before are not parsed and validated again.

The library has caches for both, but they count documents: as many of the largest as are let in would take
hundreds of megabytes. These are held by the length of their text.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator

from graphql import DocumentNode
from strawberry.extensions import SchemaExtension

MOST_CHARACTERS = 128 * 1024
"""Of all texts that are held together. A token takes two at least, and half a kilobyte once it is parsed."""


class Documents:
    """Valid documents of one schema by their text, the latest used ones."""

    def __init__(self, most: int = MOST_CHARACTERS) -> None:
        """Texts of at most so many characters together are held."""
        self._left = most
        self._held: OrderedDict[str, DocumentNode] = OrderedDict()

    def get(self, text: str) -> DocumentNode | None:
        """The document, if it is held."""
        found = self._held.get(text)
        if found is not None:
            self._held.move_to_end(text)
        return found

    def put(self, text: str, document: DocumentNode) -> None:
        """Hold a document that is valid; those that were not used for the longest time make room."""
        if text not in self._held:
            self._left -= len(text)
        self._held[text] = document
        while self._left < 0:
            gone, _ = self._held.popitem(last=False)
            self._left += len(gone)


def documents_extension(documents: Documents) -> Callable[[], SchemaExtension]:
    """An extension, made anew for each request, that takes documents from those held, and adds to them."""

    class Known(SchemaExtension):
        """Parses and validates what is not known."""

        _known = False

        def on_parse(self) -> Iterator[None]:
            context = self.execution_context
            found = documents.get(context.query) if context.query else None
            if found is not None:
                context.graphql_document, self._known = found, True
            yield

        def on_validate(self) -> Iterator[None]:
            context = self.execution_context
            if self._known and context.pre_execution_errors is None:
                context.pre_execution_errors = []  # it was validated: nothing was wrong with it
            yield
            found = None if self._known or context.pre_execution_errors else context.graphql_document
            if found is not None and context.query:
                documents.put(context.query, found)

    return Known
