"""`parledger audit export` and `parledger audit key`: what the operator hands to whoever checks."""

import argparse
import asyncio
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deploy.local.stack import Servers
    from shared.log.folder import LogFolder

_COVERED_WITHIN = 3.0
_POLL = 0.1


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    from deploy.local.commands import add_data_option
    from deploy.local.root import root_name

    parser: argparse.ArgumentParser = subparsers.add_parser("audit", help="hand out what proves a dossier")
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    export = actions.add_parser(
        "export",
        help="everything that decides a dossier, in one file",
        description="Writes one file with everything that decides a dossier: `parledger verify` checks it, "
        "offline. Works while `serve` runs, and when not.",
    )
    export.add_argument("--unit", required=True, metavar="PATH", help="the unit, such as qt/dong-ha")
    export.add_argument("--round", required=True, metavar="R", help="the round, such as 2023")
    export.add_argument("-o", dest="file", required=True, type=Path, metavar="FILE", help="the file to write")
    export.add_argument("--with-texts", action="store_true", help="with the free texts of its events")
    export.add_argument(
        "--checkpoint",
        type=Path,
        metavar="NOTE",
        help="as of a checkpoint that a witness has cosigned (default: the latest, not cosigned)",
    )
    add_data_option(export, made=False)
    export.set_defaults(run=run_export)
    key = actions.add_parser("key", help="print the public key of a root's log, alone on the last line")
    key.add_argument("--root", required=True, type=root_name, metavar="ROOT", help="the root, such as qt")
    add_data_option(key, made=False)
    key.set_defaults(run=run_key)


def run_export(arguments: argparse.Namespace) -> int:
    """Write the file; the exit code."""
    from deploy.local.commands import errors_as_sentences, require_folder, until_told
    from parledger.cli import CommandError
    from shared.codec.names import is_path

    if not is_path(arguments.unit):
        raise CommandError(f"{arguments.unit!r} is no unit: a path such as qt/dong-ha")
    require_folder(arguments.data)
    with errors_as_sentences(arguments.data):
        return asyncio.run(until_told(_export(arguments)))


def run_key(arguments: argparse.Namespace) -> int:
    """Print the key; the exit code."""
    from deploy.local.commands import errors_as_sentences, require_folder
    from deploy.local.folder import open_folder
    from deploy.local.keys import Keys
    from parledger.cli import CommandError

    root = arguments.root
    require_folder(arguments.data)
    with errors_as_sentences(arguments.data):
        keys = Keys(open_folder(arguments.data))
        if not keys.has_log_key(root):
            raise CommandError(f"the root {root} has no log here: `parledger root add {root}` prepares it")
        print(keys.log_key(root).verifier())
    return 0


async def _export(arguments: argparse.Namespace) -> int:
    from deploy.audit.keys import read_file
    from deploy.local.commands import say
    from deploy.local.keys import SUPERUSER
    from deploy.local.stack import joined_servers
    from parledger.cli import CommandError
    from shared.audit.collect import collect
    from shared.audit.fault import AuditFault
    from shared.audit.file import write
    from shared.codec.names import root_of
    from shared.ledger.pool import open_connection
    from shared.log.folder import LogFolder

    root = root_of(arguments.unit)
    async with joined_servers(arguments.data, report=say) as servers:
        log = LogFolder(servers.folder.public_log / root)
        role = SUPERUSER if arguments.with_texts else "parledger_scoring"
        connection = await open_connection(
            servers.dsn(role), "audit", settings={"default_transaction_read_only": "on"}
        )
        try:
            if arguments.checkpoint:
                checkpoint = read_file(arguments.checkpoint, "a checkpoint")
            else:
                checkpoint = await _covering(servers, connection, log, root)
            key = servers.keys.log_key(root).verifier()
            dossier = (arguments.unit, arguments.round)
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                content = await collect(
                    connection, log, key, dossier, checkpoint, with_texts=arguments.with_texts
                )
        except AuditFault as error:
            raise CommandError(str(error)) from error
        finally:
            await connection.close()
    _write(arguments.file, write(content))
    say(f"{len(content.events)} events are in {arguments.file}; its log's public key is {content.key}")
    return 0


async def _covering(servers: "Servers", connection: Any, log: "LogFolder", root: str) -> bytes:
    """A checkpoint that covers what is recorded by now: the relay's, or made here where none is at work."""
    from deploy.local.commands import say
    from parledger.cli import CommandError

    head = await connection.fetchval("SELECT position FROM ledger.head WHERE root = $1", root)
    if not head:
        raise CommandError(f"nothing is recorded in the root {root}: `parledger root add {root}` prepares it")
    deadline = time.monotonic() + _COVERED_WITHIN
    while True:
        size = _size(log)
        if size >= head or time.monotonic() > deadline:
            break
        await asyncio.sleep(_POLL)
    if size < head:
        await _extend(servers)
        size = _size(log)
    checkpoint = log.checkpoint()
    if checkpoint is None:
        raise CommandError(f"the root {root} has no public log yet: start `parledger serve`, and see its log")
    if size < head:
        say(f"the log covers {size} of {head} positions: the export is as of position {size}")
    return checkpoint


def _size(log: "LogFolder") -> int:
    from shared.log.checkpoint import parse_checkpoint
    from shared.log.note import parse_note

    raw = log.checkpoint()
    return 0 if raw is None else parse_checkpoint(parse_note(raw).text).size


async def _extend(servers: "Servers") -> None:
    """No relay is at work, or it is late: let the logs grow from here. Two at once do no harm."""
    from services.relay.log import LogMaker
    from shared.ledger.pool import open_pool

    pool = await open_pool(servers.dsn("parledger_relay"), "audit", most=1)
    try:
        maker = LogMaker(pool, servers.folder.public_log, servers.keys.log_keys())
        while await maker.extend_all():
            pass
    finally:
        await pool.close()


def _write(path: Path, content: bytes) -> None:
    from parledger.cli import CommandError

    try:
        path.write_bytes(content)
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error
