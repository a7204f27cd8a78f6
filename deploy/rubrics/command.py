"""The parsers of `parledger rubric` and what they run."""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

from parledger.cli import CommandError
from shared.codec.envelope import MAX_RUBRIC_BYTES
from shared.codec.names import ID_PATTERN, is_path
from shared.codec.numbers import text_of


def add(subparsers: Any) -> None:
    """Add the command to the parsers of `parledger`."""
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "rubric",
        help="check, compare, copy and send rubrics",
        description="Works on files; nothing need run.",
    )
    actions = parser.add_subparsers(metavar="ACTION", required=True)
    for add_action in (_add_check, _add_diff, _add_copy, _add_emission):
        add_action(actions)


def _add_check(actions: Any) -> None:
    action = actions.add_parser(
        "check",
        help="print every fault of a rubric, with its line",
        description="Prints every fault with its line. Exit code 1 if there is any.",
    )
    action.add_argument("file", type=Path, metavar="FILE")
    action.set_defaults(run=check)


def _add_diff(actions: Any) -> None:
    action = actions.add_parser(
        "diff",
        help="print what changed between two rubrics",
        description="Prints what was added (+), removed (-), renumbered (>) and changed (~) from A to B.",
    )
    action.add_argument("before", type=Path, metavar="A")
    action.add_argument("after", type=Path, metavar="B")
    action.set_defaults(run=diff)


def _add_copy(actions: Any) -> None:
    action = actions.add_parser(
        "copy",
        help="start next year's rubric from this one",
        description="Writes the same rubric under another id; `was` of every leaf is its code in this one. "
        "Comments stay.",
    )
    action.add_argument("file", type=Path, metavar="FILE")
    action.add_argument("--id", required=True, type=_id, metavar="NEW", help="the id of the new one")
    action.add_argument(
        "-o", "--output", type=Path, metavar="OUT", help="a new file to write it to (default: print it)"
    )
    action.set_defaults(run=copy)


def _add_emission(actions: Any) -> None:
    action = actions.add_parser(
        "emission",
        help="print the emission that publishes a rubric",
        description="Prints RubricPublished as a line for `parledger emit`, unless the rubric has faults.",
    )
    action.add_argument("file", type=Path, metavar="FILE")
    action.add_argument(
        "--authority",
        required=True,
        type=_path,
        metavar="PATH",
        help="the unit that publishes it, such as qt",
    )
    action.add_argument(
        "--source", type=_path, metavar="PATH", help="who sends it, where that is not the authority itself"
    )
    action.set_defaults(run=emission)


def check(arguments: argparse.Namespace) -> int:
    """Print the faults; 1 if there is any."""
    from deploy.rubrics.check import Sound, check_file, fault_lines
    from shared.domain.rubric import make_rubric

    checked = check_file(arguments.file)
    if isinstance(checked, Sound):
        made = make_rubric(checked.rubric, "")
        told = f"{made.id}, {len(made.leaves)} leaves, {text_of(made.maximum)} points, sha256 {made.hash}"
        print(f"{arguments.file}: không có lỗi · no fault: {told}")
        return 0
    for line in fault_lines(arguments.file, checked):
        print(line)
    print(f"parledger: {len(checked)} lỗi · faults: {len(checked)}", file=sys.stderr)
    return 1


def diff(arguments: argparse.Namespace) -> int:
    """Print the changes; 0 whether there are any or not."""
    from deploy.rubrics.check import sound_file
    from deploy.rubrics.difference import differences

    before, after = sound_file(arguments.before), sound_file(arguments.after)
    for line in differences(before.rubric, after.rubric) or ["không có gì thay đổi · nothing changed"]:
        print(line)
    return 0


def copy(arguments: argparse.Namespace) -> int:
    """Write the next rubric."""
    from deploy.rubrics.check import sound_file
    from deploy.rubrics.successor import successor_of

    checked = sound_file(arguments.file)
    if arguments.id == checked.rubric.id:
        raise CommandError(f"{arguments.id} is the id of {arguments.file}: give the new one another")
    made = successor_of(checked.text, checked.document, arguments.id)
    if arguments.output is None:
        sys.stdout.write(made)
        return 0
    try:
        with arguments.output.open("x", encoding="utf-8") as file:
            file.write(made)
    except FileExistsError as error:
        raise CommandError(f"{arguments.output} is there already: name another file") from error
    except OSError as error:
        raise CommandError(f"cannot write {arguments.output}: {error.strerror}") from error
    print(
        f"parledger: now change name, basis and leaves of {arguments.output}, and check it", file=sys.stderr
    )
    return 0


def emission(arguments: argparse.Namespace) -> int:
    """Print the line."""
    import msgspec

    import parledger
    from deploy.rubrics.check import sound_file

    made = parledger.emission(
        "RubricPublished",
        source=arguments.source or arguments.authority,
        subject=arguments.authority,
        data={"rubric": msgspec.to_builtins(sound_file(arguments.file).rubric)},
    )
    if len(made.payload) > MAX_RUBRIC_BYTES:
        raise CommandError(f"{arguments.file} is too large: an emission holds {MAX_RUBRIC_BYTES // 1024} KiB")
    print(made.payload.decode())
    return 0


def _path(text: str) -> str:
    if not is_path(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no path of a unit: it is written like qt/dong-ha")
    return text


def _id(text: str) -> str:
    if not re.match(ID_PATTERN, text):
        raise argparse.ArgumentTypeError(
            f"{text!r} is no id: use 1 to 32 of a-z, 0-9 and - (not first), such as qt-district-2024"
        )
    return text
