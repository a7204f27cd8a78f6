"""JSON Schemas (draft 2020-12) of events, as they are emitted and as recorded, from the codec's shapes."""

import inspect
from collections.abc import Mapping
from typing import Any

import msgspec

from deploy.describe.labels import BY, FIELDS, SUBJECTS, TYPES, in_both
from shared.codec.catalogue import CATALOGUE, EventType
from shared.codec.envelope import Envelope
from shared.codec.faults import FORBIDDEN
from shared.codec.feed import FeedEvent
from shared.codec.fields import DATE_PATTERN, NOT_BLANK, TIME_PATTERN
from shared.codec.names import ID_PATTERN, PATH_PATTERN, UUID_PATTERN
from shared.codec.numbers import FIGURE_PATTERN, RECORDED_FIGURE_PATTERN
from shared.codec.shapes import SHAPES, Commitment, Data

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ENVELOPE = "envelope.schema.json"
RECORDED_ENVELOPE = "recorded.schema.json"
_REF = "#/$defs/{name}"
_COMMITMENT = _REF.format(name=Commitment.__name__)
_ABOUT = {"d": "<unit>@<round>", "r": "<unit>@<round>", "e": "<unit>@<round> or a path"}
_FORMATS = {DATE_PATTERN: "date", TIME_PATTERN: "date-time", UUID_PATTERN: "uuid"}
# `(?=…)` for what must be somewhere, the class for what must be nowhere: one pattern says both.
_TEXT = rf"^(?=[\s\S]*\S)[^{FORBIDDEN.pattern[1:-1].encode('unicode_escape').decode()}]*$".replace(
    r"\x", r"\u00"
)


def file_of(name: str, recorded: bool = False) -> str:
    """The file of an event type's schema."""
    return f"{name}.recorded.schema.json" if recorded else f"{name}.schema.json"


def emitted(name: str) -> Schema:
    """An emission of this type: the envelope, and its data in the newest shape."""
    row, shape = CATALOGUE[name], SHAPES[name]
    return {
        "$schema": DIALECT,
        "title": in_both(TYPES[name]),
        "description": f"{_sentence(shape)} {who(row)}",
        "allOf": [{"$ref": ENVELOPE}],
        "properties": {
            "type": {"const": name},
            "subject": {"pattern": _subject_pattern(row)},
            "dataschema": {"enum": [_dataschema(shape), None]},
            "data": {"$ref": _REF.format(name=name)},
        },
        "$defs": _Emitted().components(shape),
    }


def recorded(name: str) -> Schema:
    """A recorded event of this type, as the feed tells it; free texts are commitments."""
    row, shape = CATALOGUE[name], SHAPES[name]
    return {
        "$schema": DIALECT,
        "title": f"{in_both(TYPES[name])}, đã ghi nhận (recorded)",
        "description": _sentence(shape),
        "allOf": [{"$ref": RECORDED_ENVELOPE}],
        "properties": {
            "type": {"const": name},
            "subject": {"pattern": _subject_pattern(row)},
            "data": {"$ref": _REF.format(name=name)},
        },
        "$defs": _Recorded().components(shape),
    }


def envelope() -> Schema:
    """What every emission has. Source: CloudEvents 1.0.2, structured JSON."""
    schema = _Emitted().components(Envelope)[Envelope.__name__]
    schema["properties"]["source"]["pattern"] = portable(PATH_PATTERN)
    schema["properties"]["data"] = {"type": "object"}
    schema["properties"]["traceparent"] = {
        "description": "W3C Trace Context; one that is not well-formed is ignored."
    }
    titles = {"title": "Bản gửi (Emission)", "description": "Other attributes are ignored and not recorded."}
    return {"$schema": DIALECT, **schema, **titles}


def recorded_envelope() -> Schema:
    """What every recorded event has."""
    schema = _Recorded().components(FeedEvent)[FeedEvent.__name__]
    schema["properties"]["specversion"] = {"const": "1.0"}
    schema["properties"]["data"] = {"type": "object"}
    for counted in ("position", "version"):
        schema["properties"][counted]["minimum"] = 1
    return {"$schema": DIALECT, **schema, "title": "Sự kiện đã ghi nhận (Recorded event)"}


