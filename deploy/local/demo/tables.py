"""The tables of the demo: what GraphQL answers, and beside it what was published.

Labels in Vietnamese, then English.
"""

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from deploy.local.demo.answers import STANDINGS, GraphQL
from deploy.local.demo.comparison import Comparison, Pair
from deploy.local.stack import Stack

WIDTH = 100
_SUPPORT = {
    "SUPPORTED": "Khớp số liệu\n(supported)",
    "ROUNDING": "Lệch do làm tròn\n(rounding)",
    "UNSUPPORTED": "Điểm không khớp số liệu\n(unsupported)",
}
_NOTHING = "–"


class Paper:
    """Standard output: at most 100 columns wide; where it is no terminal, 100 columns and no colours."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._console.width = min(self._console.width, WIDTH) if self._console.is_terminal else WIDTH

    def print(self, what: RenderableType) -> None:
        """Print it, without blanks at the ends of lines."""
        with self._console.capture() as captured:
            self._console.print(what)
        self.print_as_it_is("\n".join(line.rstrip() for line in captured.get().splitlines()))

    def print_as_it_is(self, text: str) -> None:
        """Print a line that must not be broken."""
        print(text, flush=True)

    def invite(self, stack: Stack, viewer: GraphQL, authority: str, round_: str) -> None:
        """Print where it is served, and a query to paste."""
        self.print(
            Text(f"\nGraphQL: {stack.http_url}/graphql · NATS: {stack.nats_url} · Ctrl-C: kết thúc (end)")
        )
        self.print("Dán thử (paste this):\n")
        self.print_as_it_is(viewer.curl(STANDINGS.format(authority=authority, round=round_)))


def tables(comparison: Comparison) -> RenderableType:
    """Everything about one round."""
    title = Text(f"\n{comparison.round} · {comparison.unit}", style="bold")
    return Group(title, _standing(comparison), _areas(comparison), _support(comparison))


def verdict(comparisons: list[Comparison]) -> Text:
    """Does everything agree? And what a rank is a rank among."""
    of = comparisons[0].published_rank.partition("/")[2]
    note = (
        "* Hạng trong các đơn vị có trong sổ; hạng công bố là trong "
        f"{of} huyện, tài liệu chỉ có {len(comparisons)}\n"
        f"  (a rank is among the units in the ledger; the published one among {of}, "
        f"of which the sources show {len(comparisons)})\n\n"
    )
    return Text(note, "dim").append_text(_agreement(comparisons))


def _agreement(comparisons: list[Comparison]) -> Text:
    if all(comparison.agrees for comparison in comparisons):
        return Text(
            "✓ Mọi số liệu khớp với kết quả công bố (everything agrees with what was published)", "green"
        )
    return Text(
        "✗ CÓ SỐ LIỆU KHÁC với kết quả công bố (something differs from what was published)", "bold red"
    )


def titled(title: str) -> Table:
    """A table under its title, without lines between its rows."""
    return Table(
        title=title,
        title_justify="left",
        title_style="italic",
        box=box.SIMPLE_HEAD,
        expand=True,
        padding=(0, 1, 0, 0),
    )


def _standing(comparison: Comparison) -> Table:
    table = titled("Xếp hạng (standing)")
    table.add_column("", ratio=1)
    table.add_column("GraphQL", justify="right", min_width=10)
    table.add_column("Công bố (published)", justify="right")
    for label, pair in (
        ("Tổng điểm (points)", comparison.points),
        ("Điểm chuẩn được đánh giá (assessed)", comparison.assessed),
        ("Chỉ số CCHC, % (index)", comparison.index),
        ("Xếp loại (grade)", comparison.grade),
        ("Điểm bị trừ (lost)", comparison.lost),
        ("Số tiêu chí bị trừ điểm (leaves that lost)", comparison.leaves_that_lost),
    ):
        table.add_row(label, _answered(pair), _published(pair))
    table.add_row("Xếp hạng (rank)", comparison.rank, f"{comparison.published_rank} *")
    return table


def _areas(comparison: Comparison) -> Table:
    with_points = any(area.points.published for area in comparison.areas)
    table = titled("Điểm bị trừ theo lĩnh vực (points lost by area)")
    table.add_column("Lĩnh vực (area)", ratio=1)
    for label in (
        "Điểm chuẩn\n(max)",
        "Không đánh giá\n(excluded)",
        "Điểm\n(points)",
        *(["Công bố\n(published)"] if with_points else []),
        "Bị trừ\n(lost)",
        "Công bố\n(published)",
    ):
        table.add_column(label, justify="right")
    for area in comparison.areas:
        table.add_row(
            f"{area.code} {area.name}",
            area.max,
            area.excluded,
            _answered(area.points),
            *([_published(area.points)] if with_points else []),
            _answered(area.lost),
            _published(area.lost),
        )
    return table


def _support(comparison: Comparison) -> Table:
    table = titled("Điểm không khớp số liệu (points that the figures do not support)")
    table.add_column("Tiêu chí (leaf)", ratio=1)
    table.add_column("Thẩm định\n(appraised)", justify="right")
    table.add_column("Số liệu\n(figures)", justify="right")
    table.add_column("Công thức\n(computed)", justify="right")
    table.add_column("Đối chiếu\n(support)", min_width=24)
    table.add_column("Dự kiến\n(expected)", justify="center")
    for line in comparison.support:
        table.add_row(
            f"{line.code} {line.name}",
            _answered(line.appraised),
            _answered(line.figures),
            _answered(line.computed),
            _SUPPORT.get(line.support.answered or "", _NOTHING),
            Text("✓", "green") if line.agrees else Text(f"✗ {line.support.published}", "bold red"),
        )
    return table


def _answered(pair: Pair) -> str:
    return pair.answered or _NOTHING


def _published(pair: Pair) -> Text:
    if pair.published is None:
        return Text(_NOTHING if pair.agrees else "✗", "dim" if pair.agrees else "bold red")
    return Text(f"{pair.published} ✓", "green") if pair.agrees else Text(f"{pair.published} ✗", "bold red")
