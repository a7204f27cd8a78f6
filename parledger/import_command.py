"""`parledger import-history`: results from before the ledger, from a table.

Exit codes as of `parledger emit`. The same table again changes nothing: each row has the same id each time.
"""

import argparse
from pathlib import Path
from typing import Any

from parledger.bearer import read_token
from parledger.cli import CommandError
from parledger.emit_command import NOT_SENT, add_sending, emit_or_print
from parledger.errors import EmitError
from parledger.history_file import Defaults, HistoryFault, read_history


def add(subparsers: Any) -> None:
    """Add the command to the parser of `parledger`."""
    command = subparsers.add_parser(
        "import-history",
        help="emit results from before the ledger, from a table",
        description="Emit a ResultImported for each row of FILE.csv (columns year or round, index, and if "
        "there are any rank, of, grade, unit, basis; or năm, kỳ, chỉ số, xếp hạng, tổng số đơn vị, xếp loại, "
        "đơn vị, căn cứ) and print each outcome. They are shown as imported, and nothing is computed with "
        "them. Without --nats the emissions are printed instead of sent.",
    )
    add_sending(command, "registrar")
    command.add_argument("--unit", metavar="PATH", help="whose results they are, where no column says so")
    command.add_argument("--basis", metavar="TEXT", help="where they were published, where no column says so")
    command.add_argument("--of", type=int, metavar="N", help="among how many the ranks are")
    command.add_argument("file", type=Path, metavar="FILE.csv")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Emit the rows, or print them; the exit code."""
    if not arguments.token:
        raise CommandError(
            "no token: give --token, or set PARLEDGER_TOKEN; `parledger token --role registrar` makes one",
            NOT_SENT,
        )
    try:
        source = read_token(arguments.token).tenant
        defaults = Defaults(source, arguments.unit, arguments.basis, arguments.of)
        emissions = read_history(arguments.file.read_text("utf-8-sig"), defaults)
        return emit_or_print(arguments, emissions)
    except OSError as error:
        raise CommandError(f"cannot read {arguments.file}: {error.strerror}", NOT_SENT) from error
    except UnicodeDecodeError as error:
        raise CommandError(f"{arguments.file} is no UTF-8 text: save it as CSV UTF-8", NOT_SENT) from error
    except HistoryFault as fault:
        raise CommandError(f"{arguments.file}: {fault}", NOT_SENT) from fault
    except EmitError as error:
        raise CommandError(str(error), NOT_SENT) from error
