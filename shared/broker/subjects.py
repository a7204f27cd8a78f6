"""Every NATS name of parledger: subjects, inbox prefixes, feeds and durables.

Pure, standard library alone.

A tenant's subjects end in its path below the root, one token each: `qt/dong-ha` emits on
`par.emit.qt.<Type>.<as>.dong-ha`. `<as>` says as whom: roles sorted and joined by `+` (a council limited to
areas as `council:3:7`), then `~` and the actor. It stands in the subject because the server vouches for a
subject: a sender may publish on its own `<as>` and no other.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise

RECORDED = "RECORDED"
INGEST = "ingest"
APPRAISAL = "appraisal"
SCORING = "scoring"
WAKES = "par.wake.*"
RECORDED_ANYWHERE = "par.recorded.>"
AUTH_CALLOUT = "$SYS.REQ.USER.AUTH"

_MOST_TOKENS_OF_A_PATH = 6

_PATH_TOKEN = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")
_TYPE = re.compile(r"[A-Za-z][A-Za-z0-9]{0,63}")
_ROLE = re.compile(r"[a-z]{1,32}")
_AREA = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_ACTOR = re.compile(r"[0-9a-f]{16}")
_TOKEN = re.compile(r"[^\s.*>\x00-\x1f\x7f]+")
_LIMITED_TO_AREAS = "council"


@dataclass(frozen=True, slots=True)
class As:
    """What an `<as>` token says.

    `roles`, the `areas` its council is limited to (none: all), and the `actor`.
    """

    roles: frozenset[str]
    areas: frozenset[str]
    actor: str


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sent on an emit subject, as the server vouches for it.

    `type` is the sender's word: it may be unknown.
    """

    tenant: str
    root: str
    type: str
    roles: frozenset[str]
    areas: frozenset[str]
    actor: str


def split_path(path: str) -> list[str]:
    """The tokens of a path, the root first. ValueError if it is none (contracts: names and numbers)."""
    tokens = path.split("/")
    if len(tokens) > _MOST_TOKENS_OF_A_PATH or not all(_PATH_TOKEN.fullmatch(token) for token in tokens):
        raise ValueError(f"not a path: {path!r}")
    return tokens


def actor_of(iss: str, sub: str) -> str:
    """The pseudonym of a person or system: the first 16 hex digits of SHA-256(iss NUL sub)."""
    return sha256(f"{iss}\0{sub}".encode()).hexdigest()[:16]


def as_token(roles: Iterable[str], areas: Iterable[str], iss: str, sub: str) -> str:
    """The `<as>` of a caller: `council:3:7+head~9f3c0a1b2c3d4e5f`.

    Without a council role `areas` limit nothing.
    """
    granted = sorted(set(roles))
    limits = sorted(set(areas))
    if not granted or not all(_ROLE.fullmatch(role) for role in granted):
        raise ValueError(f"not roles: {granted!r}")
    if not all(_AREA.fullmatch(area) for area in limits):
        raise ValueError(f"not area codes: {limits!r}")
    named = (":".join([role, *limits]) if role == _LIMITED_TO_AREAS else role for role in granted)
    return f"{'+'.join(named)}~{actor_of(iss, sub)}"


def parse_as(token: str) -> As:
    """Reads an `<as>` token; ValueError unless it is written exactly as `as_token` writes it."""
    head, tilde, actor = token.partition("~")
    if not tilde or not _ACTOR.fullmatch(actor):
        raise ValueError(f"not an <as> token: {token!r}")
    roles: list[str] = []
    areas: list[str] = []
    for part in head.split("+"):
        role, *limits = part.split(":")
        if not _ROLE.fullmatch(role) or (limits and role != _LIMITED_TO_AREAS):
            raise ValueError(f"not an <as> token: {token!r}")
        roles.append(role)
        areas.extend(limits)
    if not all(_AREA.fullmatch(area) for area in areas) or not _rising(roles) or not _rising(areas):
        raise ValueError(f"not an <as> token: {token!r}")
    return As(frozenset(roles), frozenset(areas), actor)


def emit_subject(tenant: str, type_: str, as_: str) -> str:
    """Where a tenant emits: `par.emit.qt.SubmissionFiled.filer~9f3c0a1b2c3d4e5f.dong-ha`."""
    root, *rest = split_path(tenant)
    parse_as(as_)
    return ".".join(["par", "emit", root, _safe_type(type_), as_, *rest])


