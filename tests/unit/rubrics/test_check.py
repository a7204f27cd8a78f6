"""`parledger rubric check` names every fault with its line."""

import re
from pathlib import Path

import pytest

from shared.domain.rubric import make_rubric
from tests.unit.domain.test_rubric_faults import sound
from tests.unit.rubrics.files import EXAMPLE, RUBRIC, Run, written


def lines_of(text: str, *words: str) -> list[int]:
    """The lines on which these words stand."""
    return [next(n for n, line in enumerate(text.splitlines(), 1) if word in line) for word in words]


@pytest.mark.parametrize("file", [EXAMPLE])
def test_a_rubric_without_fault_is_told_with_its_hash(run: Run, file: Path) -> None:
    said = run("check", file)
    assert said.code == 0
    (line,) = said.lines
    assert re.search(r"no fault: qt-district-2023, \d+ leaves, 100 points, sha256 [0-9a-f]{64}$", line)


def test_its_hash_is_the_one_that_scores_will_name(run: Run, tmp_path: Path) -> None:
    import msgspec
    import yaml

    from shared.codec.rubric_shape import RubricShape

    file = written(tmp_path, yaml.safe_dump(sound(), allow_unicode=True))
    expected = make_rubric(msgspec.convert(sound(), RubricShape), "qt").hash
    assert run("check", file).lines[0].endswith(expected)


def test_every_fault_is_named_with_its_line(run: Run, tmp_path: Path) -> None:
    text = (
        RUBRIC.replace('max: "2"\n        rule: {kind: rate}', 'max: "0"\n        rule: {kind: rat}')
        .replace('needs: ["1.1"]', 'needs: ["1.1", "7.7"]')
        .replace('from: "0"', 'from: "1"')
        .replace("kind: judgement", 'kind: judgement, step: "0"')
        .replace("    name: Thể chế\n", "")
        .replace('code: "2.1"', 'code: "3.1"')
    )
    said = run("check", written(tmp_path, text))
    assert said.code == 1
    found = [int(line.split(":")[1]) for line in said.lines]
    assert found == sorted(found)
    wanted = lines_of(
        text,
        "grades",
        'max: "0"',
        "kind: rat}",
        "7.7",
        "step",
        '- code: "2"',
        '- code: "1"',
        "total",
        'code: "3.1"',
    )
    assert set(wanted) - {found[0]} <= {*found, *wanted[6:8]}
    places = {line.rpartition("[")[2].rstrip("]") for line in said.lines}
    assert places == {
        "/grades/1/from",
        "/total",
        "/areas/0/criteria/0/max",
        "/areas/0/criteria/0/rule/kind",
        "/areas/0/criteria/1/parts/0/needs/1",
        "/areas/0/criteria/1/parts/1/rule/step",
        "/areas/1/name",
        "/areas/1/criteria/0/code",
    }
    for line in said.lines:
        assert line.count(" · ") == 1
    by_place = {line.rpartition("[")[2].rstrip("]"): int(line.split(":")[1]) for line in said.lines}
    assert by_place["/areas/0/criteria/0/rule/kind"] == lines_of(text, "kind: rat}")[0]
    assert by_place["/areas/1/name"] == lines_of(text, '- code: "2"')[0]
    assert by_place["/areas/1/criteria/0/code"] == lines_of(text, 'code: "3.1"')[0]
    assert by_place["/areas/0/criteria/1/parts/0/needs/1"] == lines_of(text, "7.7")[0]
    assert "faults: 8" in said.beside


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        (
            'max: "2"\n        rule: {kind: rate}',
            "max: 2\n        rule: {kind: rate}",
            "/areas/0/criteria/0/max",
        ),
        ('code: "1.1"', "code: 1.10", "/areas/0/criteria/0/code"),
        ('"0.9"', "0.9", "/areas/0/criteria/1/parts/0/rule/target"),
        ('Có: "2"', 'yes: "2"', "/areas/1/criteria/0/rule/levels"),
        ('Có: "2"', '2023-01-01: "2"', "/areas/1/criteria/0/rule/levels"),
        ("name: Chỉ đạo", "name: 2023-01-01", "/areas/0/name"),
        ("id: bo-2023", "id: 2023", "/id"),
    ],
)
def test_what_yaml_takes_for_something_else_is_to_be_quoted(
    run: Run, tmp_path: Path, old: str, new: str, place: str
) -> None:
    assert old in RUBRIC
    said = run("check", written(tmp_path, RUBRIC.replace(old, new, 1)))
    (line,) = said.lines
    assert line.endswith(f"[{place}]")
    assert "Write it in quotes." in line


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("# only a comment\n", 1, "empty"),
        ("id: [1\nname: x\n", 2, "no YAML"),
        ("id: x\nname: y\nid: z\n", 3, "stands twice (first on line 1)"),
        ("a: 1\n? [b]\n: 2\n", 2, "A key must be a text"),
        ("a: &a [*a]\n", 1, "repeats itself"),
        ("a: !!python/object:os.system x\n", 1, "no YAML"),
        ("a: 2023-13-45\n", 1, "no YAML"),
        ("a: 1\n---\nb: 2\n", 2, "no YAML"),
        ("- id\n", 1, "This takes an object"),
        ("5\n", 1, "This takes an object"),
        ("a: 1\nb: \x00\n", 2, "no YAML"),
        ("[" * 2000, 1, "nested too deep"),
    ],
)
def test_what_is_no_rubric_is_told_with_its_line(
    run: Run, tmp_path: Path, text: str, line: int, words: str
) -> None:
    file = written(tmp_path, text)
    said = run("check", file)
    assert said.code == 1
    assert said.lines[0].startswith(f"{file}:{line}: ")
    assert words in said.lines[0]


def test_an_alias_that_grows_without_end_is_not_followed(run: Run, tmp_path: Path) -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert "too large" in run("check", written(tmp_path, "\n".join(lines))).lines[0]


def test_an_alias_that_ends_may_be_used(run: Run, tmp_path: Path) -> None:
    text = RUBRIC.replace("rule: {kind: rate}", "rule: &rate {kind: rate}").replace(
        "rule: {kind: judgement}", "rule: *rate"
    )
    assert run("check", written(tmp_path, text)).code == 0


def test_a_file_that_cannot_be_read_is_said(run: Run, tmp_path: Path) -> None:
    assert "cannot read" in run("check", tmp_path / "none.yaml").beside
    (tmp_path / "other.yaml").write_bytes(b"\xff\xfe")
    assert "save it as UTF-8" in run("check", tmp_path / "other.yaml").beside
