"""A table of earlier results becomes emissions."""

import json
from pathlib import Path
from typing import Any

import pytest

from parledger.history_file import Defaults, HistoryFault, read_history

HISTORY = Path(__file__).parents[3] / "examples" / "quang-tri-2023" / "history.csv"
DEFAULTS = Defaults("qt", "qt/dong-ha", "Báo cáo phân tích Chỉ số CCHC", 10)


def datas(text: str, defaults: Defaults = DEFAULTS) -> list[dict[str, Any]]:
    return [json.loads(emission.payload)["data"] for emission in read_history(text, defaults)]


def test_the_published_years_of_dong_ha() -> None:
    found = {data["round"]: data for data in datas(HISTORY.read_text("utf-8"))}
    assert list(found) == [str(year) for year in range(2014, 2024)]
    assert found["2019"] == {
        "unit": "qt/dong-ha",
        "round": "2019",
        "basis": "Báo cáo phân tích Chỉ số CCHC",
        "index": "80.63",
        "rank": 5,
        "of": 10,
        "grade": "Tốt",
    }


def test_a_row_is_the_same_emission_each_time() -> None:
    text = "year,index\n2019,80.63\n"
    first, again = read_history(text, DEFAULTS), read_history(text, DEFAULTS)
    assert first == again
    other = read_history("year,index\n2019,80.64\n", DEFAULTS)
    assert other[0].id != first[0].id


def test_as_a_spreadsheet_writes_it() -> None:
    text = "\ufeffUnit; Round ;Index;Grade\r\nqt/a;2019-h1;80,63;Tốt\r\n;;;\r\nqt/b;2019-h1;74;\r\n"
    assert datas(text, Defaults("qt", None, "QĐ", None)) == [
        {"unit": "qt/a", "round": "2019-h1", "basis": "QĐ", "index": "80.63", "grade": "Tốt"},
        {"unit": "qt/b", "round": "2019-h1", "basis": "QĐ", "index": "74"},
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("year;points\n2019;80\n", "no such column: points"),
        ("year,rank\n2019,1\n", "`index`"),
        ("year,index\n", "no row"),
        ("", "`index`"),
        ("year,index\n2019,eighty\n2020,\n", "line 2.*line 3"),
        ("year,index,rank\n2019,80,0\n", "line 2: the rank"),
        ("year,index\n2019,80\n2019,81\n", "line 3: .* line 2 already"),
        ("year,index\n2019,80,1\n", "line 2: more cells"),
        ("year,index\n,80\n", "line 2: no round"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text: str, told: str) -> None:
    with pytest.raises(HistoryFault, match=told):
        read_history(text, DEFAULTS)


def test_a_unit_and_a_basis_are_asked_for() -> None:
    with pytest.raises(HistoryFault, match="--unit"):
        read_history("year,index\n2019,80\n", Defaults("qt", None, "QĐ", None))
    with pytest.raises(HistoryFault, match="--basis"):
        read_history("year,index\n2019,80\n", Defaults("qt", "qt/a", None, None))
