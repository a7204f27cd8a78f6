"""Free texts may be erased: of an event of the same stream, by who speaks for it; nothing else changes."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import pytest
from msgspec import Struct

from shared.domain.events import Standing
from tests.unit.domain.sayings import (
    Saying,
    appraiser,
    attached,
    bonus,
    cancelled,
    confirmed,
    defaulted,
    disputed,
    erased,
    excluded,
    extended,
    filed,
    grant_revoked,
    granted,
    made,
    opened,
    penalty,
    planned,
    proposed,
    published,
    registered,
    rejected,
    released,
    reorganised,
    reported,
    required,
    results,
    returned,
    round_changed,
    scored,
    upheld,
)
from tests.unit.domain.scene import PLAIN, Scene, read_again, scene

FIRST = 8
"""Where the first event of a dossier stands in these scenes."""
NOTED = filed(note="điện thoại 0912 345 678")
EVERY_TEXT = [
    NOTED,
    attached("1.1", title="Báo cáo"),
    appraiser(),
    proposed(opinion="theo hệ thống"),
    scored("1.1", "0.5", opinion="thiếu", reason="theo Sở"),
    excluded("1.2"),
    defaulted(),
    penalty(),
    bonus(),
    returned(),
    released(),
    disputed(),
    upheld("0.75"),
    disputed("penalty:p1", "d2"),
    rejected("d2"),
    required("2.1", reason="mất điểm"),
    planned("2.1"),
    reported(note="đã xong"),
    confirmed(reason="đạt"),
]


def standings(value: object) -> Iterator[Standing[Any]]:
    """Whatever stands anywhere in a state."""
    if isinstance(value, Standing):
        yield value  # pyright: ignore[reportUnknownVariableType] - of any data
    elif isinstance(value, dict):
        for one in value.values():  # pyright: ignore[reportUnknownVariableType] - of anything
            yield from standings(one)  # pyright: ignore[reportUnknownArgumentType] - of anything
    elif is_dataclass(value):
        for one in fields(value):
            yield from standings(getattr(value, one.name))
    elif isinstance(value, Struct):
        for name in value.__struct_fields__:
            yield from standings(getattr(value, name))


def test_the_state_forgets_every_salt_of_every_text() -> None:
    begun = scene().given(*EVERY_TEXT)
    held = {standing.position for standing in standings(begun.root) if standing.salts}
    said = [event for event in begun.events if event.salts]
    assert held == {event.position for event in said if event.name != "SubmissionReturned"}
    for event in said:
        begun.given(erased(event.position, *sorted(event.salts)))
        assert not any(
            standing.salts for standing in standings(begun.root) if standing.position == event.position
        )
        assert read_again(begun.events) == begun.root
    assert not any(standing.salts for standing in standings(begun.root))


def test_no_number_changes() -> None:
    begun = scene().given(*EVERY_TEXT)
    before = begun.result()
    for event in [event for event in begun.events if event.salts]:
        begun.given(erased(event.position, *sorted(event.salts)))
    assert begun.result() == before


def test_of_several_texts_those_named_go() -> None:
    begun = scene().given(scored("1.1", "0.5", opinion="thiếu", reason="theo Sở"), erased(FIRST, "reason"))
    score = begun.dossier().leaf("1.1").score
    assert score is not None
    assert sorted(score.salts) == ["opinion"]
    assert begun.touched.codes == {("qt/a", "2023"): {"1.1"}}
    begun.when(erased(FIRST, "reason")).then("no-change")
    begun.when(erased(FIRST, "opinion", "reason")).then(None)
    begun.when(erased(FIRST, "opinion")).then("no-change")


def test_what_was_erased_may_be_said_again() -> None:
    begun = scene().given(NOTED)
    begun.when(NOTED).then("no-change")
    begun.given(erased(FIRST, "note")).when(NOTED).then(None)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        (erased(FIRST + 1, "note"), "/data/position"),
        (erased(10**15, "note"), "/data/position"),
        (erased(7, "reason"), "/data/position"),
        (erased(FIRST, "reason"), "/data/fields/0"),
        (erased(FIRST, "note", "leaf"), "/data/fields/1"),
        (erased(FIRST, "note").on("qt/b@2023"), "/data/position"),
        (erased(FIRST, "note").on("qt/nowhere@2023"), "/data/position"),
    ],
)
def test_an_event_of_the_stream_with_these_texts_is_named(said: Saying, pointer: str) -> None:
    scene().given(NOTED).when(said).then("unknown-target", pointer)


def test_a_text_that_was_not_given_is_not_there() -> None:
    scene().given(filed()).when(erased(FIRST, "note")).then("unknown-target", "/data/fields/0")


@pytest.mark.parametrize("n", [0, 2**53])
def test_positions_are_positions(n: int) -> None:
    scene().when(erased(n, "note")).then("invalid-data", "/data/position")


@pytest.mark.parametrize("after", [cancelled(), round_changed(remove=["qt/a"])])
def test_neither_a_cancelled_round_nor_leaving_it_keeps_a_text(after: Saying) -> None:
    scene().given(NOTED, after).when(erased(FIRST, "note")).then(None)


def test_nor_does_the_publication() -> None:
    done = [scored(code).on(f"{unit}@2023") for unit in ("qt/a", "qt/b") for code in ("1.1", "1.2", "2.1")]
    closed = [extended(name) for name in ("filing", "appraisal", "disputes")]
    begun = scene().given(NOTED, *done, released(), *closed, results())
    begun.when(erased(FIRST, "note")).then(None)


# Who.


@pytest.mark.parametrize(
    ("tenant", "role", "problem"),
    [
        ("qt", "chair", None),
        ("qt", "registrar", None),
        ("qt", "council", "not-permitted"),
        ("qt/a", "chair", "not-permitted"),
        ("qt/a", "registrar", "not-permitted"),
        ("qt/b", "chair", "not-permitted"),
        ("hn", "registrar", "not-permitted"),
    ],
)
def test_of_a_dossier_the_chair_of_its_authority_or_the_roots_registrar(
    tenant: str, role: str, problem: str | None
) -> None:
    scene().given(NOTED).when(erased(FIRST, "note").by(tenant, role)).then(problem)


def two_in_one_stream() -> tuple[Scene, int, int]:
    """`qt/a@2023` is the district's dossier, and the round in which it appraises its communes."""
    begun = scene().given(published({**PLAIN, "id": "xa"}))
    begun.given(opened("qt/a", "qt/a/x", rubrics={"commune": "xa"}), NOTED)
    dossier = begun.root.position
    begun.given(round_changed(add=["qt/a/y"]).on("qt/a@2023").by("qt/a"))
    return begun, dossier, begun.root.position


