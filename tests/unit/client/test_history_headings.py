"""The columns of a table of earlier results may have the names that a province's spreadsheet gives them."""

import unicodedata
from typing import Literal

import pytest

from parledger.history_file import Defaults, HistoryFault, read_history

NOBODY = Defaults("qt", None, None, None)
ENGLISH = "year,index,rank,of,grade,unit,basis\n2022,84.66,5,10,Tốt,qt/dong-ha,BC\n"
VIETNAMESE = (
    "Năm;Chỉ số  CCHC;Xếp hạng;Tổng số đơn vị;Xếp loại;Đơn vị;Căn cứ\n2022;84,66;5;10;Tốt;qt/dong-ha;BC\n"
)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_same_row_under_vietnamese_headings_is_the_same_emission(form: Literal["NFC", "NFD"]) -> None:
    header, row = VIETNAMESE.split("\n", 1)
    table = unicodedata.normalize(form, header) + "\n" + row
    assert read_history(table, NOBODY) == read_history(ENGLISH, NOBODY)


def test_one_column_under_two_names_is_refused() -> None:
    with pytest.raises(HistoryFault, match="the column index stands there twice"):
        read_history("year,index,chỉ số\n2022,80,81\n", NOBODY)
