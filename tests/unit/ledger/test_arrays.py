"""Names on their way to PostgreSQL as one text."""

import pytest

from shared.ledger.arrays import array_text


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ([], "{}"),
        (["qt"], '{"qt"}'),
        (["null", "qt/a@1", ""], '{"null","qt/a@1",""}'),
        ([None, "a", None], '{NULL,"a",NULL}'),
        ([None], "{NULL}"),
        (["a,b", "{c}"], '{"a,b","{c}"}'),
    ],
)
def test_names_stand_in_quotation_marks(names: list[str | None], text: str) -> None:
    assert array_text(names) == text


@pytest.mark.parametrize("name", ['"', 'a"b', 'a","b', "\\", 'a\\"b'])
def test_a_name_that_would_end_its_quotation_marks_is_no_name(name: str) -> None:
    for names in ([name], ["a", name], [name, "b"], ["a", name, None]):
        with pytest.raises(ValueError, match="quotation mark"):
            array_text(names)