def test_of_a_round_and_a_dossier_in_one_stream_the_event_tells_who() -> None:
    begun, dossier, round_ = two_in_one_stream()
    begun.when(erased(dossier, "note").by("qt/a", "chair")).then("not-permitted", "/subject")
    begun.when(erased(round_, "reason").by("qt", "chair")).then("not-permitted", "/subject")
    begun.when(erased(round_, "reason").by("qt/b", "chair")).then("not-permitted", "/subject")
    begun.when(erased(round_, "reason").by("qt", "registrar")).then(None)
    begun.when(erased(dossier, "note").by("qt", "chair")).then(None)
    begun, _, round_ = two_in_one_stream()
    begun.when(erased(round_, "reason").by("qt/a", "chair")).then(None)


def test_of_the_root_its_registrar_or_its_chair() -> None:
    for role, problem in (("registrar", None), ("chair", None), ("council", "not-permitted")):
        begun = scene().given(granted(), grant_revoked())
        begun.when(erased(begun.root.position, "reason").on("qt").by("qt", role)).then(problem)


def test_of_what_a_unit_said_that_has_ended_its_authority() -> None:
    begun = scene().given(NOTED, registered("qt/d"))
    begun.given(reorganised(["qt/a"], made("qt/c"), heirs={"qt/a": "qt/c"}))
    begun.when(erased(FIRST, "note").by("qt/c", "chair")).then("not-permitted")
    begun.when(erased(FIRST, "note")).then(None)
