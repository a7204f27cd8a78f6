"""The AsyncAPI 3.0 document: where a tenant emits, and where it hears. From the tables of the code."""

from typing import Any

import yaml

from deploy.describe.labels import TYPES, in_both
from deploy.describe.outcomes import OUTCOME
from deploy.describe.schemas import file_of, who
from shared.broker.subjects import (
    as_token,
    emit_subject,
    malformed_subject,
    outcome_subject,
    recorded_subject,
)
from shared.codec.catalogue import CATALOGUE

Node = dict[str, Any]

FORMAT = "application/schema+json;version=2020-12"
_TENANT, _ID = "qt/dong-ha", "0199c0de-7f3a-7c21-9d44-0a1b2c3d4e5f"

_INFO = """\
A unit's system emits CloudEvents over NATS and is answered by outcomes; a root's auditors hear what was
recorded. Written from the tenant's side: it *sends* emissions, it *receives* outcomes and recorded events.

**Emit.** Connect with the JWT as `auth_token` and the inbox prefix `_INBOX_<root>[_<rest joined by _>]`,
subscribe to your outcomes, publish to JetStream (without `Nats-Msg-Id`) on the channel of the event's type,
and keep the emission until its outcome is there: send it again with the same id. A PubAck promises nothing,
the outcome does. (`source`, `id`) is judged once; answers may repeat, never differ. At most 64 KiB, a
rubric 256 KiB.

**Order.** One source's emissions that one service judges are judged in the order sent (each channel says
which); across services, wait for the outcome."""

_AS = """\
As whom, vouched for by the server: the token's roles, sorted (a council limited to areas as `council:3:7`),
joined by `+`, then `~` and the first 16 hex digits of SHA-256(iss ‖ 0x00 ‖ sub). A tenant may publish under
its own and no other. `parledger token --show` prints it, the client computes it."""

_PARAMETERS: Node = {
    "root": {"description": "The first token of the tenant's path.", "examples": ["qt"]},
    "as": {"description": _AS, "examples": [as_token(["filer"], [], "https://issuer.example", "someone")]},
    "rest": {
        "description": "The other tokens of the path, one subject token each; a root has none, and then the "
        "point before them is left out.",
        "examples": ["dong-ha", "dong-ha.phuong-1"],
    },
    "id": {"description": "The emission's id.", "examples": [_ID]},
    "digest": {"description": "The SHA-256 of the bytes that were sent, in hex."},
    "type": {"description": "The event's type.", "enum": sorted(CATALOGUE)},
}


def asyncapi() -> str:
    """The document, YAML."""
    document: Node = {
        "asyncapi": "3.0.0",
        "info": {
            "title": "parledger",
            "version": "1.0.0",
            "description": _INFO,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"nats": _server()},
        "channels": {**{f"emit.{name}": _emit_channel(name) for name in CATALOGUE}, **_other_channels()},
        "operations": {
            **{f"emit.{name}": _emit_operation(name) for name in CATALOGUE},
            **_other_operations(),
        },
        "components": {
            "messages": _messages(),
            "securitySchemes": {"token": _token()},
            "parameters": _PARAMETERS,
        },
    }
    return yaml.dump(document, Dumper=_Pages, sort_keys=False, allow_unicode=True, width=110)


class _Pages(yaml.SafeDumper):
    """Writes long texts as blocks, and nothing by reference."""

    def ignore_aliases(self, data: Any) -> bool:
        """Say everything where it stands."""
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Pages.add_representer(str, _text)


def _server() -> Node:
    return {
        "host": "{host}:{port}",
        "protocol": "nats",
        "description": "JetStream feeds, one a root: `EMIT_<ROOT>`.",
        "variables": {"host": {"default": "127.0.0.1"}, "port": {"default": "4222"}},
        "security": [{"$ref": "#/components/securitySchemes/token"}],
    }


def _token() -> Node:
    return {
        "type": "apiKey",
        "in": "password",
        "description": "A JWT, given as `auth_token` when connecting. Claims: `iss`, `sub`, `exp`, `tenant` "
        "(a path), `roles`, `areas?` (limits a council role to these). The connection ends when it expires.",
    }


