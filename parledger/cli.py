"""The command line. Commands are found by entry point: the client has `emit`, the platform the others."""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points, version

from shared.telemetry.switch import telemetry

GROUP = "parledger.commands"

_ORDER = ("serve", "demo", "root", "token", "rubric", "emit", "replay")
_TRACED = ("emit", "demo")
_INTERRUPTED = 130


class CommandError(Exception):
    """A command cannot do what was asked; the message says why, and what to do. `code` is its exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def _commands() -> list[EntryPoint]:
    """The installed commands, in the order in which somebody new needs them."""
    found = entry_points(group=GROUP)
    return sorted(found, key=lambda e: (_ORDER.index(e.name) if e.name in _ORDER else len(_ORDER), e.name))


def parser(named: str | None = None) -> argparse.ArgumentParser:
    """The parser of every installed command, or of the one `named`; each sets `run`: arguments to code."""
    top = argparse.ArgumentParser(
        prog="parledger", description="A ledger of public-administration-reform scores."
    )
    top.add_argument("--version", action="version", version=f"parledger {version('parledger')}")
    subparsers = top.add_subparsers(metavar="COMMAND", required=True, title="commands")
    commands = _commands()
    # A command that is named is loaded alone: the others may be slow to load.
    for command in [c for c in commands if c.name == named] or commands:
        add: Callable[[object], None] = command.load()
        add(subparsers)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. What a user can mend is said in a sentence, never in a traceback."""
    try:
        words = sys.argv[1:] if arguments is None else list(arguments)
        parsed = parser(words[0] if words else None).parse_args(words)
        with telemetry(words[0], os.environ if words[0] in _TRACED else {}):
            return int(parsed.run(parsed))
    except CommandError as error:
        print(f"parledger: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return _INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone; Python must not complain about it once more as it ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
