"""Validators of the published schemas, read from docs/ as somebody outside would read them."""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry
from referencing.jsonschema import DRAFT202012

DOCS = Path(__file__).parents[3] / "docs"
EVENTS = DOCS / "events"


def _pattern(_: Any, pattern: str, instance: Any, __: Any) -> Iterator[ValidationError]:
    """`$` is the end, as in ECMA 262, whose patterns these are; Python's matches before a line feed too."""
    if isinstance(instance, str) and not re.search(pattern.replace("$", r"\Z"), instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


SchemaValidator = extend(Draft202012Validator, {"pattern": _pattern})


def read(name: str) -> dict[str, Any]:
    """A schema by the name of its file."""
    return json.loads((EVENTS / name).read_text("utf-8"))


@cache
def registry() -> Registry[Any]:
    """All schemas, by the names by which they refer to each other."""
    names = [path.name for path in EVENTS.glob("*.schema.json")]
    return Registry().with_resources((name, DRAFT202012.create_resource(_bare(name))) for name in names)


def _bare(name: str) -> dict[str, Any]:
    """Without its dialect, which would call up the library's own validator."""
    return {key: value for key, value in read(name).items() if key != "$schema"}


@cache
def validator(reference: str) -> Any:
    """The validator of a file, or of a part of it: `outcome.schema.json#/$defs/Refused`."""
    return SchemaValidator({"$ref": reference}, registry=registry())
