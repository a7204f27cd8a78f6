"""What a store of evidence promises, a folder and a bucket of a real S3 server alike."""

import asyncio
import os
from collections.abc import AsyncIterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import obstore
import pytest

from shared.evidence.errors import StoreFailed, TooLarge
from shared.evidence.place import Bucket, Folder
from shared.evidence.store import EvidenceStore, key_of
from tests.integration.evidence.conftest import Kept
from tests.integration.evidence.s3_server import BUCKET, S3Server

NOW = timedelta(0)


async def chunks(content: bytes, size: int = 65536) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def put(store: EvidenceStore, content: bytes) -> str:
    async with store.receive(chunks(content)) as received:
        assert (received.size, received.sha256) == (len(content), sha256(content).hexdigest())
        await received.keep()
    return received.sha256


async def got(store: EvidenceStore, hash_: str) -> bytes | None:
    found = await store.find(hash_)
    if found is None:
        return None
    content = b"".join([chunk async for chunk in found.read()])
    assert found.size == len(content)
    return content


@pytest.mark.parametrize("size", [0, 1, 65536, 5 * 1024 * 1024, 12 * 1024 * 1024 + 1])
async def test_a_file_comes_out_as_it_came_in(kept: Kept, size: int) -> None:
    content = os.urandom(size)
    hash_ = await put(kept.store, content)
    assert await got(kept.store, hash_) == content
    assert kept.files() == {key_of(hash_): content}
    assert key_of(hash_) == f"sha256/{hash_[:2]}/{hash_[2:4]}/{hash_}"


@pytest.mark.parametrize(("start", "end"), [(0, 1), (0, 0), (1_048_575, 1_048_577), (2_999_999, 3_000_000)])
async def test_some_bytes_of_a_file_come_out_alone(kept: Kept, start: int, end: int) -> None:
    content = os.urandom(3_000_000)
    found = await kept.store.find(await put(kept.store, content))
    assert found is not None
    assert b"".join([piece async for piece in found.read(start, end)]) == content[start:end]


