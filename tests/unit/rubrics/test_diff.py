"""`parledger rubric diff` says what changed between two years."""

from pathlib import Path

import pytest

from tests.unit.rubrics.files import RUBRIC, Run, written


def changes(run: Run, folder: Path, *replaced: tuple[str, str]) -> list[str]:
    text = RUBRIC.replace(', was: "1.9"', "")
    after = text
    for old, new in replaced:
        assert old in after
        after = after.replace(old, new)
    said = run("diff", written(folder, text, "a.yaml"), written(folder, after, "b.yaml"))
    assert said.code == 0
    return said.lines


def test_nothing_changed(run: Run, tmp_path: Path) -> None:
    assert changes(run, tmp_path, ("bo-2023", "bo-2024")) == ["không có gì thay đổi · nothing changed"]


@pytest.mark.parametrize(
    ("replaced", "lines"),
    [
        (
            [('max: "1.5"', 'max: "1"'), ('max: "0.5"', 'max: "1.0"')],
            [
                "~ 1.2.1: điểm chuẩn 1.5 → 1 · maximum 1.5 → 1",
                "~ 1.2.2: điểm chuẩn 0.5 → 1 · maximum 0.5 → 1",
            ],
        ),
        ([('max: "1.5"', 'max: "1.50"')], ["không có gì thay đổi · nothing changed"]),
        (
            [('target: "0.9"', 'target: "0.95"')],
            ["~ 1.2.1: cách tính {kind: rate, target: '0.9'} → {kind: rate, target: '0.95'}"],
        ),
        (
            [("name: Kế hoạch", "name: Kế hoạch năm")],
            ["~ 1.1: tên Kế hoạch → Kế hoạch năm · name Kế hoạch → Kế hoạch năm"],
        ),
        (
            [('code: "1.1"   ', 'code: "1.3"\n        was: "1.1"'), ('needs: ["1.1"]', 'needs: ["1.3"]')],
            ["> 1.3 Kế hoạch: đánh số lại, trước là 1.1 · renumbered, formerly 1.1"],
        ),
        (
            [("rule: {kind: judgement}", "rule: {kind: judgement}, evidence: required, source: system")],
            [
                "~ 1.2.2: tài liệu bắt buộc optional → required · evidence optional → required",
                "~ 1.2.2: nguồn số liệu unit → system · source unit → system",
            ],
        ),
        (
            [(', needs: ["1.1"]', ", documents: [Báo cáo]")],
            [
                "~ 1.2.1: điều kiện ['1.1'] → [] · needs ['1.1'] → []",
                "~ 1.2.1: tài liệu [] → [Báo cáo] · documents [] → [Báo cáo]",
            ],
        ),
        (
            [("name: Bộ chỉ số 2023", "name: Bộ chỉ số 2024\nbasis: 1/QĐ"), ('  max: "1"', '  max: "2"')],
            [
                "~ *: tên Bộ chỉ số 2023 → Bộ chỉ số 2024 · name Bộ chỉ số 2023 → Bộ chỉ số 2024",
                "~ *: căn cứ – → 1/QĐ · basis – → 1/QĐ",
                "~ *: điểm thưởng tối đa 1 → 2 · bonus 1 → 2",
            ],
        ),
        ([("name: Chỉ đạo", "name: Điều hành")], ["~ 1: tên Chỉ đạo → Điều hành · name Chỉ đạo → Điều hành"]),
        (
            [('from: "80"', 'from: "85"'), ("index: {scale: 2", "index: {scale: 3")],
            ["~ *: làm tròn chỉ số", "~ *: xếp loại"],
        ),
    ],
)
def test_each_change_is_a_line(
    run: Run, tmp_path: Path, replaced: list[tuple[str, str]], lines: list[str]
) -> None:
    found = changes(run, tmp_path, *replaced)
    assert len(found) == len(lines)
    for line, start in zip(found, lines, strict=True):
        assert line.startswith(start)


def test_leaves_and_areas_come_and_go(run: Run, tmp_path: Path) -> None:
    area = """  - code: "3"
    name: Số hóa
    criteria:
      - {code: "3.1", name: Hồ sơ số, max: "2", rule: {kind: rate}, was: "8.8"}
"""
    gone = RUBRIC[RUBRIC.index('  - code: "2"') :]
    assert changes(run, tmp_path, (gone, area)) == [
        "+ 3 Số hóa: thêm lĩnh vực · area added",
        "- 2 Thể chế: bỏ lĩnh vực · area removed",
        "+ 3.1 Hồ sơ số: thêm mới, điểm chuẩn 2 · added, maximum 2 (was: 8.8?)",
        "- 2.1 Rà soát: bỏ, điểm chuẩn 2 · removed, maximum 2",
    ]


def test_a_code_that_another_leaf_had_is_a_new_leaf(run: Run, tmp_path: Path) -> None:
    """1.2.2 became 1.2.1, which is no more: the code alone does not make it the same leaf."""
    lines = RUBRIC.replace(', was: "1.9"', "").splitlines(keepends=True)
    old = "".join(line for line in lines if '"1.2.1"' in line or '"1.2.2"' in line)
    new = """          - {code: "1.2.1", name: Đủ, max: "0.5", rule: {kind: judgement}, was: "1.2.2"}
          - {code: "1.2.2", name: Mới, max: "1.5", rule: {kind: judgement}}
"""
    assert changes(run, tmp_path, (old, new)) == [
        "> 1.2.1 Đủ: đánh số lại, trước là 1.2.2 · renumbered, formerly 1.2.2",
        "+ 1.2.2 Mới: thêm mới, điểm chuẩn 1.5 · added, maximum 1.5",
        "- 1.2.1 Đúng hạn: bỏ, điểm chuẩn 1.5 · removed, maximum 1.5",
    ]


def test_two_leaves_that_were_one_are_one_renumbered_and_one_new(run: Run, tmp_path: Path) -> None:
    old = '          - {name: Đủ, code: "1.2.2", max: "0.5", rule: {kind: judgement}}\n'
    new = """          - {name: Đủ, code: "1.2.3", max: "0.25", rule: {kind: judgement}, was: "1.2.2"}
          - {name: Đúng, code: "1.2.4", max: "0.25", rule: {kind: judgement}, was: "1.2.2"}
"""
    assert [line[:7] for line in changes(run, tmp_path, (old, new))] == ["> 1.2.3", "~ 1.2.3", "+ 1.2.4"]


def test_a_rubric_with_faults_is_not_compared(run: Run, tmp_path: Path) -> None:
    sound, faulty = written(tmp_path, RUBRIC, "a.yaml"), written(tmp_path, "id: x\n", "b.yaml")
    for words in ((sound, faulty), (faulty, sound)):
        said = run("diff", *words)
        assert (said.code, said.lines) == (1, [])
        assert f"{faulty}:1: " in said.beside
        assert "mend it first" in said.beside