def type_token(type_: object) -> str:
    """The `<Type>` token to emit an envelope of this `type` under.

    Itself where it is a safe token, else `Unknown`.
    """
    return type_ if isinstance(type_, str) and _TYPE.fullmatch(type_) else "Unknown"


def emit_any_type(tenant: str, as_: str) -> str:
    """All that a tenant may publish on, a pattern: `par.emit.qt.*.filer~9f3c0a1b2c3d4e5f.dong-ha`."""
    root, *rest = split_path(tenant)
    parse_as(as_)
    return ".".join(["par", "emit", root, "*", as_, *rest])


def parse_emit_subject(subject: str) -> Sender:
    """Who sent it.

    ValueError if it is no emit subject; the type may be any token, for a tenant chooses it.
    """
    tokens = subject.split(".")
    if tokens[:2] != ["par", "emit"] or len(tokens) < 5 or not tokens[3]:
        raise ValueError(f"not an emit subject: {subject!r}")
    root, type_, as_, *rest = tokens[2:]
    said = parse_as(as_)
    tenant = "/".join(split_path("/".join([root, *rest])))
    return Sender(tenant, root, type_, said.roles, said.areas, said.actor)


def emits_of(root: str) -> str:
    """Everything that is emitted in a root, a pattern: `par.emit.qt.>`."""
    return f"par.emit.{_root(root)}.>"


def emits_of_type(root: str, type_: str) -> str:
    """Everything of one type that is emitted in a root, a pattern: `par.emit.qt.ScoreAppraised.>`."""
    return f"par.emit.{_root(root)}.{_safe_type(type_)}.>"


def outcome_subject(tenant: str, id_: str) -> str:
    """Where the outcome of the emission `id_` is told: `par.outcome.qt.dong-ha.0199c0de-…`."""
    if not _TOKEN.fullmatch(id_):
        raise ValueError(f"not an id: {id_!r}")
    return ".".join(["par", "outcome", *split_path(tenant), id_])


def malformed_subject(tenant: str, raw: bytes) -> str:
    """Where the outcome of an emission without a usable id is told: by the SHA-256 of the bytes sent."""
    return ".".join(["par", "outcome", *split_path(tenant), "malformed", sha256(raw).hexdigest()])


def outcomes_of(tenant: str) -> str:
    """A tenant's outcomes, a pattern: `par.outcome.qt.dong-ha.>`. A unit hears its own and those below it."""
    return ".".join(["par", "outcome", *split_path(tenant), ">"])


def inbox_prefix(tenant: str) -> str:
    """The prefix of a tenant's inboxes: `_INBOX_qt_dong-ha`.

    One for each tenant, as a path holds no underscore.
    """
    return "_".join(["_INBOX", *split_path(tenant)])


def recorded_subject(root: str, type_: str, path: str) -> str:
    """Where a recorded event is told: `par.recorded.qt.SubmissionFiled.dong-ha`; `path` is its subject's."""
    first, *rest = split_path(path)
    if first != _root(root):
        raise ValueError(f"{path!r} is not in the root {root!r}")
    return ".".join(["par", "recorded", root, _safe_type(type_), *rest])


def recorded_of(root: str) -> str:
    """Every recorded event of a root, a pattern: `par.recorded.qt.>`."""
    return f"par.recorded.{_root(root)}.>"


def emit_stream(root: str) -> str:
    """The feed of a root's emissions: `EMIT_QT`. Distinct for each root, as a root is all lower case."""
    return f"EMIT_{_root(root).upper()}"


def wake_subject(root: str) -> str:
    """Where the write services hint, after a commit, that a root's ledger grew.

    It may get lost; readers poll too.
    """
    return f"par.wake.{_root(root)}"


def root_of_wake(subject: str) -> str:
    """Whose ledger grew, by the subject of a hint."""
    return subject.rpartition(".")[2]


def service_inbox_prefix(user: str) -> str:
    """The prefix of a service's inboxes: `_INBOX.ingest`, under a token that no tenant's prefix equals."""
    return f"_INBOX.{user}"


def _root(root: str) -> str:
    if not _PATH_TOKEN.fullmatch(root):
        raise ValueError(f"not a root: {root!r}")
    return root


def _safe_type(type_: str) -> str:
    if not _TYPE.fullmatch(type_):
        raise ValueError(f"not a type: {type_!r}")
    return type_


def _rising(values: list[str]) -> bool:
    return all(a < b for a, b in pairwise(values))