async def test_who_reads_slowly_gets_the_whole(s3: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server may not be silent for long, the reader may."""
    monkeypatch.setattr("shared.evidence.place.SILENT", timedelta(seconds=2))
    content = os.urandom(30_000_000)
    store = EvidenceStore(s3.bucket("slow"))
    found = await store.find(await put(store, content))
    assert found is not None
    pieces = found.read()
    read = await anext(pieces)
    await asyncio.sleep(2.5)
    async for piece in pieces:
        read += piece
    assert read == content


async def test_what_was_never_put_is_not_there(kept: Kept) -> None:
    assert await got(kept.store, "0" * 64) is None


async def test_what_is_not_kept_is_gone(kept: Kept) -> None:
    async with kept.store.receive(chunks(b"x" * 100_000)):
        pass
    assert kept.files() == {}


@pytest.mark.parametrize("size", [10, 6 * 1024 * 1024])
async def test_an_upload_that_fails_in_the_middle_leaves_nothing(kept: Kept, size: int) -> None:
    async def cut_off() -> AsyncIterator[bytes]:
        async for chunk in chunks(bytes(size)):
            yield chunk
        raise ConnectionResetError("cut off")

    with pytest.raises(ConnectionResetError):
        async with kept.store.receive(cut_off()):
            pytest.fail("it did not come in whole")
    assert kept.files() == {}


async def test_an_upload_that_is_called_off_leaves_nothing(kept: Kept) -> None:
    begun = asyncio.Event()

    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65536
            begun.set()
            await asyncio.sleep(0.01)

    async def receive() -> None:
        async with kept.store.receive(endless()):
            pytest.fail("it never ends")

    receiving = asyncio.create_task(receive())
    await begun.wait()
    receiving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await receiving
    assert kept.files() == {}


@pytest.mark.parametrize("most", [99_999, 0])
async def test_more_than_the_limit_is_refused_and_leaves_nothing(kept: Kept, most: int) -> None:
    with pytest.raises(TooLarge):
        async with kept.store.receive(chunks(b"x" * 100_000), most):
            pytest.fail("it is too large")
    async with kept.store.receive(chunks(b"x" * 100_000), 100_000) as received:
        assert received.size == 100_000
    assert kept.files() == {}


async def test_two_uploads_of_one_file_at_once_leave_one_file(kept: Kept) -> None:
    content = os.urandom(300_000)
    hashes = await asyncio.gather(*(put(kept.store, content) for _ in range(4)))
    assert set(hashes) == {sha256(content).hexdigest()}
    assert kept.files() == {key_of(hashes[0]): content}
    assert await got(kept.store, hashes[0]) == content


async def test_what_a_killed_process_left_is_cleared_away_and_nothing_else(kept: Kept) -> None:
    hash_ = await put(kept.store, b"stays")
    await obstore.put_async(kept.store._open(), "incoming/" + "0" * 32, b"half")
    assert await kept.store.clear(timedelta(hours=1)) == 0
    assert len(kept.files()) == 2
    assert await kept.store.clear(NOW) == 1
    assert kept.files() == {key_of(hash_): b"stays"}
    assert await kept.store.clear(NOW) == 0


async def test_also_what_was_half_written_into_a_folder(tmp_path: Path) -> None:
    (tmp_path / "incoming").mkdir()
    (tmp_path / "incoming" / "abc#1").write_bytes(b"ha")  # as the library names it until it is whole
    assert await EvidenceStore(Folder(tmp_path)).clear(NOW) == 1
    assert list((tmp_path / "incoming").iterdir()) == []


@pytest.mark.parametrize("linked", ["sha256", "sha256/{0}", "sha256/{0}/{1}"])
async def test_a_link_in_the_folder_leads_nowhere(tmp_path: Path, linked: str) -> None:
    store, secret = EvidenceStore(Folder(tmp_path / "evidence")), b"of somebody else"
    hash_ = sha256(secret).hexdigest()
    outside = tmp_path / "outside"
    (outside / hash_[:2] / hash_[2:4]).mkdir(parents=True)
    for folder in (outside, outside / hash_[:2], outside / hash_[:2] / hash_[2:4]):
        (folder / hash_).write_bytes(secret)
    link = tmp_path / "evidence" / linked.format(hash_[:2], hash_[2:4])
    link.parent.mkdir(parents=True)
    link.symlink_to(outside)
    with pytest.raises(StoreFailed, match="link"):
        await store.find(hash_)
    with pytest.raises(StoreFailed, match="link"):
        await put(store, secret)
    assert await store.clear(NOW) == 0
    assert list((tmp_path / "evidence" / "incoming").iterdir()) == []


async def test_a_link_in_the_place_of_a_file_is_not_followed_and_is_replaced(tmp_path: Path) -> None:
    store, content = EvidenceStore(Folder(tmp_path / "evidence")), b"mine"
    hash_ = sha256(content).hexdigest()
    victim = tmp_path / "victim"
    victim.write_bytes(b"of somebody else")
    place = tmp_path / "evidence" / key_of(hash_)
    place.parent.mkdir(parents=True)
    place.symlink_to(victim)
    with pytest.raises(StoreFailed, match="link"):
        await store.find(hash_)
    await put(store, content)
    assert await got(store, hash_) == content
    assert victim.read_bytes() == b"of somebody else"
    assert not place.is_symlink()


async def test_a_folder_that_cannot_be_written_says_so_and_works_again_once_it_can(tmp_path: Path) -> None:
    place = tmp_path / "evidence"
    place.write_text("a file where the folder should be")
    store = EvidenceStore(Folder(place))
    for _ in range(2):
        with pytest.raises(StoreFailed):
            await put(store, b"x")
    with pytest.raises(StoreFailed):
        await store.find("0" * 64)
    place.unlink()
    assert await got(store, await put(store, b"x")) == b"x"


async def test_a_bucket_that_takes_no_file_says_so(s3: S3Server) -> None:
    stranger = {**s3.environ, "AWS_SECRET_ACCESS_KEY": "guessed"}
    nobody = Bucket(BUCKET, None, "http://127.0.0.1:9", "us-east-1", s3.environ)
    for place in (Bucket(BUCKET, None, s3.endpoint, "us-east-1", stranger), nobody):
        store = EvidenceStore(place)
        with pytest.raises(StoreFailed):
            await put(store, b"x")
        with pytest.raises(StoreFailed):
            await store.find("0" * 64)
        with pytest.raises(StoreFailed):
            await store.clear(NOW)


async def test_of_a_buckets_refusal_the_code_alone_is_told(s3: S3Server) -> None:
    """A bucket may repeat what was signed, and with it a token."""
    wrong = {"AWS_ACCESS_KEY_ID": s3.key, "AWS_SECRET_ACCESS_KEY": "another", "AWS_SESSION_TOKEN": "a-token"}
    store = EvidenceStore(Bucket(BUCKET, "p", s3.endpoint, "us-east-1", wrong))
    with pytest.raises(StoreFailed) as failed:
        await put(store, b"x")
    assert "SignatureDoesNotMatch" in str(failed.value)
    assert not set("<>\n") & set(str(failed.value))
    assert "a-token" not in str(failed.value)


async def test_a_bucket_takes_its_key_from_the_shared_file_too(s3: S3Server, tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    file.write_text(f"[other]\naws_access_key_id = {s3.key}\naws_secret_access_key = {s3.secret}\n")
    environ = {"AWS_SHARED_CREDENTIALS_FILE": str(file), "AWS_PROFILE": "other"}
    store = EvidenceStore(Bucket(BUCKET, "profile", s3.endpoint, "us-east-1", environ))
    assert await got(store, await put(store, b"x")) == b"x"