def _emit_channel(name: str) -> Node:
    return {
        "title": in_both(TYPES[name]),
        "address": f"par.emit.{{root}}.{name}.{{as}}.{{rest}}",
        "description": f"{who(CATALOGUE[name])} Such as `{_example(name)}`.",
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "parameters": _parameters("root", "as", "rest"),
    }


def _example(name: str) -> str:
    row = CATALOGUE[name]
    return emit_subject(_TENANT, name, as_token([min(row.roles)], [], "https://issuer.example", "someone"))


def _other_channels() -> Node:
    answers = {
        name: {"$ref": f"#/components/messages/{name}"} for name in ("outcomeRecorded", "outcomeRefused")
    }
    refused = {"outcomeRefused": answers["outcomeRefused"]}
    return {
        "outcome": {
            "title": "Kết quả tiếp nhận (Outcomes)",
            "address": "par.outcome.{root}.{rest}.{id}",
            "description": "A tenant hears its own and those of the units below it. "
            f"Such as `{outcome_subject(_TENANT, _ID)}`.",
            "messages": answers,
            "parameters": _parameters("root", "rest", "id"),
        },
        "malformed": {
            "title": "Kết quả của bản gửi không có mã dùng được (Outcomes without a usable id)",
            "address": "par.outcome.{root}.{rest}.malformed.{digest}",
            "description": f"Such as `{malformed_subject(_TENANT, b'')}`.",
            "messages": refused,
            "parameters": _parameters("root", "rest", "digest"),
        },
        "recorded": {
            "title": "Sự kiện đã ghi nhận (Recorded events)",
            "address": "par.recorded.{root}.{type}.{rest}",
            "description": "For a root's auditors. In order and without a gap per root; kept 30 days in the "
            "feed `RECORDED`. `rest` is that of the subject's path. "
            f"Such as `{recorded_subject('qt', 'SubmissionFiled', _TENANT)}`.",
            "messages": {f"{n}Recorded": {"$ref": f"#/components/messages/{n}Recorded"} for n in CATALOGUE},
            "parameters": _parameters("root", "type", "rest"),
        },
    }


def _parameters(*names: str) -> Node:
    return {name: {"$ref": f"#/components/parameters/{name}"} for name in names}


def _emit_operation(name: str) -> Node:
    answers = [f"#/channels/outcome/messages/{answer}" for answer in ("outcomeRecorded", "outcomeRefused")]
    return {
        "action": "send",
        "title": in_both(TYPES[name]),
        "channel": {"$ref": f"#/channels/emit.{name}"},
        "messages": [{"$ref": f"#/channels/emit.{name}/messages/{name}"}],
        "reply": {
            "channel": {"$ref": "#/channels/outcome"},
            "messages": [{"$ref": answer} for answer in answers],
        },
    }


def _other_operations() -> Node:
    return {
        f"hear.{channel}": {"action": "receive", "channel": {"$ref": f"#/channels/{channel}"}}
        for channel in ("outcome", "malformed", "recorded")
    }


def _messages() -> Node:
    found: Node = {}
    for name in CATALOGUE:
        found[name] = _message(name, in_both(TYPES[name]), file_of(name))
        title = f"{in_both(TYPES[name])}, đã ghi nhận (recorded)"
        found[f"{name}Recorded"] = _message(f"{name}Recorded", title, file_of(name, recorded=True))
    for answer, title in (("Recorded", "Đã ghi nhận (Recorded)"), ("Refused", "Không tiếp nhận (Refused)")):
        found[f"outcome{answer}"] = _message(f"outcome{answer}", title, f"{OUTCOME}#/$defs/{answer}")
    return found


def _message(name: str, title: str, schema: str) -> Node:
    return {
        "name": name,
        "title": title,
        "contentType": "application/json",
        "payload": {"schemaFormat": FORMAT, "schema": {"$ref": f"./events/{schema}"}},
    }
