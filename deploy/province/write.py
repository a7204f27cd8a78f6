"""A play as files: `emissions.jsonl`, `expected.json`, and `evidence/<sha256>`."""

import json
from collections.abc import Iterable
from pathlib import Path

from deploy.province.script import Line
from deploy.province.story import Play


def write_play(play: Play, folder: Path) -> None:
    """Write it into a folder, which is made if it is not there. OSError where that cannot be."""
    evidence = folder / "evidence"
    evidence.mkdir(parents=True, exist_ok=True)
    for digest, content in play.files.items():
        (evidence / digest).write_bytes(content)
    with (folder / "emissions.jsonl").open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(written(play.lines))
    text = json.dumps(play.expected, ensure_ascii=False, indent=1)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8", newline="\n")


def written(lines: Iterable[Line]) -> Iterable[str]:
    """Each line as JSON."""
    return (json.dumps(line.written, ensure_ascii=False, separators=(",", ":")) + "\n" for line in lines)
