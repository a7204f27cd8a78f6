"""Who may emit what, and when: the table of `permissions.yaml`, held by a test, printed as a page."""

from collections.abc import Mapping
from importlib.resources import files

import msgspec
import yaml

from deploy.describe.labels import TYPES, Label

RECORDED = "recorded"

PLACES: Mapping[str, Label] = {
    "itself": ("chính đơn vị", "the unit itself"),
    "authority": ("cơ quan thẩm định", "its authority"),
    "root": ("gốc", "the root"),
    "anyone of the root": ("đơn vị bất kỳ trong gốc", "anyone of the root"),
}
MOMENTS: Mapping[str, Label] = {
    "before": ("Trước khi mở thời hạn", "Before the windows open"),
    "open": ("Trong thời hạn", "Windows open"),
    "submitted": ("Hồ sơ đã gửi", "Dossier submitted"),
    "returned": ("Đã trả lại bổ sung", "Leaves returned"),
    "released": ("Đã thông báo kết quả thẩm định", "Appraisal released"),
    "closed": ("Hết các thời hạn", "Windows closed"),
    "published": ("Đã công bố", "Results published"),
    "reopened": ("Đã mở lại", "Round reopened"),
    "cancelled": ("Kỳ đã hủy", "Round cancelled"),
    "left": ("Đơn vị đã ra khỏi kỳ", "Unit left the round"),
}
OTHERS: Mapping[str, Label] = {
    "twice": ("Gửi lần thứ hai", "Said twice"),
    "early": ("Khi chưa có nội dung đi trước", "Before what it follows on"),
    "unknown": ("Đối tượng không có", "No such target"),
}


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One type: the roles by place, the answer by moment, and the answers out of turn."""

    who: dict[str, list[str]]
    when: dict[str, str]
    twice: str
    early: str | None = None
    unknown: str | None = None


_INTRO = """\
# Thẩm quyền và thời điểm (Who may say what, and when)

Made from `deploy/describe/permissions.yaml` by `make docs`; do not edit. A test plays every cell.

Sự kiện do ai gửi thì được ghi nhận, và vào lúc nào của kỳ đánh giá. Vị trí tính từ đơn vị (hoặc kỳ) nêu ở
chủ thể; người khác, hoặc vai trò khác, nhận `not-permitted`. Thành viên hội đồng giới hạn theo lĩnh vực chỉ
gửi được về lĩnh vực đó. Đơn vị đã kết thúc hoạt động không gửi được nữa: đơn vị kế thừa gửi thay.

Whose emission is recorded, and at what moment of a round. Places are seen from the unit (or round) that the
subject names; anybody else, or another role, is answered `not-permitted`. A council limited to areas speaks
about those alone. A unit that has ended speaks no more: its heir does.

## Ai (Who)

| Sự kiện | Event | Ai (Who) | Một trong các vai trò (One of the roles) |
|---|---|---|---|
{who}

## Khi nào (When)

✓ đã ghi nhận (recorded); còn lại là lý do không tiếp nhận (the others are problems:
[the list](events/README.md)).

{when}
"""


def table() -> Mapping[str, Row]:
    """The rows by type, in the contract's order."""
    raw = files("deploy.describe").joinpath("permissions.yaml").read_text("utf-8")
    return msgspec.convert(yaml.safe_load(raw), dict[str, Row])


def page() -> str:
    """docs/permissions.md."""
    rows = table()
    return _INTRO.format(
        who="\n".join(line for name, row in rows.items() for line in _who(name, row)),
        when="\n".join(_when(rows)),
    )


def _who(name: str, row: Row) -> list[str]:
    vi, _ = TYPES[name]
    return [
        f"| {vi} | {name} | {PLACES[place][0]} ({PLACES[place][1]}) | {', '.join(roles)} |"
        for place, roles in row.who.items()
    ]


def _when(rows: Mapping[str, Row]) -> list[str]:
    columns = [*MOMENTS.values(), *OTHERS.values()]
    return [
        "| Sự kiện (Event) | " + " | ".join(f"{vi} ({en})" for vi, en in columns) + " |",
        "|---" * (len(columns) + 1) + "|",
        *(
            f"| {name} | "
            + " | ".join(_cell(answer) for answer in [*row.when.values(), row.twice, row.early, row.unknown])
            + " |"
            for name, row in rows.items()
        ),
    ]


def _cell(answer: str | None) -> str:
    if answer is None:
        return "–"
    if answer == RECORDED:
        return "✓"
    return f"`{answer}`"
