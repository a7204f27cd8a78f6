"""What an emission's data may hold, and in which words it is told what does not fit."""

import json
from typing import Any

import pytest

from shared.codec.emitted import read_emitted
from shared.codec.faults import FORBIDDEN, Fault, Faulty
from shared.codec.shapes import SubmissionFiled

LONGEST = "ă" * 4000


def filing(**changed: Any) -> bytes:
    data = {"leaf": "1.1", "self_points": "1", **changed}
    return json.dumps(data, ensure_ascii=False).encode()


def fault(raw: bytes, name: str = "SubmissionFiled") -> Fault:
    with pytest.raises(Faulty) as caught:
        read_emitted(name, 1, raw)
    (found,) = caught.value.faults
    assert found.vi.endswith(".")
    assert found.en.endswith(".")
    assert found.vi != found.en
    assert "`" not in found.vi + found.en
    return found


@pytest.mark.parametrize(
    ("raw", "pointer"),
    [
        (b"5", "/data"),
        (b"[]", "/data"),
        (b"null", "/data"),
        (filing(nope=1), "/data/nope"),
        (b'{"leaf": "1.1"}', "/data/self_points"),
        (filing(self_points=1), "/data/self_points"),
        (filing(self_points=0.5), "/data/self_points"),
        (filing(self_points=None), "/data/self_points"),
        (filing(self_points="-1"), "/data/self_points"),
        (filing(self_points="1e400"), "/data/self_points"),
        (filing(self_points="NaN"), "/data/self_points"),
        (filing(self_points="1_000"), "/data/self_points"),
        (filing(self_points="١٢"), "/data/self_points"),
        (filing(self_points="0." + "1" * 40), "/data/self_points"),
        (b'{"leaf": "1.1", "self_points": 1e400}', "/data/self_points"),
        (b'{"leaf": "1.1", "self_points": ' + b"1" * 5000 + b"}", "/data/self_points"),
        (filing(leaf="3.12."), "/data/leaf"),
        (filing(leaf="a" * 33), "/data/leaf"),
        (filing(figures=[]), "/data/figures"),
        (filing(figures={"numerator": -1}), "/data/figures/numerator"),
        (filing(figures={"numerator": 10**15 + 1}), "/data/figures/numerator"),
        (filing(figures={"numerator": "1000000000000000"}), "/data/figures/numerator"),
        (filing(figures={"events": {"a/b": "1000000000000000"}}), "/data/figures/events/a~1b"),
        (filing(figures={"numerator": 1.5}), "/data/figures/numerator"),
        (filing(figures={"numerator": True}), "/data/figures/numerator"),
        (filing(figures={"tử số": 1}), "/data/figures/tử số"),
        (filing(figures={"a/b~c": 1}), "/data/figures/a~1b~0c"),
        (filing(figures={"events": {"": 1}}), "/data/figures/events"),
        (filing(figures={"events": {"a": "x"}}), "/data/figures/events"),
        (filing(note=""), "/data/note"),
        (filing(note=" \n"), "/data/note"),
        (filing(note=LONGEST + "a"), "/data/note"),
        (filing(note=5), "/data/note"),
        (filing(note={"sha256": "a" * 64}), "/data/note"),
        (filing(note={"sha256": "a"}), "/data/note/sha256"),
    ],
)
def test_the_pointer_leads_to_what_does_not_fit(raw: bytes, pointer: str) -> None:
    assert fault(raw).pointer == pointer


@pytest.mark.parametrize(
    "note",
    [
        "\x00",
        "a\tb",
        "a\rb",
        "\x7f",
        "\x85",
        "\u202eabc",
        "\u200f",
        "\u200e",
        "\u061c",
        "\u2066x\u2069",
        "e\u0302\u0301",
        "\u0110a\u0300",
    ],
)
def test_text_holds_no_control_characters_no_marks_of_direction_and_is_composed(note: str) -> None:
    assert fault(filing(note=note + "x")).pointer == "/data/note"
    escaped = json.dumps({"leaf": "1.1", "self_points": "1", "note": note}).encode()
    assert fault(escaped).pointer == "/data/note"


