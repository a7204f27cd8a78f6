"""A real S3 server on this machine: `rclone serve s3`, which checks signatures, on a folder of its own."""

import asyncio
import secrets
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from deploy.local.stack import kept_ports
from shared.evidence.place import Bucket
from tests.patience import PATIENCE

BUCKET = "evidence"


@dataclass(frozen=True)
class S3Server:
    """Its address, the folder in which its objects lie, and a key that it knows."""

    endpoint: str
    folder: Path
    key: str
    secret: str

    @property
    def environ(self) -> dict[str, str]:
        """What a client of it has in its environment."""
        return {"AWS_ACCESS_KEY_ID": self.key, "AWS_SECRET_ACCESS_KEY": self.secret}

    def bucket(self, prefix: str) -> Bucket:
        """The bucket, with keys under a prefix."""
        return Bucket(BUCKET, prefix, self.endpoint, "us-east-1", self.environ)


def rclone() -> Path:
    """The program, beside the interpreter that runs the tests."""
    beside = Path(sys.executable).parent / "rclone"
    found = str(beside) if beside.exists() else shutil.which("rclone")
    assert found, "there is no rclone: install requirements/dev.txt"
    return Path(found)


@asynccontextmanager
async def s3_server(folder: Path) -> AsyncIterator[S3Server]:
    """The server, answering, until the context ends."""
    (folder / BUCKET).mkdir(parents=True)
    with kept_ports(0) as [port]:
        server = S3Server(f"http://127.0.0.1:{port}", folder / BUCKET, "a-key", secrets.token_hex(16))
        async with _serving(server, folder):
            yield server


@asynccontextmanager
async def _serving(server: S3Server, folder: Path) -> AsyncIterator[None]:
    address = server.endpoint.removeprefix("http://")
    known = f"{server.key},{server.secret}"
    # It locks up where its cache of names runs out while it is asked, so the cache does not run out here.
    options = ["--auth-key", known, "--config", "/dev/null", "--dir-cache-time", "24h", "-q"]
    process = await asyncio.create_subprocess_exec(
        rclone(), "serve", "s3", "--addr", address, *options, folder, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _answers(server.endpoint)
        yield
    finally:
        process.terminate()
        await process.wait()


async def _answers(endpoint: str) -> None:
    host, port = endpoint.removeprefix("http://").split(":")
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                _, writer = await asyncio.open_connection(host, int(port))
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
