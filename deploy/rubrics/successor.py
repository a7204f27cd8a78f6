"""Next year's rubric from this year's: the text stays as it is, comments and all, but for id and `was`."""

import json
from copy import deepcopy
from typing import Any

import yaml

from deploy.rubrics.document import Document, Unreadable, read_document
from parledger.cli import CommandError

Edit = tuple[int, int, str]
"""From where to where, and what stands there then."""


def successor_of(text: str, document: Document, id_: str) -> str:
    """The text of the next rubric: the id is `id_`, and `was` of every leaf is its code in this one.

    Errors: `CommandError` where it is written so that it cannot be changed in place.
    """
    wanted = deepcopy(document.value)
    wanted["id"] = id_
    edits: list[Edit] = [_replaced(document, "/id", _plain(id_))]
    for place, leaf in _placed_leaves(wanted):
        leaf["was"] = leaf["code"]
        edits.append(_with_was(text, document, place, leaf["code"]))
    made = _edited(text, edits)
    try:
        same = read_document(made).value == wanted
    except Unreadable:
        same = False
    if not same:
        raise CommandError(
            "it cannot be copied as it is written: take anchors and merges (&, *, <<) out of it"
        )
    return made


def _placed_leaves(rubric: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    found: list[tuple[str, dict[str, Any]]] = []
    for a, area in enumerate(rubric["areas"]):
        for c, criterion in enumerate(area["criteria"]):
            place = f"/areas/{a}/criteria/{c}"
            parts = criterion.get("parts")
            if parts is None:
                found.append((place, criterion))
            found += [(f"{place}/parts/{p}", part) for p, part in enumerate(parts or [])]
    items = (rubric.get("bonus") or {}).get("items") or []
    return found + [(f"/bonus/items/{n}", item) for n, item in enumerate(items)]


def _replaced(document: Document, place: str, value: str) -> Edit:
    node = document.nodes[place]
    return node.start_mark.index, node.end_mark.index, value


def _with_was(text: str, document: Document, place: str, code: str) -> Edit:
    if f"{place}/was" in document.nodes:
        return _replaced(document, f"{place}/was", _quoted(code))
    end = document.nodes[f"{place}/code"].end_mark.index
    leaf = document.nodes[place]
    if isinstance(leaf, yaml.MappingNode) and leaf.flow_style:
        return end, end, f", was: {_quoted(code)}"
    line_end = text.find("\n", end)
    line_end = len(text) if line_end < 0 else line_end
    column = document.keys[f"{place}/code"].start_mark.column
    return line_end, line_end, f"\n{' ' * column}was: {_quoted(code)}"


def _plain(value: str) -> str:
    """An id as it may stand: `2024` would be a number."""
    return value if yaml.safe_load(value) == value else _quoted(value)


def _quoted(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)


def _edited(text: str, edits: list[Edit]) -> str:
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text
