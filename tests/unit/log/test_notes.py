"""Notes, checkpoints and cosignatures against what others have signed, and against what is no note."""

import pytest

from shared.log.checkpoint import Checkpoint, opened, parse_checkpoint
from shared.log.note import (
    COSIGNATURE,
    Note,
    NoteError,
    Signature,
    SignerKey,
    VerifierKey,
    cosigned_at,
    parse_note,
    verified,
)

# C2SP signed-note, and Go's golang.org/x/mod/sumdb/note, note_test.go.
FOO = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
FOO_NOTE = (
    "This is an example message.\n\n— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ON"
    "ncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyB"
    "wJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc"
    "+QQ=\n"
)
# A checkpoint of a log in use with its witnesses' cosignatures, from the tests of tlog-scales 0.0.3.
ARCHE = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
REMORA = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
CHECKPOINT = (
    "arche2025h1.staging.ct.transparency.dev\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n"
    "— arche2025h1.staging.ct.transparency.dev zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urb"
    "llzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ55lvGt0=\n"
    "— arche2025h1.staging.ct.transparency.dev ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75Md"
    "hL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
    "— witness1.smartit.nu/witness1 pIyCDwAAAABqEiEghIp82KWebrw7/oHQwlTAm3g2RKS4+eebl8eO0WH+/iEcxZ75W3u5hN"
    "I7TOQtmJbqmNWVuE0tgh0XwzdZsDsUAQ==\n"
    "— remora.n621.de 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU"
    "/zZ0WBxtqB0DrAWfBw==\n"
).encode()


def keys(*texts: str) -> list[VerifierKey]:
    return [VerifierKey.parse(text) for text in texts]


@pytest.mark.parametrize(
    "text", [FOO, PETER, ENOCH, ARCHE, REMORA, "TEST+7997405c+AQcC+FTVKf0jlTdHDY3rbevmnKxxPjigCXlVtGe6RIr6"]
)
def test_the_public_keys_of_others_are_read_and_written(text: str) -> None:
    assert str(VerifierKey.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "example.com/foo",
        "example.com/foo+530d903a",
        FOO.replace("530d903a", "530d903b"),
        FOO.replace("530d903a", "530D903A"),
        FOO.replace("530d903a", "530d903"),
        FOO.replace("example.com/foo", "example.com/ foo"),
        FOO + "=",
        FOO[:-4],
        FOO.replace("+AekyeR", "+AukyeR"),
        "rekor.sigstore.dev+12345678+AwEB",
        "",
    ],
)
def test_what_is_no_public_key_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        VerifierKey.parse(text)


def test_the_note_of_the_specification_is_verified() -> None:
    note = parse_note(FOO_NOTE)
    assert note.text == "This is an example message.\n"
    assert verified(note, keys(FOO)) == set(keys(FOO))
    assert bytes(note) == FOO_NOTE


def test_a_key_signs_the_bytes_that_others_sign() -> None:
    key = SignerKey.parse(PETER_SECRET)
    assert key.text() == PETER_SECRET
    assert str(key.verifier()) == PETER
    assert bytes(Note(TEXT, (key.sign(TEXT),))) == f"{TEXT}\n{PETER_LINE}".encode()


def test_a_note_of_two_is_verified_for_each_and_another_is_passed_over() -> None:
    note = parse_note(f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}".encode())
    assert verified(note, keys(PETER)) == set(keys(PETER))
    assert verified(note, keys(PETER, ENOCH, FOO)) == set(keys(PETER, ENOCH))
    assert verified(note, keys(FOO)) == set()


def test_one_false_signature_of_a_known_key_spoils_the_note() -> None:
    note = parse_note(f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}".replace("think", "thunk").encode())
    with pytest.raises(NoteError, match="PeterNeumann is false"):
        verified(note, keys(PETER))


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        TEXT.encode(),
        f"{TEXT}\n".encode(),
        f"{TEXT}\n{PETER_LINE}"[:-1].encode(),
        f"{TEXT}\n{PETER_LINE}\n".encode(),
        f"{TEXT}{PETER_LINE}".encode(),
        f"{TEXT}\r\n\n{PETER_LINE}".encode(),
        f"{TEXT}\n{PETER_LINE}".encode() + b"\xff",
        f"{TEXT}\n{PETER_LINE}".replace("—", "-").encode(),
        f"{TEXT}\n{PETER_LINE}".replace("x08g", "x08*").encode(),
        f"{TEXT}\n{PETER_LINE}".replace("nAM=", "nAN=").encode(),
        f"{TEXT}\n— PeterNeumann x08gow==\n".encode(),
        f"{TEXT}\n— Peter+Neumann{PETER_LINE[14:]}".encode(),
        f"{TEXT}\n{PETER_LINE * 101}".encode(),
    ],
)
def test_what_is_no_note_is_refused(raw: bytes) -> None:
    with pytest.raises(NoteError):
        parse_note(raw)


