"""Under what name a file is handed out."""

import pytest

from services.query.download import SAFE_TYPES, disposition
from services.query.rows.dossiers import FileRow

HASH = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"


@pytest.mark.parametrize(
    ("name", "plain", "encoded"),
    [
        ("report.pdf", "report.pdf", "report.pdf"),
        ("Báo cáo.pdf", "B_o c_o.pdf", "B%C3%A1o%20c%C3%A1o.pdf"),
        ('a"; filename=b.exe', "a_; filename=b.exe", "a_%3B%20filename%3Db.exe"),
        ("../../etc/passwd", "_.._etc_passwd", "_.._etc_passwd"),
        ("a\r\nSet-Cookie: x", "a__Set-Cookie_ x", "a__Set-Cookie_%20x"),
        ("...", HASH, HASH),
        (None, HASH, HASH),
    ],
)
def test_a_name_is_a_name_and_nothing_else(name: str | None, plain: str, encoded: str) -> None:
    said = disposition(FileRow(1, "application/pdf", name), HASH)
    assert said == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}"


def test_a_long_name_is_cut() -> None:
    assert len(disposition(FileRow(1, "application/pdf", "x" * 4000), HASH)) < 500


def test_no_type_that_can_run_in_a_page_is_answered() -> None:
    for dangerous in ("html", "xml", "svg", "javascript", "shockwave", "multipart"):
        assert not any(dangerous in kind for kind in SAFE_TYPES if "openxml" not in kind)
