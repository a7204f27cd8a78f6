"""`parledger rubric copy` starts next year's rubric; `emission` makes one ready to send."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.unit.domain.sayings import Saying
from tests.unit.domain.scene import TREE, Scene
from tests.unit.rubrics.files import EXAMPLE, RUBRIC, Run, written


def leaves(rubric: dict[str, Any]) -> list[dict[str, Any]]:
    criteria = [criterion for area in rubric["areas"] for criterion in area["criteria"]]
    parts = [part for criterion in criteria for part in criterion.get("parts", [criterion])]
    return [*parts, *rubric.get("bonus", {}).get("items", [])]


@pytest.mark.parametrize("text", [RUBRIC, EXAMPLE.read_text("utf-8"), "\ufeff" + RUBRIC, RUBRIC.rstrip("\n")])
def test_a_copy_has_another_id_and_says_what_each_leaf_was(run: Run, tmp_path: Path, text: str) -> None:
    out = tmp_path / "next.yaml"
    said = run("copy", written(tmp_path, text), "--id", "bo-2024", "-o", out)
    assert (said.code, said.lines) == (0, [])
    before, after = yaml.safe_load(text.removeprefix("\ufeff")), yaml.safe_load(out.read_text("utf-8"))
    assert after["id"] == "bo-2024"
    assert [leaf["was"] for leaf in leaves(after)] == [leaf["code"] for leaf in leaves(before)]
    for rubric in (before, after):
        del rubric["id"]
        for leaf in leaves(rubric):
            leaf.pop("was", None)
    assert before == after
    assert run("check", out).code == 0


def test_all_else_stays_as_it_was_written(run: Run, tmp_path: Path) -> None:
    said = run("copy", written(tmp_path, RUBRIC), "--id", "2024")
    kept = [line for line in said.lines if line in RUBRIC.splitlines()]
    assert said.lines[0] == "# Ours."
    assert said.lines[1] == 'id: "2024"'
    at = said.lines.index('      - code: "1.1"   # the plan')
    assert said.lines[at + 1] == '        was: "1.1"'
    assert said.lines[-1] == '        was: "2.1"'
    assert (
        '          - {name: Đủ, code: "1.2.2", max: "0.5", rule: {kind: judgement}, was: "1.2.2"}'
        in said.lines
    )
    assert len(said.lines) == len(RUBRIC.splitlines()) + 2
    assert len(kept) == len(RUBRIC.splitlines()) - 4


def test_a_copy_overwrites_no_file(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, RUBRIC)
    assert "is there already" in run("copy", file, "--id", "bo-2024", "-o", file).beside
    assert file.read_text("utf-8") == RUBRIC
    assert "cannot write" in run("copy", file, "--id", "bo-2024", "-o", tmp_path / "no" / "x.yaml").beside


def test_a_copy_needs_an_id_of_its_own(run: Run, tmp_path: Path) -> None:
    file = written(tmp_path, RUBRIC)
    assert run("copy", file, "--id", "bo-2023").code == 1
    for id_ in ("BO 2024", "", "x" * 33):
        with pytest.raises(SystemExit):
            run("copy", file, "--id", id_)


def test_what_cannot_be_changed_in_place_is_not_copied(run: Run, tmp_path: Path) -> None:
    text = RUBRIC.replace('name: Đúng hạn, max: "1.5"', 'name: Đúng hạn, max: &most "1.5"').replace(
        '- code: "1.1"   # the plan\n        name: Kế hoạch', '- <<: {code: "1.1"}\n        name: Kế hoạch'
    )
    file = written(tmp_path, text)
    assert run("check", file).code == 0
    said = run("copy", file, "--id", "bo-2024")
    assert (said.code, said.lines) == (1, [])
    assert "cannot be copied as it is written" in said.beside


def test_the_emission_publishes_the_rubric(run: Run, tmp_path: Path) -> None:
    said = run("emission", written(tmp_path, RUBRIC), "--authority", "qt")
    (line,) = said.lines
    sent = json.loads(line)
    assert (said.code, sent["type"], sent["source"], sent["subject"]) == (0, "RubricPublished", "qt", "qt")
    assert sent["data"] == {"rubric": yaml.safe_load(RUBRIC)}
    given = Scene().given(*TREE, Saying(sent["type"], sent["source"], sent["subject"], sent["data"]))
    assert given.root.rubrics["bo-2023"].authority == "qt"


def test_somebody_else_may_send_it(run: Run, tmp_path: Path) -> None:
    said = run("emission", written(tmp_path, RUBRIC), "--authority", "qt/a", "--source", "qt")
    sent = json.loads(said.lines[0])
    assert (sent["source"], sent["subject"]) == ("qt", "qt/a")


def test_a_rubric_with_faults_or_too_large_is_not_sent(run: Run, tmp_path: Path) -> None:
    faulty = written(tmp_path, RUBRIC.replace('total: "6"', 'total: "7"'))
    said = run("emission", faulty, "--authority", "qt")
    assert (said.code, said.lines) == (1, [])
    assert "the sum is 6" in said.beside
    documents = ", ".join(["Báo cáo " + "x" * 3900] * 50)
    large = RUBRIC.replace("rule: {kind: judgement}", f"rule: {{kind: judgement}}, documents: [{documents}]")
    large = large.replace(
        "rule: {kind: rate, target", f"documents: [{documents}], rule: {{kind: rate, target"
    )
    assert "too large" in run("emission", written(tmp_path, large), "--authority", "qt").beside
    with pytest.raises(SystemExit):
        run("emission", faulty, "--authority", "QT")
