"""`token`, and what is said to whoever types something wrong."""

import asyncio
import json
import stat
from pathlib import Path

import pytest

from shared.broker.subjects import as_token
from shared.identity.issuer import EmbeddedIssuer
from shared.identity.tokens import TokenVerifier
from tests.integration.local.commands import parledger


async def test_on_a_fresh_folder_it_prints_a_good_token_alone(tmp_path: Path) -> None:
    data = tmp_path / "not" / "there"
    answer = await parledger(
        "token", "--data", data, "--tenant", "qt/dong-ha", "--role", "filer", "--sub", "lan"
    )
    assert answer.code == 0
    assert f"{data} was made" in answer.err
    again = await parledger("token", "--data", data, "--tenant", "qt/dong-ha", "--role", "filer")
    assert (again.code, again.err) == (0, "")
    issuer = EmbeddedIssuer(data / "keys")
    caller = await TokenVerifier(issuer.issuer, issuer.jwks_url).verify(answer.out.strip())
    assert (caller.tenant, caller.roles, caller.subject) == ("qt/dong-ha", {"filer"}, "lan")
    assert stat.S_IMODE((data / "keys").stat().st_mode) == 0o700
    for file in (data / "keys").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600, file


async def test_show_tells_the_claims_and_as_whom_it_speaks_before_the_token(tmp_path: Path) -> None:
    words = (
        "--tenant",
        "qt",
        "--role",
        "council",
        "--role",
        "chair",
        "--area",
        "7",
        "--area",
        "3",
        "--sub",
        "an",
    )
    answer = await parledger("token", "--data", tmp_path, *words, "--show")
    *shown, token = answer.out.splitlines()
    text = "\n".join(shown)
    claims = json.loads(text[: text.index("\n}") + 2])
    assert claims["areas"] == ["3", "7"]
    assert f"as: {as_token(['council', 'chair'], ['3', '7'], claims['iss'], 'an')}" in shown
    assert "inbox: _INBOX_qt" in shown
    assert token.count(".") == 2


async def test_commands_at_the_same_time_make_one_key(tmp_path: Path) -> None:
    words = ("token", "--data", tmp_path, "--tenant", "qt", "--role", "viewer")
    answers = await asyncio.gather(*(parledger(*words) for _ in range(4)))
    issuer = EmbeddedIssuer(tmp_path / "keys")
    verifier = TokenVerifier(issuer.issuer, issuer.jwks_url)
    for answer in answers:
        assert (await verifier.verify(answer.out.strip())).tenant == "qt"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("token", "--tenant", "Qt", "--role", "filer"), "not a path: 'Qt'"),
        (("token", "--tenant", "qt", "--role", "boss"), "no such role: boss; roles are"),
        (("token", "--tenant", "qt", "--role", "filer", "--hours", "0"), "from 1 to"),
        (("token", "--tenant", "qt"), "--role"),
        (("root", "add", "QT"), "is no root: use"),
        (("root", "add", "qt/dong-ha"), "is no root: use"),
        (("serve", "--port", "70000"), "is no port"),
        (("nothing",), "invalid choice"),
        ((), "COMMAND"),
    ],
)
async def test_what_is_wrong_is_said_in_a_sentence(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    data = ("--data", tmp_path / "d") if len(words) > 1 else ()
    answer = await parledger(*words, *data)
    assert answer.code in (1, 2)
    assert said in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""


async def test_a_folder_that_cannot_be_one_is_named(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    for words in (
        ("token", "--tenant", "qt", "--role", "filer"),
        ("root", "add", "qt"),
        ("serve",),
        ("replay",),
    ):
        answer = await parledger(*words, "--data", file)
        assert answer.code == 1
        assert f"{file} cannot be the data folder" in answer.err
        assert "Traceback" not in answer.err
