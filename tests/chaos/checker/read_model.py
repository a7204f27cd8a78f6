"""The read model: what a fresh replay gives, and what GraphQL says."""

from collections.abc import Iterator
from fractions import Fraction

from tests.chaos.books import Books, Row


def read_model(books: Books) -> Iterator[str]:
    indices = [row["index"] for row in books.read_model["dossier"]]
    if not indices or None in indices:
        yield f"of {len(indices)} dossiers of {books.root}, {indices.count(None)} have no index"
    for table in books.read_model:
        yield from row_differences(f"{table}, folded afresh,", books.read_model[table], books.rebuilt[table])


def served(books: Books) -> Iterator[str]:
    for row in books.read_model["dossier"]:
        key = (row["unit"], row["round"])
        told = books.served.get(key)
        stands = None if row["index"] is None else Fraction(row["index"], 1_000_000)
        if key not in books.served or (None if told is None else Fraction(told)) != stands:
            yield f"GraphQL says that the index of {key} is {told}, not {stands}"


def row_differences(what: str, ours: list[Row], theirs: list[Row]) -> Iterator[str]:
    if len(ours) != len(theirs):
        yield f"{what} has {len(theirs)} rows, not {len(ours)}"
        return
    for one, other in zip(ours, theirs, strict=True):
        wrong = {name: (one[name], other[name]) for name in one if one[name] != other[name]}
        if wrong:
            where = [str(one[name]) for name in ("unit", "round", "code", "path") if name in one]
            yield f"{what} differs at {' '.join(where)}: {wrong}"
