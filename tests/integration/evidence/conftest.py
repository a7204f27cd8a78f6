"""A place of each kind in which evidence is kept."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from shared.evidence.place import Bucket, Folder
from shared.evidence.store import EvidenceStore
from tests.integration.evidence.s3_server import S3Server, s3_server

_numbers = count(1)


@dataclass(frozen=True)
class Kept:
    """A store, and the folder in which its files can be looked at: its own, or its server's."""

    store: EvidenceStore
    folder: Path

    def files(self) -> dict[str, bytes]:
        """Everything that lies there, half-written files included."""
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in found}


@pytest.fixture(scope="session")
async def s3(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[S3Server]:
    """An S3 server for the whole session."""
    async with s3_server(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    """A store of one's own of each kind: whatever is promised holds for both."""
    place: Callable[[], Kept] = {"folder": _in_folder, "bucket": _in_bucket}[request.param](request, tmp_path)
    return place()


def _in_folder(_: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], Kept]:
    return lambda: Kept(EvidenceStore(Folder(tmp_path / "evidence")), tmp_path / "evidence")


def _in_bucket(request: pytest.FixtureRequest, _: Path) -> Callable[[], Kept]:
    server: S3Server = request.getfixturevalue("s3")
    prefix = f"p{next(_numbers)}"
    place: Bucket = server.bucket(prefix)
    return lambda: Kept(EvidenceStore(place), server.folder / prefix)