@pytest.mark.parametrize(
    "note", ["hai\ndòng", "Đông Hà", "👩‍👩‍👧", LONGEST, "a" * 4000, "العربية", "x\u2028y"]
)
def test_other_text_is_let_in(note: str) -> None:
    data = read_emitted("SubmissionFiled", 1, filing(note=note))
    assert isinstance(data, SubmissionFiled)
    assert data.note == note


def test_a_key_is_text_too() -> None:
    assert fault(filing(figures={"events": {"a\u202eb": 1}})).pointer == "/data/figures/events"
    assert fault(filing(figures={"events": {"👍": 1}})).pointer == "/data/figures/events"


def test_an_answer_does_not_repeat_what_is_not_let_in_nor_at_length() -> None:
    found = fault(filing(**{"\u202e\x00" + "a" * 50_000: 1}))
    assert len(found.en) < 200
    assert len(found.pointer) < 200
    assert not FORBIDDEN.search(found.pointer + found.en + found.vi)


@pytest.mark.parametrize(
    ("raw", "english"),
    [
        (filing(self_points=5), "This takes text, not a whole number. Write it in quotes."),
        (filing(note=[]), "This takes text, not a list […]."),
        (filing(figures=5), "This takes an object {…}, not a whole number."),
        (
            filing(figures={"count": 1.5}),
            "This takes a whole number or text, not a decimal number. Write it in quotes.",
        ),
        (filing(figures={"count": -1}), "The value must be at least 0."),
        (filing(note="a" * 4001), "This takes at most 4000 characters."),
        (filing(nope=1), "There is no field nope here; leave it out."),
        (b'{"leaf": "1.1"}', "The required field self_points is missing."),
        (b'{"leaf": "1.1", "self_points": 1e400}', "The number is too large."),
        (filing(figures={"events": {" ": 1}}), "A key: The text must not be blank."),
    ],
)
def test_it_is_told_in_plain_words(raw: bytes, english: str) -> None:
    assert fault(raw).en == english


@pytest.mark.parametrize(
    ("raw", "english"),
    [
        (
            b'{"leaf": "1.1", "kind": "later", "reason": "x"}',
            "later is none of the values that may stand here: not-applicable, not-due.",
        ),
        (
            b'{"leaf": "1.1", "kind": 5, "reason": "x"}',
            "This takes text, not a whole number. Write it in quotes.",
        ),
        (b'{"leaf": "1.1", "kind": "not-due"}', "The required field reason is missing."),
    ],
)
def test_a_choice_is_told_in_plain_words(raw: bytes, english: str) -> None:
    assert fault(raw, "LeafExcluded").en == english


@pytest.mark.parametrize("depth", [5, 300, 3000])
def test_figures_that_are_nested_without_end_get_an_answer(depth: int) -> None:
    figures = b'{"options": [' * depth + b"null" + b"]}" * depth
    found = fault(b'{"leaf": "1.1", "self_points": "1", "figures": ' + figures + b"}")
    assert found.pointer in ("/data/figures", "/data")
    assert "nested too deep" in found.en


def test_the_marks_of_a_text_that_lies_too_deep_are_not_looked_for() -> None:
    depth, turned = 600, "\u202e".encode()
    figures = b'{"parts": {"' + turned + b'": ' + b'{"parts": {"a": ' * depth + b"{}" + b"}}" * (depth + 1)
    found = fault(b'{"leaf": "1.1", "self_points": "1", "figures": ' + figures + b"}")
    assert found.pointer.startswith("/data")


def test_a_surveys_mean_is_written_like_any_figure() -> None:
    def survey(score: Any) -> bytes:
        return json.dumps({"leaf": "1.1", "score": score, "of": 10**15, "respondents": 3}).encode()

    read_emitted("SurveyRecorded", 1, survey(10**15))
    assert fault(survey("1000000000000000"), "SurveyRecorded").pointer == "/data/score"
