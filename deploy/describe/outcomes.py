"""The schema of an outcome: what an emission is answered. Source: contracts, "Outcomes"."""

from typing import Any

from deploy.describe.schemas import DIALECT, Schema, portable
from shared.codec.names import UUID_PATTERN
from shared.domain.problems import MOST_FAULTS, TITLES

OUTCOME = "outcome.schema.json"

_HEX = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_IN_BOTH = {
    "type": "object",
    "properties": {"vi": {"type": "string"}, "en": {"type": "string"}},
    "required": ["vi", "en"],
}


def outcome() -> Schema:
    """Recorded, a duplicate of what was recorded, or refused with a problem."""
    return {
        "$schema": DIALECT,
        "title": "Kết quả tiếp nhận (Outcome)",
        "description": "What an emission is answered, after the commit. May be told again; never differs.",
        "oneOf": [{"$ref": "#/$defs/Recorded"}, {"$ref": "#/$defs/Refused"}],
        "$defs": {"Recorded": _recorded(), "Refused": _refused(), "Problem": _problem()},
    }


def _recorded() -> Schema:
    named: dict[str, Any] = {
        "id": _id(),
        "status": {
            "enum": ["recorded", "duplicate"],
            "description": "recorded: Đã ghi nhận. duplicate: Đã ghi nhận trước đó, the fields as then.",
        },
        "root": {"type": "string"},
        "position": {"type": "integer", "minimum": 1, "description": "Its number in the root's ledger."},
        "stream": {"type": "string", "description": "The subject."},
        "version": {"type": "integer", "minimum": 1, "description": "Its number in the stream."},
        "recorded_at": {"type": "string", "format": "date-time"},
        "actor": {"type": "string", "pattern": "^[0-9a-f]{16}$"},
        "leaf_hash": {**_HEX, "description": "The event's leaf in the hash tree."},
        "salts": {
            "type": "object",
            "additionalProperties": {"type": "string", "pattern": "^[0-9a-f]+$"},
            "description": "By field: opens the commitment to the free text, SHA-256(salt ‖ text).",
        },
    }
    title = "Đã ghi nhận (Recorded)"
    return {"title": title, "type": "object", "properties": named, "required": list(named)}


def _refused() -> Schema:
    named: dict[str, Any] = {
        "id": {"anyOf": [_id(), {"type": "null"}], "description": "null where it could not be read."},
        "status": {"const": "refused"},
        "problem": {"$ref": "#/$defs/Problem"},
    }
    title = "Không tiếp nhận (Refused)"
    return {"title": title, "type": "object", "properties": named, "required": list(named)}


def _problem() -> Schema:
    types = [{"const": name, "title": f"{vi} ({en})"} for name, (vi, en) in TITLES.items()]
    fault = {
        "type": "object",
        "properties": {"pointer": {"type": "string"}, "vi": {"type": "string"}, "en": {"type": "string"}},
        "required": ["pointer", "vi", "en"],
    }
    return {
        "title": "Lý do không tiếp nhận (Problem)",
        "description": "The first fault, in the order of the types.",
        "type": "object",
        "properties": {
            "type": {"oneOf": types},
            "title": _IN_BOTH,
            "detail": {**_IN_BOTH, "description": "What to do."},
            "pointer": {
                "type": "string",
                "description": "Where: a JSON pointer into the emission (RFC 6901).",
            },
            "faults": {"type": "array", "items": fault, "minItems": 2, "maxItems": MOST_FAULTS},
        },
        "required": ["type", "title", "detail", "pointer"],
    }


def _id() -> Schema:
    return {"type": "string", "pattern": portable(UUID_PATTERN), "format": "uuid"}
