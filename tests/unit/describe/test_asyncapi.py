"""docs/asyncapi.yaml is an AsyncAPI 3.0 document, and its addresses are the subjects that the code uses.

`asyncapi-3.0.0.schema.json` is the published JSON Schema of AsyncAPI, as the npm package `@asyncapi/specs`
has it. It does not follow references; that they lead somewhere is looked at here.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from shared.broker.subjects import (
    as_token,
    emit_any_type,
    emit_subject,
    malformed_subject,
    outcome_subject,
    recorded_subject,
)
from shared.codec.catalogue import CATALOGUE
from tests.unit.describe.validators import DOCS, registry

DOCUMENT: dict[str, Any] = yaml.safe_load((DOCS / "asyncapi.yaml").read_text("utf-8"))
AS = as_token(["filer"], [], "issuer", "someone")
ID = "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f"


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from references(value)
    elif isinstance(node, list):
        for item in node:
            yield from references(item)


def address(channel: str, tenant: str, **values: str) -> str:
    """A channel's address for a tenant, as its parameters say."""
    root, _, rest = tenant.partition("/")
    filled: str = DOCUMENT["channels"][channel]["address"]
    filled = filled.replace("{rest}", rest.replace("/", ".")) if rest else filled.replace(".{rest}", "")
    for name, value in {"root": root, **values}.items():
        filled = filled.replace(f"{{{name}}}", value)
    return filled


def test_it_fits_the_published_schema() -> None:
    published = json.loads((Path(__file__).parent / "asyncapi-3.0.0.schema.json").read_text("utf-8"))
    errors = [
        f"{error.json_path}: {error.message[:200]}"
        for error in Draft7Validator(published).iter_errors(DOCUMENT)
    ]
    assert not errors


def test_every_reference_leads_somewhere() -> None:
    for reference in set(references(DOCUMENT)):
        file, _, pointer = reference.partition("#")
        if file:
            assert file.startswith("./events/")
            registry().resolver().lookup(reference.removeprefix("./events/"))
            continue
        node: Any = DOCUMENT
        for step in pointer.split("/")[1:]:
            node = node[step]


def test_every_parameter_of_an_address_is_explained() -> None:
    for name, channel in DOCUMENT["channels"].items():
        named = set(re.findall(r"\{(\w+)\}", channel["address"]))
        assert named == set(channel["parameters"]), name
        assert all(DOCUMENT["components"]["parameters"][parameter]["description"] for parameter in named)
    assert "SHA-256(iss ‖ 0x00 ‖ sub)" in DOCUMENT["components"]["parameters"]["as"]["description"]


@pytest.mark.parametrize("tenant", ["qt", "qt/dong-ha", "qt/dong-ha/phuong-1"])
def test_addresses_are_the_subjects_of_the_code(tenant: str) -> None:
    for name in CATALOGUE:
        assert address(f"emit.{name}", tenant, **{"as": AS}) == emit_subject(tenant, name, AS)
        assert address("recorded", tenant, type=name) == recorded_subject("qt", name, tenant)
    assert address("outcome", tenant, id=ID) == outcome_subject(tenant, ID)
    digest = malformed_subject(tenant, b"bytes").rpartition(".")[2]
    assert address("malformed", tenant, digest=digest) == malformed_subject(tenant, b"bytes")
    assert emit_any_type(tenant, AS) == address("emit.SubmissionFiled", tenant, **{"as": AS}).replace(
        "SubmissionFiled", "*"
    )


def test_every_type_can_be_sent_is_answered_and_is_told_of() -> None:
    for name in CATALOGUE:
        operation = DOCUMENT["operations"][f"emit.{name}"]
        assert operation["action"] == "send"
        assert operation["reply"]["channel"] == {"$ref": "#/channels/outcome"}
        assert f"{name}Recorded" in DOCUMENT["channels"]["recorded"]["messages"]
    assert DOCUMENT["servers"]["nats"]["security"] == [{"$ref": "#/components/securitySchemes/token"}]
