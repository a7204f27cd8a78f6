"""`parledger generate`: the same bytes for the same seed, and lines that `parledger emit` takes."""

import json
from hashlib import sha256
from pathlib import Path

import pytest

from parledger.cli import main
from parledger.emission import raw_emission

SMALL = ("--districts", "2", "--communes", "6", "--departments", "3", "--leaves", "12")


def generate(folder: Path, *words: str) -> dict[str, bytes]:
    assert main(["generate", *SMALL, *words, "-o", str(folder)]) == 0
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return generate(tmp_path_factory.mktemp("play"))


def test_the_same_seed_gives_the_same_bytes(files: dict[str, bytes], tmp_path: Path) -> None:
    assert generate(tmp_path / "again", "--seed", "1") == files


def test_another_seed_gives_others(files: dict[str, bytes], tmp_path: Path) -> None:
    other = generate(tmp_path / "other", "--seed", "2")
    assert other["emissions.jsonl"] != files["emissions.jsonl"]
    assert other["expected.json"] != files["expected.json"]


def test_every_line_is_an_emission_that_says_who_sends_it(files: dict[str, bytes]) -> None:
    lines = files["emissions.jsonl"].splitlines()
    assert len(lines) == json.loads(files["expected.json"])["emissions"]
    for line in lines:
        envelope = json.loads(line)
        assert {"wave", "tenant", "role", "expect"} < set(envelope)
        assert raw_emission(line).id == (None if envelope["expect"] == "malformed" else envelope["id"])


def test_the_evidence_that_is_attached_lies_beside(files: dict[str, bytes]) -> None:
    attached = [
        envelope["data"]
        for line in files["emissions.jsonl"].splitlines()
        if (envelope := json.loads(line))["type"] == "EvidenceAttached" and envelope["expect"] == "recorded"
    ]
    assert attached
    for data in attached:
        content = files[f"evidence/{data['sha256']}"]
        assert (sha256(content).hexdigest(), len(content)) == (data["sha256"], data["size"])


def test_the_page_about_it_names_what_a_line_says_and_what_is_expected(files: dict[str, bytes]) -> None:
    page = (Path(__file__).parents[3] / "docs" / "province.md").read_text("utf-8")
    envelope = json.loads(files["emissions.jsonl"].splitlines()[0])
    beside = set(envelope) - {"specversion", "id", "type", "source", "subject", "time", "data"}
    told = set(json.loads(files["expected.json"])) - {"seed", "emissions", "types", "ended"}
    assert {name for name in beside | told | {"leaves"} if f"`{name}`" not in page} == set()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--communes", "5"), "from 6 to 900 communes"),
        (("--districts", "1"), "from 2 to 99 districts"),
        (("--leaves", "3"), "from 12 to 400 leaves"),
        (("--departments", "1"), "from 3 to 10 departments"),
        (("--rounds", "2023"), "two years or more"),
        (("--rounds", "2023,2023"), "two years or more"),
        (("--rounds", "1999,2023"), "years from 2000 on"),
        (("--rounds", "2023,2999"), "years that are over"),
    ],
)
def test_a_size_that_makes_no_province_is_said(
    words: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["generate", *SMALL, *words, "-o", str(tmp_path / "none")]) == 1
    assert said in capsys.readouterr().err
    assert not (tmp_path / "none").exists()
