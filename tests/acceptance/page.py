"""The blocks of a page of docs/, in their order."""

import re
from dataclasses import dataclass
from pathlib import Path

DOCS = Path(__file__).parents[2] / "docs"
_BLOCK = re.compile(r"^```(sh|graphql|sql|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"exit code (\d+)")


@dataclass
class Block:
    """A block of a page; of commands also what the block after it says that they print and end with."""

    language: str
    text: str
    printed: tuple[str, ...] = ()
    code: int = 0


def blocks_of(page: str, title: str) -> list[Block]:
    """The blocks of the section whose title begins so."""
    text = (DOCS / page).read_text("utf-8")
    [section] = [part for part in re.split(r"^## ", text, flags=re.MULTILINE) if part.startswith(title)]
    blocks: list[Block] = []
    for language, body in _BLOCK.findall(section):
        if language == "text":
            _expect(blocks[-1], body.splitlines())
        else:
            blocks.append(Block(language, body))
    return blocks


def _expect(block: Block, lines: list[str]) -> None:
    codes = [int(found[1]) for line in lines if (found := _CODE.fullmatch(line))]
    block.code = codes[0] if codes else 0
    block.printed = tuple(line for line in lines if not _CODE.fullmatch(line))
