"""SQL lies in `.sql` files, each statement with a name and a sentence; this reads them, once.

-- name: dossiers
-- The dossiers with these units and rounds.
SELECT …
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

_NAME = re.compile(r"^-- name: (.*)$", re.MULTILINE)
_STATEMENT = re.compile(r"([a-z][a-z0-9_]*)\n((?:-- [^\n]+\n)+)(.*)", re.DOTALL)


class MisnamedStatementError(Exception):
    """A statement stands in its file without a name or a sentence, or its name stands there twice."""


@cache
def load(package: str, file: str) -> Mapping[str, str]:
    """The statements of a file that lies in a package, by name. Raises MisnamedStatementError."""
    return parse(resources.files(package).joinpath(file).read_text(encoding="utf-8"), f"{package}/{file}")


def parse(text: str, origin: str) -> Mapping[str, str]:
    """The statements of a text, by name; `origin` says in an error where it stands."""
    starts = [match.start() for match in _NAME.finditer(text)]
    if not starts:
        raise MisnamedStatementError(f"{origin}: no statement; start one with '-- name: …'")
    before = text[: starts[0]].splitlines()
    if any(line.strip() and not line.startswith("--") for line in before):
        raise MisnamedStatementError(f"{origin}: a statement without a name at the beginning")
    found: dict[str, str] = {}
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        match = _STATEMENT.fullmatch(text[start:end].removeprefix("-- name: "))
        if match is None or not match[3].strip():
            line = text.count("\n", 0, start) + 1
            raise MisnamedStatementError(
                f"{origin}, line {line}: '-- name: …', then '-- …' a sentence, then the statement"
            )
        if match[1] in found:
            raise MisnamedStatementError(f"{origin}: {match[1]} stands there twice")
        found[match[1]] = match[3].strip()
    return MappingProxyType(found)
