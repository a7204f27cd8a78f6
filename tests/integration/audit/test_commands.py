"""export, witness and verify as they are typed, against the running platform."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from deploy.local.stack import Servers, Stack
from tests.integration.audit.conftest import Published, publish
from tests.integration.local.commands import parledger
from tests.province import province_on


@pytest.fixture
async def world(stack: Stack, add_root: Callable[[Servers], Awaitable[str]]) -> AsyncIterator[Published]:
    async with province_on(stack, await add_root(stack)) as province:
        await publish(province)
        yield Published(stack, province, stack.folder.public_log)


async def test_a_dossier_is_exported_cosigned_and_verified_elsewhere(
    stack: Stack, world: Published, tmp_path: Path
) -> None:
    data, file, key = stack.folder.root, tmp_path / "xa-1.json", tmp_path / "thanh-tra.key"
    of = ("--unit", world.unit, "--round", "2023", "--data", data)

    told = await parledger("audit", "key", "--root", world.root, "--data", data)
    assert (told.code, told.out.strip()) == (0, str(world.key))

    written = await parledger("audit", "export", *of, "-o", file)
    assert (written.code, written.out) == (0, ""), written.err
    assert f"events are in {file}" in written.err

    verified = await parledger("verify", file, "--key", world.key)
    assert (verified.code, verified.err) == (0, "")
    assert "LƯU Ý" not in verified.out
    for said in ("Chỉ số CCHC (index): ", "1.1", "0.666", "hạng (rank) 2 / 2", "đúng như các sự kiện cho ra"):
        assert said in verified.out

    unsure = await parledger("verify", file)
    assert unsure.code == 0
    assert f"{world.key}" in unsure.out
    assert "was not checked against an independent one" in unsure.out

    url = f"{stack.http_url}/log/{world.root}"
    for _ in range(2):
        seen = await parledger("witness", "--log", url, "--key", key, "--once")
        assert seen.code == 0, seen.err
        assert f"parledger/{world.root}: {world.province.state.position} cosigned" in seen.out

    alone = await parledger("verify", file, "--key", world.key, "--witness", f"{key}.pub")
    assert alone.code == 1
    assert "is not cosigned by the witness witness/thanh-tra" in alone.err

    note = tmp_path / f"{key.name}.seen" / f"parledger_{world.root}" / "checkpoint"
    again = await parledger("audit", "export", *of, "-o", file, "--checkpoint", note, "--with-texts")
    assert again.code == 0, again.err
    vouched = await parledger("verify", file, "--key", world.key, "--witness", f"{key}.pub")
    assert (vouched.code, vouched.err) == (0, "")
    assert "witness/thanh-tra" in vouched.out
    assert "theo số liệu" in file.read_text()


async def test_what_does_not_hold_is_a_sentence_and_exit_code_1(
    stack: Stack, world: Published, tmp_path: Path
) -> None:
    file, data = tmp_path / "xa-1.json", stack.folder.root
    of = ("--unit", world.unit, "--round", "2023", "--data", data, "-o", file)
    assert (await parledger("audit", "export", *of)).code == 0
    raw = file.read_bytes()
    file.write_bytes(raw.replace(b"0.666", b"0.999"))
    changed = await parledger("verify", file)
    assert (changed.code, changed.out) == (1, "")
    assert changed.err == (
        f"parledger: {file} does not hold: the file was changed: "
        "its content does not have the SHA-256 that it states\n"
    )
    missing = await parledger("verify", tmp_path / "nothing")
    assert (missing.code, missing.err.count("\n")) == (1, 1)
    no_key = await parledger("verify", file, "--key", "qt")
    assert no_key.code == 1
    assert "neither a public key nor a file with one" in no_key.err


@pytest.mark.parametrize(
    ("unit", "says"),
    [
        ("{root}/huyen/xa-9", "has no dossier"),
        ("nowhere/x", "nothing is recorded in the root nowhere"),
        ("Q T", "is no unit"),
    ],
)
async def test_what_is_not_there_is_not_exported(
    stack: Stack, world: Published, tmp_path: Path, unit: str, says: str
) -> None:
    file = tmp_path / "file"
    answer = await parledger(
        "audit", "export", "--unit", unit.format(root=world.root), "--round", "2023", "-o", file,
        "--data", stack.folder.root,
    )  # fmt: skip
    assert answer.code == 1
    assert says in answer.err
    assert not file.exists()


async def test_a_log_that_is_away_is_said_to_be(tmp_path: Path) -> None:
    answer = await parledger(
        "witness", "--log", "http://127.0.0.1:9/log/qt", "--key", tmp_path / "k", "--once"
    )
    assert answer.code == 1
    assert "does not answer" in answer.err
