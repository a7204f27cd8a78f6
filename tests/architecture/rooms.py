"""A contract for import-linter: each room imports what its line allows, and every module lies in a room."""

import sys
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class RoomsContract(Contract):
    """Lines of `room: what it may import`, of ours and of libraries; the standard library needs no mention.

    What is allowed is a module with all below it. A module that lies in no room breaks the contract too, so
    does a line that allows what nobody there imports: the table says what is, not what could be.
    """

    type_name = "rooms"

    rooms = fields.ListField(subfield=fields.StringField())

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Look at every direct import of every module of ours."""
        table = dict(_line(line) for line in self.rooms)  # type: ignore[attr-defined]
        used: dict[str, set[str]] = {room: set() for room in table}
        homeless, forbidden = [], []
        for module in sorted(m for m in graph.modules if not graph.is_module_squashed(m)):
            room = _longest(module, table)
            if room is None:
                homeless += [module] if "." in module else []
                continue
            for imported in sorted(graph.find_modules_directly_imported_by(module)):
                if _within(imported, room) or imported.split(".")[0] in sys.stdlib_module_names:
                    continue
                allowed = _longest(imported, table[room])
                if allowed is None:
                    forbidden.append(f"{module} imports {imported}")
                else:
                    used[room].add(allowed)
        idle = [f"{room} does not need {name}" for room in table for name in table[room] - used[room]]
        faults = {"in no room": homeless, "not allowed": forbidden, "allowed for nothing": sorted(idle)}
        return ContractCheck(kept=not any(faults.values()), metadata=faults)

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Say what is wrong, fault by fault."""
        faults: dict[str, list[str]] = check.metadata
        for kind, found in faults.items():
            for fault in found:
                output.print_error(f"{kind}: {fault}")


def _line(line: Any) -> tuple[str, frozenset[str]]:
    room, _, allowed = str(line).partition(":")
    return room.strip(), frozenset(allowed.split())


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _longest(module: str, packages: Any) -> str | None:
    """The innermost of the packages that the module lies in."""
    return max((package for package in packages if _within(module, package)), key=len, default=None)
