"""The contract of the rooms: it finds what it is there to find."""

import pytest
from grimp import ImportGraph

from tests.architecture.rooms import RoomsContract


def faults(*rooms: str, imports: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    """What the contract finds in a program of these imports."""
    graph = ImportGraph()
    for importer, imported in imports:
        graph.add_module(importer)
        if imported.startswith("shared"):
            graph.add_module(imported)
        else:
            graph.add_module(imported, is_squashed=True)
        graph.add_import(importer=importer, imported=imported)
    check = RoomsContract("rooms", {}, {"rooms": list(rooms)}).check(graph, verbose=False)
    found = {kind: which for kind, which in check.metadata.items() if which}
    assert check.kept == (not found)
    return found


def test_what_a_line_allows_and_the_standard_library_and_the_room_itself_may_be_imported() -> None:
    imports = (
        ("shared.domain.judge", "shared.codec.hashes"),
        ("shared.domain.judge", "hashlib"),
        ("shared.domain.judge", "shared.domain.units"),
    )
    assert faults("shared.domain: shared.codec", "shared.codec:", imports=imports) == {}


@pytest.mark.parametrize("imported", ["msgspec", "shared.ledger", "shared.codecs"])
def test_whatever_else_is_imported_is_found(imported: str) -> None:
    imports = (("shared.domain.judge", imported), ("shared.domain.judge", "shared.codec"))
    found = faults(
        "shared.domain: shared.codec", "shared.codec:", "shared.ledger:", "shared.codecs:", imports=imports
    )
    assert found == {"not allowed": [f"shared.domain.judge imports {imported}"]}


def test_a_room_that_nobody_has_named_is_found() -> None:
    found = faults("shared.codec:", imports=(("shared.attic.box", "shared.codec"),))
    assert found == {"in no room": ["shared.attic.box"]}


def test_a_line_that_allows_too_much_is_found() -> None:
    found = faults("shared.codec: msgspec nats", imports=(("shared.codec.json", "msgspec"),))
    assert found == {"allowed for nothing": ["shared.codec does not need nats"]}
