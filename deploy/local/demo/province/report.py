"""What came of a play, on paper: labels in Vietnamese, then English."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from deploy.local.demo.province.player import Surprise
from deploy.local.demo.province.readback import Difference, Reading
from deploy.local.demo.province.session import Checked, Result
from deploy.local.demo.tables import titled
from deploy.province.story import Play
from shared.domain.problems import TITLES

_SHOWN = 12
_OUTCOMES = {"recorded": "Đã ghi nhận", "duplicate": "Đã ghi nhận trước đó"}


def report(play: Play, result: Result) -> RenderableType:
    """Everything, and the verdict last."""
    differences = [
        difference
        for one in result.rounds
        for reading in (one.live, one.rebuilt)
        for difference in reading.differences
    ]
    return Group(
        Text(
            f"{len(play.lines)} bản gửi, {result.recorded} sự kiện đã ghi nhận "
            f"({len(play.lines)} emissions, {result.recorded} events recorded)"
        ),
        _outcomes(play.expected["outcomes"], result.surprises),
        _rounds(
            "Xếp hạng đọc lại (standings read back)", [one for one in result.rounds if not one.published]
        ),
        _rounds("Kết quả đã công bố (as published)", [one for one in result.rounds if one.published]),
        *_wrong(result.surprises, differences),
        _verdict(result.agrees),
    )


def _outcomes(expected: Mapping[str, int], surprises: Sequence[Surprise]) -> Table:
    wrong = Counter(surprise.line.expect for surprise in surprises)
    table = titled("Kết quả tiếp nhận (outcomes)")
    table.add_column("", ratio=1)
    for label in ("Dự kiến\n(expected)", "Đúng\n(as expected)"):
        table.add_column(label, justify="right")
    for name, count in expected.items():
        table.add_row(_outcome(name), str(count), _mark(f"{count - wrong[name]}", right=not wrong[name]))
    return table


def _outcome(name: str) -> str:
    """An outcome or a problem, as people are shown it."""
    return f"{_OUTCOMES.get(name) or TITLES[name][0]} ({name})"


def _rounds(title: str, rounds: Sequence[Checked]) -> Table:
    table = titled(title)
    table.add_column("Cơ quan, kỳ (authority, round)", ratio=1)
    table.add_column("Đơn vị\n(units)", justify="right")
    for label in ("Trực tiếp\n(live)", "Sau khi phát lại\n(after replay)"):
        table.add_column(label, justify="right", min_width=18)
    times = Counter[str]()
    for one in rounds:
        name = f"{one.authority}@{one.round}"
        times[name] += 1
        again = f", công bố lại lần {times[name]} (published again)" if times[name] > 1 else ""
        table.add_row(name + again, str(one.units), _read(one.live), _read(one.rebuilt))
    return table


def _read(reading: Reading) -> Text:
    same = reading.values - len(reading.differences)
    return _mark(f"{same}/{reading.values}", right=not reading.differences)


def _wrong(surprises: Sequence[Surprise], differences: Sequence[Difference]) -> list[Text]:
    told = [
        f"✗ {one.line.emission['type']} {one.line.emission['subject']}: {one.answered}, not {one.line.expect}"
        for one in islice(surprises, _SHOWN)
    ]
    told += [
        f"✗ {one.where} {one.what}: {one.pair.answered}, not {one.pair.published}"
        for one in islice(differences, _SHOWN)
    ]
    return [Text(line, "bold red") for line in told]


def _verdict(agrees: bool) -> Text:
    if agrees:
        return Text(
            "✓ Mọi số liệu khớp với cách tính độc lập (everything agrees with the slow evaluator)", "green"
        )
    return Text("✗ CÓ KHÁC BIỆT (something differs from what must come of it)", "bold red")


def _mark(text: str, *, right: bool) -> Text:
    return Text(f"{text} ✓", "green") if right else Text(f"{text} ✗", "bold red")
