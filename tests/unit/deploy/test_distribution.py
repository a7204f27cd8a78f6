"""What is installed: from locks that name no host, as one distribution that alone ships our top names."""

import re
import tomllib
from importlib.metadata import distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
OURS = ("parledger", "services", "shared", "deploy")
LOCKS = ("build", "runtime", "dev")


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_no_index_and_no_file(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    assert not re.search(r"https?:|file:|://|--(index|extra-index|find-links|trusted-host)|@ ", text)


@pytest.mark.parametrize("name", LOCKS)
def test_everything_in_a_lock_has_its_version_and_its_hashes(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text()
    statements = [
        s for s in re.sub(r"\\\n", " ", text).splitlines() if s.strip() and not s.lstrip().startswith("#")
    ]
    assert statements
    for statement in statements:
        assert re.match(r"[a-z0-9._-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:[0-9a-f]{64}", statement), statement


@pytest.mark.parametrize("name", LOCKS)
def test_what_is_asked_for_is_locked(name: str) -> None:
    asked = re.findall(r"^[a-z][a-z0-9-]*", (ROOT / "requirements" / f"{name}.in").read_text(), re.MULTILINE)
    locked = re.findall(
        r"^[a-z][a-z0-9-]*", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE
    )
    assert set(asked) <= set(locked)


def test_no_other_distribution_ships_our_top_level_names() -> None:
    strangers = {
        (distribution.metadata["Name"], file.parts[0])
        for distribution in distributions()
        if distribution.metadata["Name"] != "parledger"
        for file in distribution.files or ()
        if file.parts[0] in OURS or file.parts[0].removesuffix(".py") in OURS
    }
    assert strangers == set()


def test_every_folder_with_python_in_it_is_a_regular_package() -> None:
    for top in OURS:
        for folder in {file.parent for file in (ROOT / top).rglob("*.py")}:
            assert (folder / "__init__.py").exists(), f"{folder} has no __init__.py"


def test_every_command_can_be_loaded() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["entry-points"][
        "parledger.commands"
    ]
    assert set(declared) == {
        *("serve", "demo", "generate", "root", "token", "replay", "audit", "verify", "witness"),
        *("emit", "accept", "import-history", "rubric"),
    }
    for place in declared.values():
        module, _, function = place.partition(":")
        loaded = __import__(module, fromlist=[function])
        assert callable(getattr(loaded, function))
