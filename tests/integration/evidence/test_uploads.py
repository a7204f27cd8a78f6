"""PUT /evidence in every way that goes wrong, on a folder and on a bucket: its answer, and nothing left."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import asyncpg
import httpx
import pytest

from deploy.local.stack import Servers
from services.ingest.door.couriers import Couriers
from services.ingest.door.emit import Emissions
from services.ingest.door.serve import make_door
from services.ingest.door.upload import Pace, Uploads
from shared.evidence.place import Folder
from shared.evidence.store import EvidenceStore, key_of
from shared.identity.tokens import TokenVerifier
from shared.ledger.pool import Pool, open_pool
from tests.integration.evidence.conftest import Kept

CONTENT = b"%PDF-1.7 a report" * 10_000
HASH = sha256(CONTENT).hexdigest()
MOST, QUOTA = 400_000, 1_000_000


@dataclass
class Door:
    """The door in this process, and whoever knocks."""

    client: httpx.AsyncClient
    servers: Servers
    pool: Pool
    root: str

    async def put(
        self,
        content: bytes | AsyncIterator[bytes],
        name: str,
        *,
        unit: str = "a",
        role: str = "filer",
        **more: str,
    ) -> httpx.Response:
        token = self.servers.token(f"{self.root}/{unit}", [role])
        headers = {"authorization": f"Bearer {token}", **more}
        return await self.client.put(f"/evidence/{name}", content=content, headers=headers)

    async def noted(self) -> list[tuple[str, str, int]]:
        """Who has put what in this root."""
        sql = "SELECT tenant, sha256, size FROM ledger.evidence_put WHERE root = $1 ORDER BY tenant, sha256"
        return [tuple(row) for row in await self.pool.fetch(sql, self.root)]


@pytest.fixture(scope="session")
async def pool(servers: Servers) -> AsyncIterator[Pool]:
    opened = await open_pool(servers.dsn("parledger_ingest"), "test", most=4)
    yield opened
    await opened.close()


MakeDoor = Callable[..., Awaitable[Door]]


@pytest.fixture
async def door_to(
    servers: Servers, pool: Pool, add_root: Callable[[Servers], Awaitable[str]]
) -> AsyncIterator[MakeDoor]:
    """Makes a door to a store, with a root of its own."""
    clients: list[httpx.AsyncClient] = []
    issuer = servers.keys.issuer()

    async def make(store: EvidenceStore, pace: Pace | None = None) -> Door:
        verifier = TokenVerifier(issuer.issuer, issuer.jwks_url)
        uploads = Uploads(store, pool, verifier, QUOTA, MOST, pace or Pace())
        app = make_door(uploads, Emissions(Couriers(servers.nats_url), verifier))
        clients.append(httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://door"))
        return Door(clients[-1], servers, pool, await add_root(servers))

    yield make
    for client in clients:
        await client.aclose()


@pytest.fixture
async def door(door_to: MakeDoor, kept: Kept) -> Door:
    return await door_to(kept.store)


async def pieces(content: bytes, size: int = 10_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def problem(response: httpx.Response) -> tuple[int, str]:
    told = response.json()["problem"]
    assert told["detail"]["vi"]
    assert told["detail"]["en"]
    return response.status_code, told["type"]


async def test_the_answer_is_the_same_whether_it_was_there_or_not(door: Door, kept: Kept) -> None:
    answers = [
        await door.put(CONTENT, HASH),
        await door.put(CONTENT, HASH, role="head"),
        await door.put(pieces(CONTENT), HASH, unit="b"),
    ]
    said = {"sha256": HASH, "size": len(CONTENT)}
    assert [(a.status_code, a.json()) for a in answers] == [(201, said)] * 3
    assert len({str(sorted(a.headers.items())) for a in answers}) == 1
    assert kept.files() == {key_of(HASH): CONTENT}
    assert await door.noted() == [(f"{door.root}/{unit}", HASH, len(CONTENT)) for unit in "ab"]


async def test_what_is_cut_off_in_the_middle_leaves_nothing(door: Door, kept: Kept) -> None:
    async def cut_off() -> AsyncIterator[bytes]:
        yield CONTENT[:90_000]
        raise ConnectionResetError

    assert (await door.put(cut_off(), HASH)).status_code == 503
    assert kept.files() == {}
    assert await door.noted() == []


async def test_another_hash_than_its_own_is_refused_by_saying_its_own(door: Door, kept: Kept) -> None:
    for content, name in ((CONTENT, "0" * 64), (CONTENT[:-1], HASH), (b"", HASH)):
        response = await door.put(content, name)
        assert problem(response) == (422, "hash-mismatch")
        assert sha256(content).hexdigest() in response.text
    assert kept.files() == {}
    assert await door.noted() == []


async def test_an_empty_file_is_a_file(door: Door, kept: Kept) -> None:
    assert (await door.put(b"", sha256(b"").hexdigest())).status_code == 201
    assert list(kept.files().values()) == [b""]


@pytest.mark.parametrize("declared", [True, False])
async def test_a_file_over_the_limit_is_refused_declared_or_not(
    door: Door, kept: Kept, declared: bool
) -> None:
    large = bytes(MOST + 1)
    response = await door.put(large if declared else pieces(large), sha256(large).hexdigest())
    assert problem(response) == (413, "too-large")
    just = bytes(MOST)
    response = await door.put(just if declared else pieces(just), sha256(just).hexdigest())
    assert response.status_code == 201
    assert list(kept.files()) == [key_of(sha256(just).hexdigest())]


@pytest.mark.parametrize("declared", [True, False])
async def test_a_quota_that_is_used_up_is_said_and_holds_for_that_tenant_alone(
    door: Door, kept: Kept, declared: bool
) -> None:
    files = [bytes([n]) * MOST for n in range(3)]
    answers = [await door.put(file if declared else pieces(file), sha256(file).hexdigest()) for file in files]
    assert [a.status_code for a in answers] == [201, 201, 507]
    assert problem(answers[2]) == (507, "over-quota")
    assert len(kept.files()) == 2
    again = await door.put(files[0], sha256(files[0]).hexdigest())
    assert again.status_code == 201
    assert (await door.put(files[2], sha256(files[2]).hexdigest(), unit="b")).status_code == 201


async def test_a_quota_is_not_passed_by_coming_together(door: Door, kept: Kept) -> None:
    files = [bytes([n]) * MOST for n in range(3)]
    answers = await asyncio.gather(*(door.put(pieces(f), sha256(f).hexdigest()) for f in files))
    assert sorted(a.status_code for a in answers) == [201, 201, 507]
    assert len(await door.noted()) == len(kept.files()) == 2


async def test_two_uploads_of_the_same_file_at_once_are_one_file(door: Door, kept: Kept) -> None:
    answers = await asyncio.gather(*(door.put(pieces(CONTENT), HASH, unit=unit) for unit in "aabb"))
    assert {a.status_code for a in answers} == {201}
    assert kept.files() == {key_of(HASH): CONTENT}
    assert len(await door.noted()) == 2


@pytest.mark.parametrize("role", ["viewer", "auditor", "council", "chair", "registrar"])
async def test_who_may_not_file_may_not_put(door: Door, kept: Kept, role: str) -> None:
    assert problem(await door.put(CONTENT, HASH, role=role)) == (403, "not-permitted")
    assert kept.files() == {}


@pytest.mark.parametrize("token", [None, "", "Basic x", "Bearer ", "Bearer a.b.c"])
async def test_without_a_good_token_nothing_is_taken(door: Door, kept: Kept, token: str | None) -> None:
    headers = {} if token is None else {"authorization": token}
    response = await door.client.put(f"/evidence/{HASH}", content=CONTENT, headers=headers)
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert kept.files() == {}


@pytest.mark.parametrize("name", [HASH.upper(), HASH[:-1], HASH + "0", "..", "%2e%2e", "a" * 63 + "%00", "x"])
async def test_what_is_no_hash_in_lower_case_is_no_address(door: Door, kept: Kept, name: str) -> None:
    response = await door.put(CONTENT, name)
    assert response.status_code in (400, 404)
    if name == HASH.upper():
        assert problem(response) == (400, "not-a-hash")
    assert kept.files() == {}


@pytest.mark.parametrize(
    "path", ["/evidence/../../etc/passwd", "/evidence/..%2f..%2fetc%2fpasswd", "/evidence/"]
)
async def test_no_path_leads_out(door: Door, kept: Kept, path: str) -> None:
    token = door.servers.token(f"{door.root}/a", ["filer"])
    response = await door.client.put(path, content=b"x", headers={"authorization": f"Bearer {token}"})
    assert response.status_code == 404
    assert kept.files() == {}


async def test_what_stops_coming_is_given_up(door_to: MakeDoor, kept: Kept) -> None:
    door = await door_to(kept.store, Pace(idle=0.2, whole=30))

    async def stops() -> AsyncIterator[bytes]:
        yield CONTENT[:90_000]
        await asyncio.sleep(5)

    assert problem(await door.put(stops(), HASH)) == (408, "too-slow")
    assert kept.files() == {}


async def test_what_trickles_for_ever_is_given_up_too(door_to: MakeDoor, kept: Kept) -> None:
    door = await door_to(kept.store, Pace(idle=5, whole=0.3))

    async def trickles() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    assert problem(await door.put(trickles(), HASH)) == (408, "too-slow")
    assert kept.files() == {}


async def test_a_folder_that_is_not_writable_is_said_and_logged_and_nothing_is_noted(
    door_to: MakeDoor, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    place = tmp_path / "evidence"
    place.write_text("a file where the folder should be")
    door = await door_to(EvidenceStore(Folder(place)))
    with caplog.at_level(logging.ERROR, "parledger.ingest.evidence"):
        response = await door.put(CONTENT, HASH)
    assert problem(response) == (503, "storage-away")
    assert int(response.headers["retry-after"]) > 0
    assert str(tmp_path) not in response.text
    assert "is not stored" in caplog.text
    place.unlink()
    assert (await door.put(CONTENT, HASH)).status_code == 201


async def test_a_storage_that_fails_at_the_last_step_leaves_no_note(
    door_to: MakeDoor, tmp_path: Path
) -> None:
    door = await door_to(EvidenceStore(Folder(tmp_path / "evidence")))
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "sha256").write_text("a file where the folder should be")
    assert problem(await door.put(CONTENT, HASH)) == (503, "storage-away")
    assert await door.noted() == []
    assert list((tmp_path / "evidence" / "incoming").iterdir()) == []


async def test_a_root_that_is_not_prepared_keeps_no_files(door: Door, kept: Kept, unused_root: str) -> None:
    door.root = unused_root
    assert problem(await door.put(CONTENT, HASH)) == (503, "root-not-prepared")
    assert kept.files() == {}


async def test_a_ledger_that_does_not_answer_takes_no_files(
    door_to: MakeDoor, kept: Kept, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fails(*_: object) -> None:
        raise asyncpg.CannotConnectNowError("the database system is shutting down")

    door = await door_to(kept.store)
    monkeypatch.setattr("services.ingest.door.upload.note_put", fails)
    assert problem(await door.put(CONTENT, HASH)) == (503, "ledger-away")
    assert kept.files() == {}


async def test_only_so_many_at_once_and_fewer_of_one_tenant(door: Door, kept: Kept) -> None:
    begun = asyncio.Semaphore(0)
    go_on = asyncio.Event()

    async def waits() -> AsyncIterator[bytes]:
        yield CONTENT[:10]
        begun.release()
        await go_on.wait()
        yield CONTENT[10:]

    async def begin(unit: str, count: int) -> list[asyncio.Task[httpx.Response]]:
        begun_here = [asyncio.create_task(door.put(waits(), HASH, unit=unit)) for _ in range(count)]
        for _ in begun_here:
            await begun.acquire()
        return begun_here

    under_way = await begin("a", 3)
    assert problem(await door.put(CONTENT, HASH, unit="a")) == (429, "busy")
    under_way += await begin("b", 3) + await begin("c", 2)
    response = await door.put(CONTENT, HASH, unit="d")
    assert problem(response) == (429, "busy")
    assert "retry-after" in response.headers
    go_on.set()
    assert {(await task).status_code for task in under_way} == {201}
    assert (await door.put(CONTENT, HASH, unit="d")).status_code == 201
    assert kept.files() == {key_of(HASH): CONTENT}
