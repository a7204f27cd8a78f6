"""The user that PostgreSQL runs as where we are root: made once, whoever looks for it."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, local

import pytest

from deploy.local.postgres import make_user
from tests.patience import PATIENCE


def test_two_who_look_for_the_user_at_the_same_time_make_it_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    made: list[str] = []
    each, both = local(), Barrier(2, timeout=PATIENCE)

    def getpwnam(user: str) -> None:
        found = user in made
        if not hasattr(each, "has_looked"):
            each.has_looked = both.wait()
        if not found:
            raise KeyError(user)

    def useradd(command: list[str], **_: object) -> None:
        time.sleep(0.1)
        made.append(command[-1])

    monkeypatch.setattr("deploy.local.postgres.pwd.getpwnam", getpwnam)
    monkeypatch.setattr("deploy.local.postgres.subprocess.run", useradd)
    monkeypatch.setattr("deploy.local.postgres._USERS", tmp_path / "passwd")
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(make_user, ["somebody"] * 2))
    assert made == ["somebody"]
