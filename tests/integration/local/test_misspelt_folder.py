"""A command that asks the ledger, and is given a folder that is none, says so and makes nothing."""

from pathlib import Path

import pytest

from tests.integration.local.commands import parledger

ASKING: list[tuple[str, ...]] = [
    ("replay",),
    ("audit", "key", "--root", "qt"),
    ("audit", "export", "--unit", "qt/dong-ha", "--round", "2023", "-o", "x.json"),
]


@pytest.mark.parametrize("words", ASKING, ids=" ".join)
async def test_a_folder_that_is_not_there_is_not_made(words: tuple[str, ...], tmp_path: Path) -> None:
    data = tmp_path / "misspelt"
    answer = await parledger(*words, "--data", data)
    assert answer.code == 1
    assert f"{data} is no data folder" in answer.err
    assert not data.exists()


async def test_no_key_is_made_for_a_root_that_was_not_prepared(tmp_path: Path) -> None:
    await parledger("token", "--data", tmp_path, "--tenant", "qt", "--role", "viewer")
    answer = await parledger("audit", "key", "--root", "qt", "--data", tmp_path)
    assert (answer.code, answer.out) == (1, "")
    assert "parledger root add qt" in answer.err
    assert not list((tmp_path / "keys").rglob("qt.key"))
