"""Canonical JSON, and the hashes that rest on it."""

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.codec.canonical import canonical
from shared.codec.hashes import commitment, entry, leaf_hash
from shared.codec.shapes import SHAPES, decode_data

texts = st.text(st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"]))
values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_keys_are_sorted_and_no_space_is_wasted(value: Any) -> None:
    encoded = canonical(value)
    assert json.loads(encoded) == value
    expected = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert encoded == expected.encode()


@given(st.permutations(["leaf", "kind", "reason"]))
def test_the_order_in_which_fields_came_does_not_matter(names: list[str]) -> None:
    said = {"leaf": "1.1", "kind": "not-due", "reason": "chưa đến kỳ"}
    raw = json.dumps({name: said[name] for name in names}).encode()
    assert canonical(decode_data("LeafExcluded", 1, raw)) == canonical(said)


def test_what_is_left_out_is_not_written() -> None:
    filed = SHAPES["SubmissionFiled"](leaf="1.1", self_points="1")  # type: ignore[call-arg]
    assert canonical(filed) == b'{"leaf":"1.1","self_points":"1"}'


def test_the_tag_of_a_rule_is_sorted_among_its_fields() -> None:
    rubric = {
        "id": "r",
        "name": "R",
        "points": {"scale": 2, "rounding": "half_up"},
        "index": {"scale": 2, "rounding": "half_up"},
        "grades": [{"name": "A", "from": "0"}],
        "areas": [
            {
                "code": "1",
                "name": "A",
                "criteria": [
                    {"code": "1.1", "name": "B", "max": "1", "rule": {"kind": "count", "each": "0.5"}},
                    {
                        "code": "1.2",
                        "name": "C",
                        "max": "1",
                        "rule": {"kind": "rate", "floor": "0.5", "over": True},
                    },
                ],
            }
        ],
    }
    data = decode_data("RubricPublished", 1, json.dumps({"rubric": rubric}).encode())
    assert canonical(data) == json.dumps({"rubric": rubric}, sort_keys=True, separators=(",", ":")).encode()


def test_a_commitment_hides_a_text_behind_its_salt() -> None:
    assert commitment(bytes(16), "a") != commitment(bytes(15) + b"\x01", "a")
    assert commitment(bytes(16), "a") != commitment(bytes(16), "b")


def test_a_leaf_is_told_from_a_node_and_from_another_time() -> None:
    assert entry(b"{}", 1) != entry(b"{}", 2)
    assert leaf_hash(entry(b"{}", 1)) != entry(b"{}", 1)
