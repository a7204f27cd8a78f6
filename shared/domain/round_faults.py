"""What is wrong with a round by itself, each fault with its place. Source: contracts, "Event types"."""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from shared.codec.envelope import instant
from shared.codec.faults import Fault
from shared.codec.names import pointer_token
from shared.codec.shapes import ResultsPublished, RoundChanged, RoundExtended, RoundOpened, Window


def round_faults(data: RoundOpened) -> list[Fault]:
    """Every fault of a round whose shape is right; an empty list where there is none."""
    return [
        *_window_faults("filing", data.filing),
        *_window_faults("appraisal", data.appraisal),
        *_window_faults("disputes", data.disputes),
        *_period_faults(data),
        *_repetitions("/data/units", data.units),
        *_group_faults(data),
        *_exclusion_faults(data),
    ]


def change_faults(data: RoundChanged) -> list[Fault]:
    """Every fault of a change of a round whose shape is right."""
    if data.add is None and data.remove is None:
        return [
            Fault(
                "/data",
                "Hãy nêu đơn vị được thêm (add) hoặc đưa ra khỏi kỳ (remove).",
                "Name units to `add` or to `remove`.",
            )
        ]
    both = set(data.add or []) & set(data.remove or [])
    return [
        *_repetitions("/data/add", data.add or []),
        *_repetitions("/data/remove", data.remove or []),
        *(
            Fault(
                f"/data/remove/{n}",
                f"{unit} không thể vừa thêm vừa đưa ra khỏi kỳ.",
                f"{unit} cannot be added and removed at once.",
            )
            for n, unit in enumerate(data.remove or [])
            if unit in both
        ),
    ]


def extension_faults(data: RoundExtended) -> list[Fault]:
    """Every fault of an extension whose shape is right."""
    unreal = [] if _is_moment(data.closes) else [_no_moment("/data/closes")]
    return [*unreal, *_repetitions("/data/units", data.units or [])]


def document_faults(data: ResultsPublished) -> list[Fault]:
    """Every fault of a publication whose shape is right."""
    return [] if _is_day(data.document.date) else [_no_day("/data/document/date")]


def _window_faults(name: str, window: Window) -> Iterator[Fault]:
    moments = {"opens": window.opens, "closes": window.closes}
    unreal = [end for end, text in moments.items() if not _is_moment(text)]
    for end in unreal:
        yield _no_moment(f"/data/{name}/{end}")
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
        yield _no_day(f"/data/period/{end}")
    if not unreal and data.period.to < data.period.from_:
        yield Fault(
            "/data/period/to",
            "Kỳ báo cáo không được kết thúc trước khi bắt đầu.",
            "The period must not end before it begins.",
        )


def _repetitions(at: str, units: list[str]) -> Iterator[Fault]:
    for n, unit in _repeated(units):
        yield Fault(f"{at}/{n}", f"{unit} được ghi hai lần.", f"{unit} stands twice in the list.")


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


def _no_moment(pointer: str) -> Fault:
    return Fault(pointer, "Thời điểm không có thật.", "There is no such time.")


def _no_day(pointer: str) -> Fault:
    return Fault(pointer, "Ngày không có thật.", "There is no such date.")


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
