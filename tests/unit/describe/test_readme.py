"""README.md names all that there is: every command, every page of docs/, and no page that is not there."""

import re
from pathlib import Path

import pytest

from parledger.cli import parser

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text("utf-8")
USE = README.partition("## Use it")[2].partition("\n## ")[0]
COMMANDS = re.findall(
    r"^    ([a-z-]+)(?: |$)", parser().format_help().partition("COMMAND\n")[2], re.MULTILINE
)


def test_there_are_commands() -> None:
    assert {"serve", "emit", "import-history", "witness"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_under_use_it(command: str) -> None:
    assert re.search(rf"`(?:parledger )?{command}[ `]", USE)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_stands_in_the_contract(command: str) -> None:
    assert re.search(rf"^parledger {command} ", (ROOT / "docs/contracts.md").read_text("utf-8"), re.MULTILINE)


def test_every_page_is_named() -> None:
    pages = {path.name for path in (ROOT / "docs").iterdir() if path.is_file()}
    assert pages <= {Path(link).name for link in re.findall(r"\]\((docs/[^)]+)\)", README)}


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(((?:docs|examples)/[^)#]+)\)", README))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