def who(row: EventType) -> str:
    """By whom, on which subject, judged where: a sentence."""
    by = " or ".join(BY[letter][1] for letter in BY if letter in row.by)
    about = _ABOUT.get(row.subject, "a path")
    return (
        f"By {by}; roles: {', '.join(sorted(row.roles))}. Subject: {SUBJECTS[row.subject][1]}, {about}. "
        f"Judged by {row.service}."
    )


def portable(pattern: str) -> str:
    r"""A pattern in the words that every dialect knows: `\Z` is Python's alone."""
    return pattern.replace(r"\Z", "$")


def _dataschema(shape: type[Data]) -> str:
    return f"{shape.__name__}/{shape.class_version}"


def _sentence(shape: type[Any]) -> str:
    return " ".join((inspect.getdoc(shape) or "").split())


def _subject_pattern(row: EventType) -> str:
    path, round_ = portable(PATH_PATTERN), f"@{portable(ID_PATTERN)[1:-1]}"
    if row.subject == "e":
        return f"{path[:-1]}(?:{round_})?$"
    return f"{path[:-1]}{round_}$" if row.subject in "dr" else path


class _Emitted:
    """msgspec's schema of a shape, narrowed to what an emission may bring, in portable words."""

    def components(self, shape: type[Any]) -> dict[str, Schema]:
        """The shape and all that it holds, by name."""
        _, found = msgspec.json.schema_components([shape], ref_template=_REF)
        for name in self.left_out(shape):
            del found[shape.__name__]["properties"][name]
        kept = {name: self._object(schema) for name, schema in found.items()}
        used = str(kept)
        return {
            name: kept[name]
            for name in sorted(kept)
            if name == shape.__name__ or _REF.format(name=name) in used
        }

    def left_out(self, shape: type[Any]) -> tuple[str, ...]:
        """The fields that an emission may not carry."""
        return getattr(shape, "ADDED", ())

    def pattern(self, pattern: str) -> str:
        """What a text must match."""
        if pattern == NOT_BLANK:
            return _TEXT
        return portable(FIGURE_PATTERN if pattern == RECORDED_FIGURE_PATTERN else pattern)

    def choices(self, choices: list[Schema]) -> list[Schema]:
        """What may stand where several things may: here no commitment."""
        return [choice for choice in choices if choice.get("$ref") != _COMMITMENT]

    def _object(self, schema: Schema) -> Schema:
        walked = self._walk(schema)
        for name, field in walked.get("properties", {}).items():
            if name in FIELDS:
                walked["properties"][name] = {"title": in_both(FIELDS[name]), **field}
        return walked

    def _walk(self, node: Any) -> Any:
        if isinstance(node, list):
            return [self._walk(item) for item in node]
        if not isinstance(node, Mapping):
            return node
        walked = {key: self._walk(value) for key, value in node.items() if (key, value) != ("default", None)}
        if isinstance(found := walked.get("pattern"), str):
            walked["pattern"] = self.pattern(found)
            walked |= {"format": _FORMATS[found]} if found in _FORMATS else {}
        if isinstance(description := walked.get("description"), str):
            walked["description"] = " ".join(description.split())
        if isinstance(choices := walked.pop("anyOf", None), list):
            narrowed = self.choices(choices)
            walked |= narrowed[0] if len(narrowed) == 1 else {"anyOf": narrowed}
        return walked


class _Recorded(_Emitted):
    """The same, narrowed to what the record holds."""

    def left_out(self, shape: type[Any]) -> tuple[str, ...]:
        """The record holds every field."""
        return ()

    def pattern(self, pattern: str) -> str:
        """What a text must match; a figure may have been the largest integer."""
        return _TEXT if pattern == NOT_BLANK else portable(pattern)

    def choices(self, choices: list[Schema]) -> list[Schema]:
        """A commitment where one may stand, and figures as text."""
        if any(choice.get("$ref") == _COMMITMENT for choice in choices):
            return [choice for choice in choices if choice.get("type") != "string"]
        if any(choice.get("pattern") == portable(RECORDED_FIGURE_PATTERN) for choice in choices):
            return [choice for choice in choices if choice.get("type") != "integer"]
        return choices
