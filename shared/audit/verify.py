"""The check of an export: with nothing but the file, and the keys that whoever checks trusts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from shared.audit.fault import AuditFault
from shared.audit.file import Content, ExportedEvent, read
from shared.audit.reach import streams_of
from shared.audit.replay import Replayed, replay
from shared.codec.envelope import moment_of
from shared.codec.hashes import commitment, entry, leaf_hash
from shared.codec.names import root_of
from shared.codec.shapes import Commitment
from shared.domain.events import Recorded
from shared.ledger.records import recorded
from shared.log.checkpoint import Checkpoint, opened, parse_hash
from shared.log.merkle import proves_inclusion
from shared.log.note import NoteError, VerifierKey

_LATEST_US = timedelta(days=365 * 8000) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an export proves: the dossier, replayed, as of a head of the log that was signed with `key`."""

    content: Content
    key: VerifierKey
    head: Checkpoint
    replayed: Replayed


def verify(raw: bytes, key: VerifierKey | None = None, witnesses: Iterable[VerifierKey] = ()) -> Verdict:
    """Check everything that a file says. Raises AuditFault at the first thing that does not hold.

    Without a `key` the file's own is taken: that proves that nothing was changed since, not who signed.
    """
    content = read(raw)
    try:
        trusted = key or VerifierKey.parse(content.key)
        head = opened(content.checkpoint.encode(), trusted, witnesses)
    except NoteError as error:
        raise AuditFault(str(error)) from error
    if root_of(content.unit) != content.root:
        raise AuditFault(f"{content.unit} is no unit of {content.root}")
    _check_order(content.events, head)
    events = [_checked(event, content, head) for event in content.events]
    _check_versions(content, events)
    replayed = replay(content.root, content.unit, content.round, events)
    _check_streams(content, replayed)
    return Verdict(content, trusted, head, replayed)


def _check_order(events: Sequence[ExportedEvent], head: Checkpoint) -> None:
    last = 0
    for event in events:
        if event.position <= last:
            raise AuditFault(f"position {event.position} comes after position {last}: the order was changed")
        last = event.position
    if last > head.size:
        raise AuditFault(f"position {last} is not covered by the checkpoint, which is of {head.size}")


def _checked(event: ExportedEvent, content: Content, head: Checkpoint) -> Recorded:
    """The event, which is in the log just so."""
    if not 0 <= event.recorded_us < _LATEST_US:
        raise AuditFault(f"position {event.position}: its time is none")
    leaf = leaf_hash(entry(event.body.encode(), event.recorded_us))
    try:
        path = [parse_hash(text) for text in event.path]
    except NoteError as error:
        raise AuditFault(f"position {event.position}: {error}") from error
    if not proves_inclusion(leaf, event.position - 1, head.size, path, head.root):
        raise AuditFault(
            f"position {event.position} is not in the log like this: "
            "its body, its time or its proof was changed"
        )
    try:
        known = recorded(
            content.root, event.position, moment_of(event.recorded_us), event.body.encode(), _salts(event)
        )
    except (msgspec.MsgspecError, LookupError) as error:
        raise AuditFault(f"position {event.position} cannot be read by this parledger: {error}") from error
    if root_of(known.stream.partition("@")[0]) != content.root:
        raise AuditFault(f"position {event.position} is of another root: {known.stream}")
    _check_texts(event, known)
    return known


def _salts(event: ExportedEvent) -> dict[str, bytes]:
    try:
        return {said.field: bytes.fromhex(said.salt) for said in event.texts or ()}
    except ValueError:
        raise AuditFault(f"position {event.position}: a salt is not in hexadecimal digits") from None


def _check_texts(event: ExportedEvent, known: Recorded) -> None:
    for said in event.texts or ():
        committed = getattr(known.data, said.field, None) if said.field in known.data.TEXTS else None
        given = commitment(known.salts[said.field], said.text)
        if not isinstance(committed, Commitment) or committed.sha256 != given:
            raise AuditFault(f"position {event.position}: {said.field} is not the text that was recorded")


def _check_versions(content: Content, events: Sequence[Recorded]) -> None:
    last = dict.fromkeys(content.streams, 0)
    for event in events:
        if event.stream not in last:
            raise AuditFault(f"position {event.position} is of {event.stream}, which does not belong here")
        if event.version != last[event.stream] + 1:
            raise AuditFault(
                f"an event of {event.stream} is missing: "
                f"version {event.version}, at position {event.position}, follows on {last[event.stream]}"
            )
        last[event.stream] = event.version
    for stream, version in content.streams.items():
        if last[stream] != version:
            raise AuditFault(
                f"an event of {stream} is missing: it has {version} events, and the file {last[stream]}"
            )


def _check_streams(content: Content, replayed: Replayed) -> None:
    needed = streams_of(replayed.root, content.unit, content.round)
    if missing := sorted(needed - content.streams.keys()):
        raise AuditFault(f"the stream {missing[0]} is missing, and the dossier rests on it")
    if added := sorted(content.streams.keys() - needed):
        raise AuditFault(f"the stream {added[0]} does not belong here: the dossier does not rest on it")
