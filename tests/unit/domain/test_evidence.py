"""Evidence: who may attach what, when, and what it is good for. Source: contracts; scoring.md, "Rules"."""

from typing import Any

import pytest

from tests.unit.domain.rubrics import JUDGEMENT, RATE, leaf, rubric
from tests.unit.domain.sayings import (
    FILE,
    HOUR,
    NOW,
    Saying,
    attached,
    evidence_withdrawn,
    filed,
    scored,
    submitted,
)
from tests.unit.domain.scene import Scene, scene

OTHER = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
WHOLE = {"numerator": 1, "denominator": 1}


def put() -> Scene:
    """FILE was put, with its 4 bytes; OTHER was not."""
    return scene(rubric(leaf("1.1", "2"), leaf("1.2")))


def proving() -> Scene:
    """Leaves that take evidence: one with a rule, one without."""
    leaves = leaf("1.1", "2", RATE, evidence="required"), leaf("1.2", "1", JUDGEMENT, evidence="required")
    return scene(rubric(*leaves)).given(filed("1.1", "2", WHOLE), filed("1.2"))


def test_a_file_that_was_put_is_attached() -> None:
    put().when(attached("1.1")).then(None)
    more = {"number": "215/BC", "dated": "2023-12-10", "issuer": "UBND", "title": "Báo cáo", "pages": "2-3"}
    put().when(attached("1.1", **more)).then(None)


def test_a_file_that_was_not_put_is_not() -> None:
    put().when(attached("1.1", sha256=OTHER)).then("evidence-not-stored", "/data/sha256")


def test_nor_one_of_another_size() -> None:
    given = put().when(attached("1.1", size=5)).then("evidence-not-stored", "/data/size")
    assert "4" in str(given.answer)


@pytest.mark.parametrize("saying", [attached("1.1"), evidence_withdrawn()])
def test_by_the_unit_itself_alone_in_the_right_role(saying: Saying) -> None:
    given = put().given(attached("1.2", "e1")) if saying.type == "EvidenceWithdrawn" else put()
    for roles in (("viewer",), ("auditor", "council"), ("registrar",)):
        given.when(saying.by("qt/a", *roles)).then("not-permitted", "/type")
    given.when(saying.by("qt")).then("not-permitted", "/subject")
    given.when(saying.by("qt/b")).then("not-permitted", "/subject")
    given.when(saying.by("qt/a", "filer")).then(None)


def test_what_is_not_there_is_not_found() -> None:
    put().when(attached("9.9")).then("unknown-target", "/data/leaf")
    put().when(attached("1.1").on("qt/a@2022")).then("unknown-target", "/subject")
    put().when(evidence_withdrawn()).then("unknown-target", "/data/evidence")


@pytest.mark.parametrize("at", [NOW - HOUR - 1, NOW + HOUR])
def test_outside_the_window_nothing_is_attached_or_withdrawn(at: int) -> None:
    put().when(attached("1.1").when(at)).then("window-closed", "/data/leaf")
    given = put().given(attached("1.1")) if at > NOW else put()
    if at > NOW:
        given.when(evidence_withdrawn().when(at)).then("window-closed", "/data/evidence")


def test_a_dossier_that_was_submitted_takes_no_more_evidence_and_gives_none_back() -> None:
    given = put().given(attached("1.1"), submitted())
    given.when(attached("1.1", "e2")).then("locked", "/data/leaf")
    given.when(evidence_withdrawn()).then("locked", "/data/evidence")


def test_the_window_comes_before_the_file_and_the_file_before_the_id() -> None:
    put().when(attached("1.1", sha256=OTHER).when(NOW + HOUR)).then("window-closed")
    given = put().given(attached("1.1"))
    given.when(attached("1.1", sha256=OTHER)).then("evidence-not-stored")


def test_an_id_is_given_once() -> None:
    given = put().given(attached("1.1"))
    given.when(attached("1.1")).then("no-change", "/data/evidence")
    given.when(attached("1.2", pages="7")).then("no-change", "/data/evidence")
    given.given(evidence_withdrawn()).when(attached("1.1")).then("no-change", "/data/evidence")
    given.when(attached("1.1", "e2")).then(None)


def test_it_is_withdrawn_once() -> None:
    given = put().given(attached("1.1"), evidence_withdrawn(reason="nhầm tệp"))
    given.when(evidence_withdrawn()).then("no-change")


def test_required_evidence_that_stands_lets_the_rule_compute() -> None:
    given = proving().given(attached("1.1"))
    assert given.computed("1.1") == "2"
    assert given.computed("1.2") == "0"
    given.when(scored("1.1", "2")).then(None)
    assert given.support("1.1") == "SUPPORTED"


def test_where_the_rule_computes_nothing_it_takes_the_zero_away() -> None:
    given = proving().given(attached("1.2"))
    assert given.computed("1.2") is None
    given.when(scored("1.2", "1")).then(None)


def test_as_long_as_one_piece_stands() -> None:
    given = proving().given(attached("1.1", "e1"), attached("1.1", "e2"))
    assert given.given(evidence_withdrawn("e1")).computed("1.1") == "2"
    assert given.given(evidence_withdrawn("e2")).computed("1.1") == "0"
    assert given.given(attached("1.1", "e3")).computed("1.1") == "2"


def test_evidence_of_another_leaf_proves_nothing_here() -> None:
    assert proving().given(attached("1.2")).computed("1.1") == "0"


def test_what_it_touches_is_its_leaf_and_itself() -> None:
    given = put().given(attached("1.1"))
    assert (given.touched.codes, given.touched.evidence) == (
        {("qt/a", "2023"): {"1.1"}},
        ("qt/a", "2023", "e1"),
    )
    assert given.given(evidence_withdrawn()).touched.evidence == ("qt/a", "2023", "e1")


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"sha256": FILE.upper()}, "/data/sha256"),
        ({"sha256": FILE[:-1]}, "/data/sha256"),
        ({"sha256": "../" * 21 + "x"}, "/data/sha256"),
        ({"size": -1}, "/data/size"),
        ({"size": 100 * 1024 * 1024 + 1}, "/data/size"),
        ({"size": "4"}, "/data/size"),
        ({"media_type": "pdf"}, "/data/media_type"),
        ({"media_type": "text/html\r\nSet-Cookie: a=b"}, "/data/media_type"),
        ({"media_type": "text/plain; charset=utf-8"}, "/data/media_type"),
        ({"name": ""}, "/data/name"),
        ({"name": "a\u202efdp.exe"}, "/data/name"),
        ({"evidence": "a b"}, "/data/evidence"),
        ({"dated": "2023-02-30"}, "/data/dated"),
        ({"path": "/etc/passwd"}, "/data/path"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(changed: dict[str, Any], pointer: str) -> None:
    put().when(attached("1.1", **changed)).then("invalid-data", pointer)
