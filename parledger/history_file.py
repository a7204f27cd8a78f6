"""A table of results from before the ledger, as `ResultImported` emissions.

Columns, in any order: `year` (or `round`), `index`, and if there are any `rank`, `of`, `grade`, `unit`,
`basis`; or by their Vietnamese names, as a spreadsheet of a province has them.
Read as spreadsheets write it: UTF-8 with or without a byte order mark, separated by commas or semicolons,
decimals with a point or a comma.
"""

import csv
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Any
from unicodedata import normalize

from msgspec import json

from parledger.emission import Emission, emission

_COLUMNS = frozenset({"year", "round", "index", "rank", "of", "grade", "unit", "basis"})
_IN_VIETNAMESE = {
    "năm": "year",
    "kỳ": "round",
    "kỳ đánh giá": "round",
    "chỉ số": "index",
    "chỉ số cchc": "index",
    "hạng": "rank",
    "xếp hạng": "rank",
    "tổng số đơn vị": "of",
    "xếp loại": "grade",
    "đơn vị": "unit",
    "căn cứ": "basis",
}
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_NUMBER = re.compile(r"(0|[1-9][0-9]{0,5})(?:[.,]([0-9]{1,3}))?")
_WHOLE = re.compile(r"[1-9][0-9]{0,4}")
_NAMESPACE = uuid.UUID("5b0f6a1e-7a0c-5b9e-9c5e-2f3f6d1c8a47")


class HistoryFault(Exception):
    """The table cannot be read; the message says where, and what to do."""


@dataclass(frozen=True, slots=True)
class Defaults:
    """What the rows share where they do not say it themselves."""

    source: str
    unit: str | None
    basis: str | None
    of: int | None


def read_history(text: str, defaults: Defaults) -> list[Emission]:
    """An emission a row. The same row makes the same emission, id included, whenever it is read.

    Errors: `HistoryFault`, naming every line that cannot be read.
    """
    rows = list(_rows(text))
    faults, emissions, seen = list[str](), list[Emission](), dict[tuple[str, str], int]()
    for number, row in rows:
        try:
            data = _data(row, defaults)
        except ValueError as error:
            faults.append(f"line {number}: {error}")
            continue
        key = (data["unit"], data["round"])
        if key in seen:
            faults.append(f"line {number}: {key[0]} in {key[1]} stands in line {seen[key]} already")
        seen[key] = number
        emissions.append(_emission(data, defaults.source))
    if faults:
        raise HistoryFault("; ".join(faults))
    if not emissions:
        raise HistoryFault("there is no row below the header")
    return emissions


def _rows(text: str) -> Iterator[tuple[int, dict[str, str]]]:
    header = text.partition("\n")[0]
    reader = csv.DictReader(
        StringIO(text.removeprefix("\ufeff")), delimiter=";" if ";" in header else ",", restkey="", restval=""
    )
    names = [_column(name) for name in reader.fieldnames or []]
    if unknown := [name for name in names if name not in _COLUMNS]:
        raise HistoryFault(
            f"no such column: {', '.join(unknown)}; there are {', '.join(sorted(_COLUMNS))}, "
            f"or {', '.join(_IN_VIETNAMESE)}"
        )
    if twice := {name for name in names if names.count(name) > 1}:
        raise HistoryFault(f"the column {', '.join(sorted(twice))} stands there twice")
    if "index" not in names or not {"year", "round"} & set(names):
        raise HistoryFault("the header needs the columns `year` (or `round`) and `index`")
    reader.fieldnames = names
    for row in reader:
        if "" in row:
            raise HistoryFault(f"line {reader.line_num}: more cells than the header has columns")
        cells = {name: (cell or "").strip() for name, cell in row.items()}
        if any(cells.values()):
            yield reader.line_num, cells


def _column(heading: str) -> str:
    name = normalize("NFC", " ".join(heading.split()).lower())
    return _IN_VIETNAMESE.get(name, name)


def _data(row: dict[str, str], defaults: Defaults) -> dict[str, Any]:
    said = {
        "unit": row.get("unit") or defaults.unit,
        "round": row.get("round") or row.get("year"),
        "basis": row.get("basis") or defaults.basis,
    }
    if missing := [name for name, value in said.items() if not value]:
        raise ValueError(f"no {missing[0]}: add a column for it, or give --{missing[0]}")
    data: dict[str, Any] = {**said, "index": _number(row["index"])}
    if row.get("rank"):
        data["rank"] = _whole("rank", row["rank"])
    if of := row.get("of"):
        data["of"] = _whole("of", of)
    elif defaults.of is not None and "rank" in data:
        data["of"] = defaults.of
    if row.get("grade"):
        data["grade"] = row["grade"]
    return data


def _number(cell: str) -> str:
    found = _NUMBER.fullmatch(cell)
    if found is None:
        raise ValueError(f"the index {cell!r} is no number like 84.66 or 84,66")
    return found[1] if found[2] is None else f"{found[1]}.{found[2]}"


def _whole(name: str, cell: str) -> int:
    if not _WHOLE.fullmatch(cell):
        raise ValueError(f"the {name} {cell!r} is no whole number from 1 on")
    return int(cell)


def _emission(data: dict[str, Any], source: str) -> Emission:
    """Its time is the last day of the year that its round names: the same whenever the row is read."""
    year = _YEAR.match(data["round"])
    id_ = uuid.uuid5(_NAMESPACE, json.encode([source, data], order="sorted").decode())
    return emission(
        "ResultImported",
        subject=data["unit"],
        source=source,
        data=data,
        time=f"{year[0] if year else '1970'}-12-31T00:00:00+07:00",
        id=str(id_),
    )
