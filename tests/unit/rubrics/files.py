"""Files of rubrics, and what `parledger rubric` says of them."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.rubrics import add
from parledger.cli import CommandError

EXAMPLE = Path(__file__).parents[3] / "examples" / "quang-tri-2023" / "rubric.yaml"
RUBRIC = """\
# Ours.
id: bo-2023
name: Bộ chỉ số 2023
points: {scale: 2, rounding: half_up}
index: {scale: 2, rounding: half_up}
grades: [{name: Tốt, from: "80"}, {name: Yếu, from: "0"}]
bonus:
  max: "1"
  items:
    - {code: B.1, name: Tin bài, max: "1", rule: {kind: count, each: "0.1"}}
total: "6"
areas:
  - code: "1"
    name: Chỉ đạo
    criteria:
      - code: "1.1"   # the plan
        name: Kế hoạch
        max: "2"
        rule: {kind: rate}
      - code: "1.2"
        name: Báo cáo
        parts:
          - {code: "1.2.1", name: Đúng hạn, max: "1.5", rule: {kind: rate, target: "0.9"}, needs: ["1.1"]}
          - {name: Đủ, code: "1.2.2", max: "0.5", rule: {kind: judgement}, was: "1.9"}
  - code: "2"
    name: Thể chế
    criteria:
      - name: Rà soát
        max: "2"
        rule: {kind: choice, levels: {Có: "2", Không: "0"}}
        code: "2.1"
"""


@dataclass(frozen=True)
class Said:
    """What a command answered: its exit code, its lines, and what it said beside them."""

    code: int
    lines: list[str]
    beside: str


Run = Callable[..., Said]


def runner(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs `parledger rubric` with these words."""
    parser = argparse.ArgumentParser()
    add(parser.add_subparsers())

    def run(*words: object) -> Said:
        arguments = parser.parse_args(["rubric", *map(str, words)])
        try:
            code, error = arguments.run(arguments), ""
        except CommandError as told:
            code, error = told.code, str(told)
        out, err = capsys.readouterr()
        return Said(code, out.splitlines(), err + error)

    return run


def written(folder: Path, text: str, name: str = "rubric.yaml") -> Path:
    file = folder / name
    file.write_text(text, "utf-8")
    return file
