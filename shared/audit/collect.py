"""Making an export: from the ledger and the public log of a root."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from asyncpg import Record
from msgspec import UNSET

from shared.audit.fault import AuditFault
from shared.audit.file import Content, ExportedEvent, SaidText
from shared.audit.reach import streams_of
from shared.codec.envelope import microseconds
from shared.codec.names import root_of
from shared.domain.root import Root
from shared.ledger.pool import Connection
from shared.ledger.statements import load
from shared.ledger.tail import catch_up
from shared.log.checkpoint import hash_text, opened
from shared.log.folder import LogFolder
from shared.log.merkle import Node, inclusion_path, root_hash
from shared.log.note import NoteError, VerifierKey

_SQL = load("shared.audit", "audit.sql")


async def collect(
    connection: Connection,
    log: LogFolder,
    key: VerifierKey,
    dossier: tuple[str, str],
    checkpoint: bytes,
    *,
    with_texts: bool = False,
) -> Content:
    """What decides a dossier (unit, round id), as of a checkpoint of its root's log.

    Raises AuditFault: there is no such dossier then, or the log is not the one that the checkpoint is of.
    """
    unit, round_id = dossier
    try:
        head = opened(checkpoint, key)
        node = log.tree(head.size).node
        if root_hash(head.size, node) != head.root:
            raise AuditFault(
                f"the log was rewritten: it is not the one whose first {head.size} positions "
                "the checkpoint is of"
            )
    except NoteError as error:
        raise AuditFault(str(error)) from error
    state = Root(root_of(unit))
    await catch_up(connection, state, until=head.size)
    streams = streams_of(state, unit, round_id)
    if not streams:
        raise AuditFault(f"{unit} has no dossier in a round {round_id} up to position {head.size}")
    rows = await connection.fetch(_SQL["streams"], state.name, sorted(streams), head.size)
    texts = await _texts(connection, state.name, [row["position"] for row in rows]) if with_texts else None
    return Content(
        root=state.name,
        unit=unit,
        round=round_id,
        key=str(key),
        checkpoint=checkpoint.decode(),
        streams={stream: state.versions.get(stream, 0) for stream in streams},
        events=[_exported(row, head.size, node, texts) for row in rows],
    )


def _exported(
    row: Record, size: int, node: Node, texts: Mapping[int, Sequence[SaidText]] | None
) -> ExportedEvent:
    return ExportedEvent(
        position=row["position"],
        recorded_us=microseconds(row["recorded_at"]),
        body=row["body"].decode(),
        path=[hash_text(hash_) for hash_ in inclusion_path(row["position"] - 1, size, node)],
        texts=UNSET if texts is None else list(texts.get(row["position"], ())),
    )


async def _texts(
    connection: Connection, root: str, positions: Sequence[int]
) -> Mapping[int, Sequence[SaidText]]:
    found: dict[int, list[SaidText]] = defaultdict(list)
    for row in await connection.fetch(_SQL["texts"], root, positions):
        found[row["position"]].append(SaidText(row["field"], row["salt"].hex(), row["text"]))
    return found