def test_a_checkpoint_in_use_is_opened_with_its_witness() -> None:
    head = opened(CHECKPOINT, VerifierKey.parse(ARCHE), keys(REMORA))
    assert (head.origin, head.size) == ("arche2025h1.staging.ct.transparency.dev", 1432088532)
    assert CHECKPOINT.startswith(head.text().encode())
    assert VerifierKey.parse(REMORA).kind == COSIGNATURE
    assert cosigned_at(parse_note(CHECKPOINT).signatures[-1]) == 1779573024


def test_a_changed_size_is_found_by_log_and_witness() -> None:
    changed = CHECKPOINT.replace(b"1432088532", b"1432088533")
    with pytest.raises(NoteError, match="is false"):
        opened(changed, VerifierKey.parse(ARCHE))
    assert verified(parse_note(changed), []) == set()


def test_a_checkpoint_without_the_wanted_cosignature_is_refused() -> None:
    stranger = SignerKey.fresh("witness.example/w1").verifier(COSIGNATURE)
    with pytest.raises(NoteError, match="not cosigned by the witness"):
        opened(CHECKPOINT, VerifierKey.parse(ARCHE), [stranger])


def test_a_cosignature_says_when_and_changes_with_the_time() -> None:
    log, witness = SignerKey.fresh("parledger/qt"), SignerKey.fresh("inspectorate")
    head = Checkpoint("parledger/qt", 7, bytes(32))
    note = head.signed(log)
    line = witness.cosign(note.text, 1_700_000_000)
    cosigned = Note(note.text, (*note.signatures, line))
    assert opened(bytes(cosigned), log.verifier(), [witness.verifier(COSIGNATURE)]) == head
    later = Signature(line.name, line.id, (1_700_000_001).to_bytes(8, "big") + line.blob[8:])
    with pytest.raises(NoteError, match="inspectorate is false"):
        opened(
            bytes(Note(note.text, (*note.signatures, later))),
            log.verifier(),
            [witness.verifier(COSIGNATURE)],
        )


def test_one_head_is_always_signed_with_the_same_bytes() -> None:
    log, head = SignerKey.fresh("parledger/qt"), Checkpoint("parledger/qt", 7, bytes(32))
    assert bytes(head.signed(log)) == bytes(head.signed(log))


def test_another_log_of_the_same_key_name_is_refused() -> None:
    log, other = SignerKey.fresh("parledger/qt"), SignerKey.fresh("parledger/qt")
    raw = bytes(Checkpoint("parledger/qt", 7, bytes(32)).signed(other))
    with pytest.raises(NoteError, match="not signed with the key"):
        opened(raw, log.verifier())
    elsewhere = bytes(Checkpoint("parledger/hn", 7, bytes(32)).signed(log))
    with pytest.raises(NoteError, match="a checkpoint of parledger/hn"):
        opened(elsewhere, log.verifier())


@pytest.mark.parametrize(
    "text",
    [
        "origin\n5\n",
        "origin\n05\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n",
        "origin\n+5\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n",
        "origin\n5\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Rp=\n",
        "origin\n5\nU7WM\n",
        "\n5\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n",
        "origin\n5\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\nmore\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_checkpoint(text)


@pytest.mark.parametrize("text", [PETER, PETER_SECRET[:-4], PETER_SECRET.replace("c74f20a3", "c74f20a4"), ""])
def test_what_is_no_secret_key_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(NoteError) as refused:
        SignerKey.parse(text)
    assert "AYEKFALV" not in str(refused.value)


def test_a_key_needs_a_name_without_spaces_or_plus() -> None:
    for name in ("", "a b", "a+b", "a\u00a0b"):
        with pytest.raises(NoteError):
            SignerKey.fresh(name)
