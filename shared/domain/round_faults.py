"""What is wrong with a round by itself, each fault with its place. Source: contracts, "Event types"."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from shared.codec.envelope import instant
from shared.codec.faults import Fault
from shared.codec.names import pointer_token
from shared.codec.shapes import RoundOpened, Window


def round_faults(data: RoundOpened) -> list[Fault]:
    """Every fault of a round whose shape is right; an empty list where there is none."""
    return [
        *_window_faults("filing", data.filing),
        *_window_faults("appraisal", data.appraisal),
        *_window_faults("disputes", data.disputes),
        *_period_faults(data),
        *_unit_faults(data),
        *_group_faults(data),
        *_exclusion_faults(data),
    ]


def _window_faults(name: str, window: Window) -> Iterator[Fault]:
    moments = {"opens": window.opens, "closes": window.closes}
    unreal = [end for end, text in moments.items() if not _is_moment(text)]
    for end in unreal:
        yield Fault(f"/data/{name}/{end}", "Thời điểm không có thật.", "There is no such time.")
    if not unreal and instant(window.closes) <= instant(window.opens):
        yield Fault(
            f"/data/{name}/closes",
            "Thời hạn phải kết thúc sau khi bắt đầu.",
            "A window must close after it opens.",
        )


def _period_faults(data: RoundOpened) -> Iterator[Fault]:
    days = {"from": data.period.from_, "to": data.period.to}
    unreal = [end for end, text in days.items() if not _is_day(text)]
    for end in unreal:
        yield Fault(f"/data/period/{end}", "Ngày không có thật.", "There is no such date.")
    if not unreal and data.period.to < data.period.from_:
        yield Fault(
            "/data/period/to",
            "Kỳ báo cáo không được kết thúc trước khi bắt đầu.",
            "The period must not end before it begins.",
        )


def _unit_faults(data: RoundOpened) -> Iterator[Fault]:
    for n, unit in _repeated(data.units):
        yield Fault(f"/data/units/{n}", f"{unit} được ghi hai lần.", f"{unit} stands twice in the list.")


def _group_faults(data: RoundOpened) -> Iterator[Fault]:
    units, seen = set(data.units), Counter[str]()
    for name, members in (data.groups or {}).items():
        for n, unit in enumerate(members):
            seen[unit] += 1
            if unit not in units or seen[unit] > 1:
                yield Fault(
                    f"/data/groups/{pointer_token(name)}/{n}",
                    f"Nhóm chỉ gồm đơn vị của kỳ, mỗi đơn vị trong một nhóm: {unit}.",
                    f"A group lists units of the round, each in one group: {unit}.",
                )


def _exclusion_faults(data: RoundOpened) -> Iterator[Fault]:
    for n, code in _repeated([excluded.leaf for excluded in data.excluded or []]):
        yield Fault(
            f"/data/excluded/{n}/leaf", f"{code} được ghi hai lần.", f"{code} stands twice in the list."
        )


def _repeated(names: list[str]) -> Iterator[tuple[int, str]]:
    seen: set[str] = set()
    for n, name in enumerate(names):
        if name in seen:
            yield n, name
        seen.add(name)


def _is_moment(text: str) -> bool:
    try:
        instant(text)
    except ValueError:
        return False
    return True


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
