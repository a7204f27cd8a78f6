"""How much the lists of the schema hold, and what is dear by itself: what a query's cost is counted by."""

from collections.abc import Mapping
from types import MappingProxyType

HELD: Mapping[str, int] = MappingProxyType(
    {
        "Query.standings": 185,
        "Query.indexHistory": 20,
        "Dossier.areas": 8,
        "Dossier.leaves": 97,
        "Dossier.todo": 97,
        "Dossier.disputes": 20,
        "Dossier.penaltiesApplied": 10,
        "Dossier.bonusesAwarded": 10,
        "LeafScore.evidence": 5,
        "LeafScore.disputes": 2,
        "LeafScore.previous": 1,
        "PreviousLeaf.plans": 2,
        "Unit.predecessors": 5,
        "Unit.successors": 5,
        "Comparison.areas": 8,
        "Comparison.leaves": 97,
        "Compared.values": 10,
        "DossierDiff.leaves": 97,
        "DossierDiff.events": 500,
        "DiffStep.leaves": 2,
        "WhatIf.leaves": 97,
        "EventChange.leaves": 2,
        "LedgerEvent.texts": 2,
        "Explanation.children": 3,
        "Work.items": 50,
        "__Schema.types": 83,
        "__Schema.directives": 5,
        "__Type.fields": 5,
        "__Type.inputFields": 1,
        "__Type.interfaces": 1,
        "__Type.enumValues": 1,
        "__Type.possibleTypes": 1,
        "__Field.args": 1,
        "__Directive.args": 1,
    }
)
"""How many a list without pages is taken to hold: 185 units of a round, 97 leaves of a rubric, and so on."""

EVERYWHERE: Mapping[str, int] = MappingProxyType({"edges": 0, "erased": 1})
"""Lists that are called alike in many types; those of edges are as long as their page."""

PAGES: Mapping[str, int] = MappingProxyType({"LeafScore.story": 15})
"""What a page holds at most, however long it may be: a leaf has 10 to 15 events."""

A_MOMENT = 500
"""What a moment of the past takes: a fold, or a look at the history."""

DEAR: Mapping[str, int] = MappingProxyType(
    {
        "Dossier.diff": 1_000,
        "Dossier.whatIf": 1_500,
        "Unit.comparison": 500,
        "LedgerEvent.change": 5,
        "LeafScore.explanation": 10,
        "Dossier.rank": 10,
        "Dossier.grade": 10,
        "Query.receipt": 10,
    }
)
"""What answering a field takes beside the fields within it, in fields."""


def is_bounded(schema_type: str, field: str) -> bool:
    """Is it said how many objects this list holds?"""
    return f"{schema_type}.{field}" in HELD or field in EVERYWHERE


def held(parent: str, name: str, page: int) -> int:
    """How many objects a list of this type is taken to hold, where a page of its edges is so long."""
    if name == "edges":
        return page
    return HELD.get(f"{parent}.{name}") or EVERYWHERE.get(name, 1)
