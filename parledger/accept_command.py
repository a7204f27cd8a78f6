"""`parledger accept`: the council takes over a unit's own points, leaf by leaf, sent together.

What it takes over by itself: leaves with self points and without appraised ones, whose figures give just
those points or compute nothing. Others are taken over where they are named; it tells which it left, and why.
Exit codes as of `parledger emit`.
"""

import argparse
import sys
import urllib.error
import urllib.request
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from msgspec import DecodeError, Struct, json

from parledger.bearer import read_token
from parledger.cli import CommandError
from parledger.emission import Emission, emission
from parledger.emit_command import NOT_SENT, add_sending, emit_or_print
from parledger.errors import EmitError

_QUERY = """
query Claims($unit: ID!, $round: ID!) {
  dossier(unit: $unit, round: $round) {
    leaves { code selfPoints appraisedPoints computedPoints excluded }
  }
}"""
_SECONDS = 60


class Claim(Struct, rename="camel"):
    """What a unit claims for a leaf, what it was given, and what its figures give; points as text."""

    code: str
    self_points: str | None
    appraised_points: str | None
    computed_points: str | None
    excluded: bool

    @property
    def waiting(self) -> bool:
        """Is it still to be appraised?"""
        return self.appraised_points is None and not self.excluded

    @property
    def plain(self) -> bool:
        """Is there nothing to weigh: claimed, not appraised, and the figures say nothing else?"""
        return (
            self.waiting and self.self_points is not None and self.computed_points in {None, self.self_points}
        )

    def why_left(self) -> str:
        """Why it is not taken over by itself, in both languages."""
        if self.self_points is None:
            return f"{self.code}: đơn vị không tự chấm (nothing is claimed)"
        return (
            f"{self.code}: tự chấm {self.self_points}, theo số liệu và tài liệu {self.computed_points} "
            f"(the unit claims {self.self_points}, its figures and files give {self.computed_points})"
        )


class _Dossier(Struct):
    leaves: list[Claim]


class _Data(Struct):
    dossier: _Dossier | None


class _Error(Struct):
    message: str


class _Answer(Struct):
    data: _Data | None = None
    errors: list[_Error] = []


def add(subparsers: Any) -> None:
    """Add the command to the parser of `parledger`."""
    command = subparsers.add_parser(
        "accept",
        help="take over a unit's own points, as its council",
        description="Emit a ScoreAppraised for each leaf of UNIT in ROUND that is not appraised yet and "
        "whose own points its figures do not speak against, or for the leaves named, and print each outcome. "
        "Without --nats the emissions are printed instead of sent.",
    )
    command.add_argument(
        "--http", required=True, metavar="URL", help="the platform, such as http://localhost:8000"
    )
    add_sending(command, "council")
    command.add_argument("unit", type=PurePosixPath, metavar="UNIT")
    command.add_argument("round", metavar="ROUND")
    command.add_argument("leaves", nargs="*", metavar="LEAF")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Emit the scores, or print them; the exit code."""
    if not arguments.token:
        raise CommandError("no token: give --token, or set PARLEDGER_TOKEN", NOT_SENT)
    unit = str(arguments.unit)
    claims = ask(arguments.http, arguments.token, unit, arguments.round)
    try:
        source = read_token(arguments.token).tenant
        scores = accepting(claims, arguments.leaves, source, f"{unit}@{arguments.round}")
        if not arguments.leaves:
            _tell_left(claims)
        return emit_or_print(arguments, scores) if scores else 0
    except EmitError as error:
        raise CommandError(str(error), NOT_SENT) from error


def _tell_left(claims: list[Claim]) -> None:
    """Say what there is still to weigh, or that there is nothing to take over at all."""
    left = [claim for claim in claims if claim.waiting and not claim.plain]
    if left:
        print("parledger: để hội đồng tự xét (left to the council):", file=sys.stderr)
        for claim in left:
            print(f"  {claim.why_left()}", file=sys.stderr)
    if not any(claim.plain for claim in claims):
        print("parledger: không có gì để chấp nhận (there is nothing to take over)", file=sys.stderr)


def accepting(claims: list[Claim], named: list[str], source: str, subject: str) -> list[Emission]:
    """A score a leaf, equal to what the unit claims.

    Errors: `CommandError` where a leaf is named of which nothing is claimed.
    """
    by_code = {claim.code: claim for claim in claims}
    if unclaimed := [code for code in named if code not in by_code or by_code[code].self_points is None]:
        raise CommandError(f"nothing is claimed for {', '.join(unclaimed)}", NOT_SENT)
    chosen = [by_code[code] for code in named] if named else [claim for claim in claims if claim.plain]
    return [
        emission(
            "ScoreAppraised",
            subject=subject,
            source=source,
            data={"leaf": claim.code, "points": claim.self_points},
        )
        for claim in chosen
    ]


def ask(http: str, token: str, unit: str, round_: str) -> list[Claim]:
    """The claims of a dossier, by GraphQL. Errors: `CommandError`."""
    if urlsplit(http).scheme not in {"http", "https"}:
        raise CommandError(f"{http} is no address like http://localhost:8000", NOT_SENT)
    request = urllib.request.Request(  # noqa: S310 - the scheme was looked at
        http.rstrip("/") + "/graphql",
        data=json.encode({"query": _QUERY, "variables": {"unit": unit, "round": round_}}),
        headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS) as response:  # noqa: S310
            answer = json.decode(response.read(), type=_Answer)
    except urllib.error.HTTPError as error:
        raise CommandError(f"{http} answers {error.code}: is the token good?", NOT_SENT) from error
    except (OSError, DecodeError) as error:
        raise CommandError(f"cannot ask {http}: {error}", NOT_SENT) from error
    if answer.errors:
        raise CommandError(f"{http} answers: {answer.errors[0].message}", NOT_SENT)
    if answer.data is None or answer.data.dossier is None:
        raise CommandError(f"there is no dossier {unit}@{round_} that this token may see", NOT_SENT)
    return answer.data.dossier.leaves
