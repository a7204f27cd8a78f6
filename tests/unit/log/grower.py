"""Lets a log grow step by step, until it is killed: `python -m tests.unit.log.grower FOLDER KEY`."""

import sys
from hashlib import sha256
from pathlib import Path

from shared.log.folder import LogFolder
from shared.log.note import SignerKey


def entry_of(number: int) -> bytes:
    """The entry at an index, the same in every run."""
    return sha256(f"entry {number}".encode()).digest()


def grow(folder: LogFolder, key: SignerKey, steps: list[int]) -> None:
    """Go on from what is published, by so many entries a step."""
    edge = folder.edge(key.verifier())
    for step in steps:
        made = edge.grow([entry_of(edge.size + number) for number in range(step)])
        folder.publish(made, edge, key)


if __name__ == "__main__":
    grow(LogFolder(Path(sys.argv[1])), SignerKey.parse(sys.argv[2]), [1, 7, 250, 3, 600] * 2_000)
