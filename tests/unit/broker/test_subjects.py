"""Every name reads back as what it was made of, and garbage is refused."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.broker import subjects
from shared.codec.catalogue import ROLES

tokens = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?", fullmatch=True)
paths = st.lists(tokens, min_size=1, max_size=6).map("/".join)
areas = st.frozensets(st.from_regex(r"[A-Z0-9]{1,3}", fullmatch=True), max_size=5)
roles = st.frozensets(st.sampled_from(sorted(ROLES)), min_size=1)
names = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


def test_an_actor_is_the_beginning_of_a_hash_of_issuer_and_subject() -> None:
    assert subjects.actor_of("iss", "sub") == sha256(b"iss\0sub").hexdigest()[:16]


def test_the_names_are_those_of_the_contract() -> None:
    as_ = "filer~9f3c0a1b2c3d4e5f"
    assert (
        subjects.emit_subject("qt/dong-ha", "SubmissionFiled", as_)
        == f"par.emit.qt.SubmissionFiled.{as_}.dong-ha"
    )
    assert subjects.emit_subject("qt", "RoundOpened", as_) == f"par.emit.qt.RoundOpened.{as_}"
    assert subjects.outcome_subject("qt/dong-ha", "0199") == "par.outcome.qt.dong-ha.0199"
    assert subjects.outcomes_of("qt") == "par.outcome.qt.>"
    assert subjects.outcomes_of("qt/dong-ha/phuong-1") == "par.outcome.qt.dong-ha.phuong-1.>"
    assert subjects.inbox_prefix("qt") == "_INBOX_qt"
    assert subjects.inbox_prefix("qt/dong-ha") == "_INBOX_qt_dong-ha"
    assert subjects.recorded_subject("qt", "RoundOpened", "qt") == "par.recorded.qt.RoundOpened"
    assert (
        subjects.recorded_subject("qt", "SubmissionFiled", "qt/a/b") == "par.recorded.qt.SubmissionFiled.a.b"
    )
    assert subjects.recorded_of("qt") == "par.recorded.qt.>"
    assert subjects.emit_stream("da-nang") == "EMIT_DA-NANG"
    hashed = sha256(b"\xff").hexdigest()
    assert subjects.malformed_subject("qt/dong-ha", b"\xff") == f"par.outcome.qt.dong-ha.malformed.{hashed}"


def test_roles_and_areas_are_sorted_in_an_as_token() -> None:
    token = subjects.as_token(["head", "council"], ["7", "3"], "iss", "sub")
    assert token == f"council:3:7+head~{subjects.actor_of('iss', 'sub')}"


def test_areas_limit_a_council_alone() -> None:
    assert subjects.as_token(["chair"], ["3"], "iss", "sub").startswith("chair~")


@given(paths, roles, areas, names, names)
def test_a_sender_reads_back_from_its_emit_subject(
    tenant: str, granted: frozenset[str], limits: frozenset[str], iss: str, sub: str
) -> None:
    as_ = subjects.as_token(granted, limits, iss, sub)
    sender = subjects.parse_emit_subject(subjects.emit_subject(tenant, "SubmissionFiled", as_))
    assert (sender.tenant, sender.root, sender.type) == (
        tenant,
        tenant.split("/", maxsplit=1)[0],
        "SubmissionFiled",
    )
    assert (sender.roles, sender.actor) == (granted, subjects.actor_of(iss, sub))
    assert sender.areas == (limits if "council" in granted else frozenset())


@given(paths, paths)
def test_two_tenants_share_no_name(one: str, other: str) -> None:
    if one != other:
        assert subjects.inbox_prefix(one) != subjects.inbox_prefix(other)
        assert subjects.outcomes_of(one) != subjects.outcomes_of(other)


GARBAGE_AS = (
    "",
    "filer",
    "~9f3c0a1b2c3d4e5f",
    "filer~",
    "filer~9f3c",
    "filer~9F3C0A1B2C3D4E5F",
    "filer~9f3c0a1b2c3d4e5f~",
    "filer~9f3c0a1b2c3d4e5f ",
    "Filer~9f3c0a1b2c3d4e5f",
    "head+filer~9f3c0a1b2c3d4e5f",
    "filer+filer~9f3c0a1b2c3d4e5f",
    "filer+~9f3c0a1b2c3d4e5f",
    "filer:3~9f3c0a1b2c3d4e5f",
    "council:~9f3c0a1b2c3d4e5f",
    "council:7:3~9f3c0a1b2c3d4e5f",
    "council:3:3~9f3c0a1b2c3d4e5f",
    "council:3.12~9f3c0a1b2c3d4e5f",
    "council:*~9f3c0a1b2c3d4e5f",
    "filer~9f3c0a1b2c3d4e5f\n",
)


@pytest.mark.parametrize("token", GARBAGE_AS)
def test_garbage_is_no_as_token(token: str) -> None:
    with pytest.raises(ValueError, match="not an <as> token"):
        subjects.parse_as(token)


@given(st.text(max_size=60))
def test_whatever_is_read_as_an_as_token_is_written_so(text: str) -> None:
    try:
        said = subjects.parse_as(text)
    except ValueError:
        return
    named = [
        ":".join(["council", *sorted(said.areas)]) if role == "council" else role
        for role in sorted(said.roles)
    ]
    assert text == f"{'+'.join(named)}~{said.actor}"


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "par",
        "par.emit",
        "par.emit.qt",
        "par.emit.qt.T",
        "par.emit.qt..filer~9f3c0a1b2c3d4e5f",
        "par.emit.QT.T.filer~9f3c0a1b2c3d4e5f",
        "par.emit.qt.T.garbage.dong-ha",
        "par.emit.qt.T.filer~9f3c0a1b2c3d4e5f.",
        "par.emit.qt.T.filer~9f3c0a1b2c3d4e5f.a.b.c.d.e.f",
        "par.recorded.qt.T.filer~9f3c0a1b2c3d4e5f",
    ],
)
def test_garbage_is_no_emit_subject(subject: str) -> None:
    with pytest.raises(ValueError, match="not a"):
        subjects.parse_emit_subject(subject)


@given(st.text(max_size=80))
def test_reading_a_subject_fails_in_one_way_alone(text: str) -> None:
    try:
        subjects.parse_emit_subject(text)
    except ValueError:
        return
    assert text.startswith("par.emit.")


@pytest.mark.parametrize(
    "path", ["", "/", "qt/", "/qt", "QT", "qt/Đông-hà", "qt/-a", "qt/a-", "a/b/c/d/e/f/g", "q t"]
)
def test_what_is_no_path_has_no_names(path: str) -> None:
    for name in (subjects.inbox_prefix, subjects.outcomes_of):
        with pytest.raises(ValueError, match="not a path"):
            name(path)


@pytest.mark.parametrize("type_", ["", "a.b", "a b", "*", ">", "1A", "Nộp", "A" * 65, None, 7])
def test_a_type_that_is_no_safe_token_is_emitted_as_unknown(type_: object) -> None:
    assert subjects.type_token(type_) == "Unknown"


def test_a_safe_type_is_emitted_under_its_name() -> None:
    assert subjects.type_token("SubmissionFiled") == "SubmissionFiled"


@pytest.mark.parametrize("id_", ["", "a.b", "*", ">", "a b", "a\n"])
def test_an_id_that_is_no_token_has_no_outcome_subject(id_: str) -> None:
    with pytest.raises(ValueError, match="not an id"):
        subjects.outcome_subject("qt", id_)


def test_an_event_of_another_root_has_no_subject_here() -> None:
    with pytest.raises(ValueError, match="not in the root"):
        subjects.recorded_subject("qt", "SubmissionFiled", "hue/a")


@pytest.mark.parametrize("bad", [["Filer"], [], ["a b"], [""]])
def test_what_are_no_roles_make_no_as_token(bad: list[str]) -> None:
    with pytest.raises(ValueError, match="not roles"):
        subjects.as_token(bad, [], "iss", "sub")
