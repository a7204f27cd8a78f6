"""What `parledger verify` prints: labels in Vietnamese, then English."""

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from deploy.local.demo.tables import Paper
from shared.audit.replay import Erased, Published, Replayed
from shared.audit.verify import Verdict
from shared.codec.envelope import moment_of, time_text
from shared.codec.numbers import index_text, text_of
from shared.domain.computed import exact_computed, leaf_figures, rounded_points
from shared.domain.dossier import Dossier
from shared.domain.index import earned_points
from shared.domain.rubric import Leaf
from shared.log.note import VerifierKey

_NOTHING = "–"


def print_verdict(verdict: Verdict, *, checked: bool, witnesses: Sequence[VerifierKey]) -> None:
    """Print what was proved; `checked`: against a key from elsewhere."""
    content, replayed, paper = verdict.content, verdict.replayed, Paper()
    paper.print(Text(f"{content.unit} @ {content.round}", style="bold"))
    said = [
        f"Sổ (log): {verdict.head.origin}, {verdict.head.size} sự kiện (events)",
        f"Khóa của sổ (the log's key): {verdict.key}",
    ]
    if not checked:
        said.append(
            "  LƯU Ý: khóa này lấy từ chính tệp, chưa đối chiếu với nguồn độc lập; hãy dùng --key\n"
            "  (NOTE: this key stands in the file itself and was not checked against an independent one: "
            "use --key)"
        )
    said += [f"Đã được chứng kiến bởi (cosigned by): {witness.name}" for witness in witnesses]
    last = content.events[-1]
    said.append(
        f"Sự kiện cuối trong tệp (last event in the file): số {last.position}, "
        f"{time_text(moment_of(last.recorded_us))}"
    )
    for line in said:
        paper.print_as_it_is(line)
    paper.print(_leaves(replayed.dossier))
    for line in (*_results(replayed), *map(_erased, replayed.erasures)):
        paper.print_as_it_is(line)
    paper.print(
        Text(
            f"✓ {len(content.events)} sự kiện đúng như đã ghi sổ "
            f"({len(content.events)} events are in the log just so, none is missing between them)",
            "green",
        )
    )


def _leaves(dossier: Dossier) -> Table:
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("Tiêu chí\n(leaf)")
    table.add_column("", ratio=1)
    for label in ("Điểm chuẩn\n(max)", "Tự đánh giá\n(self)", "Thẩm định\n(appraised)"):
        table.add_column(label, justify="right")
    for label in ("Theo công thức\n(computed)", "Được tính\n(earned)"):
        table.add_column(label, justify="right")
    for leaf in dossier.rubric.leaves.values():
        table.add_row(*_leaf(dossier, leaf))
    return table


def _leaf(dossier: Dossier, leaf: Leaf) -> tuple[str, ...]:
    state = dossier.leaf(leaf.code)
    exact = exact_computed(dossier, leaf, leaf_figures(state))
    excluded = dossier.excluded(leaf.code)
    earned = "Không đánh giá (excluded)" if excluded else _points(earned_points(dossier, leaf.code))
    return (
        leaf.code,
        leaf.name,
        text_of(leaf.maximum),
        _points(state.self_points),
        _points(dossier.appraised(leaf.code)),
        _points(None if exact is None else rounded_points(dossier.rubric, exact)),
        earned,
    )


def _results(replayed: Replayed) -> list[str]:
    score, dossier = replayed.score, replayed.dossier
    index = _NOTHING if score.index is None else index_text(score.index)
    lines = [
        f"Chỉ số CCHC (index): {index}",
        f"Tổng điểm (points): {text_of(score.points)} / {text_of(score.assessed)}; "
        f"điểm thưởng (bonus) {text_of(score.bonus)}, điểm trừ (penalties) {text_of(score.penalties)}",
        f"Xếp loại (grade): {score.grade or _NOTHING}; trạng thái (status): {dossier.status}; "
        f"đủ kết quả (final): {'có (yes)' if score.final else 'chưa (no)'}",
    ]
    published = [_published(each) for each in replayed.publications]
    lines += published or ["Chưa công bố kết quả (the results are not published)"]
    if replayed.publications and replayed.publications[-1].standing:
        standing = replayed.publications[-1].standing
        if standing.index != (None if score.index is None else index):
            lines.append(
                "  Hồ sơ đã thay đổi sau lần công bố đó (the dossier has changed since that publication)"
            )
    return lines


def _erased(erased: Erased) -> str:
    said = erased.said
    return (
        f"Đã xóa nội dung (text erased): {', '.join(said.fields)} của số (of position) {said.position}, "
        f"bởi số (by position) {erased.position}, {time_text(moment_of(erased.recorded_us))}: "
        f"{said.reason} ({said.basis})"
    )


def _published(published: Published) -> str:
    standing = published.standing
    if standing is None:
        return f"Công bố (published) ở số {published.position}: đơn vị không có tên (the unit is not in it)"
    return (
        f"Công bố (published) ở số {published.position}: chỉ số (index) {standing.index or _NOTHING}, "
        f"hạng (rank) {standing.rank or _NOTHING} / {published.among}, "
        f"xếp loại (grade) {standing.grade or _NOTHING}: đúng như các sự kiện cho ra "
        "(just what the events give)"
    )


def _points(value: int | None) -> str:
    return _NOTHING if value is None else text_of(value)
