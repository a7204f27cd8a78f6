"""Evidence on the whole platform, through its one address: put, attached, seen, fetched, withdrawn."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from deploy.local.stack import Stack
from shared.evidence.store import MOST_BYTES, key_of
from tests.patience import PATIENCE, until
from tests.small_world import Place, world, written

ROOT = "evidence"
LEAVES = """query ($unit: ID!) { dossier(unit: $unit, round: "2023") { leaves { code computedPoints evidence {
  id name sha256 size mediaType number dated title pages } } } }"""


@dataclass
class Platform:
    """The platform, spoken to by HTTP alone."""

    stack: Stack
    client: httpx.AsyncClient
    place: Place

    def bearer(self, tenant: str, *roles: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.stack.token(tenant, roles or ['viewer'])}"}

    async def put(self, content: bytes, tenant: str = f"{ROOT}/a") -> str:
        hash_ = sha256(content).hexdigest()
        headers = self.bearer(tenant, "filer")
        response = await self.client.put(f"/evidence/{hash_}", content=content, headers=headers)
        assert (response.status_code, response.json()) == (201, {"sha256": hash_, "size": len(content)})
        return hash_

    async def get(self, hash_: str, tenant: str, *roles: str) -> httpx.Response:
        return await self.client.get(f"/evidence/{hash_}", headers=self.bearer(tenant, *roles))

    async def emit(self, name: str, type_: str, /, **data: Any) -> dict[str, Any]:
        """District a says something of its dossier; the outcome."""
        raw = written(self.place.district(name, type_, data))
        response = await self.client.post("/emit", content=raw, headers=self.bearer(f"{ROOT}/a", "filer"))
        assert response.status_code == 200, response.text
        return response.json()

    async def attach(self, id_: str, content: bytes, **more: Any) -> str:
        """Put a file and attach it to 1.1; its hash, once queries show it."""
        hash_ = await self.put(content)
        file = {"sha256": hash_, "size": len(content), "name": f"{id_}.pdf", "media_type": "application/pdf"}
        outcome = await self.emit(
            f"attach {id_}", "EvidenceAttached", evidence=id_, leaf="1.1", **{**file, **more}
        )
        assert outcome["status"] == "recorded", outcome
        await self.shown(id_)
        return hash_

    async def standing(self, viewer: str = f"{ROOT}/a") -> dict[str, dict[str, Any]]:
        """What stands on 1.1, by id."""
        query = {"query": LEAVES, "variables": {"unit": f"{ROOT}/a"}}
        response = await self.client.post("/graphql", json=query, headers=self.bearer(viewer))
        dossier = response.json()["data"]["dossier"]
        if dossier is None:
            return {}
        (leaf,) = (leaf for leaf in dossier["leaves"] if leaf["code"] == "1.1")
        return {piece["id"]: piece for piece in leaf["evidence"]}

    async def shown(self, id_: str, there: bool = True) -> None:
        async with asyncio.timeout(PATIENCE):
            while True:
                if (id_ in await self.standing()) == there:
                    return
                await asyncio.sleep(0.05)


@pytest.fixture(scope="module")
async def platform(stack: Stack) -> AsyncIterator[Platform]:
    await stack.add_root(ROOT)
    async with httpx.AsyncClient(base_url=stack.http_url, timeout=PATIENCE) as client:
        made = Platform(stack, client, Place(ROOT))
        for message in world(ROOT):
            headers = made.bearer(message.tenant, *message.roles)
            response = await client.post("/emit", content=message.raw, headers=headers)
            assert response.json()["status"] == "recorded", response.text
        yield made


async def test_what_was_put_and_attached_is_seen_and_fetched(platform: Platform) -> None:
    content = b"%PDF-1.7 " + bytes(300_000)
    more = {
        "number": "215/BC",
        "dated": "2023-12-10",
        "title": "Báo cáo năm",
        "pages": "2-3",
        "issuer": "UBND",
    }
    hash_ = await platform.attach("whole", content, name="Báo cáo 2023.pdf", **more)
    for viewer in (f"{ROOT}/a", ROOT):
        assert (await platform.standing(viewer))["whole"] == {
            "id": "whole",
            "name": "Báo cáo 2023.pdf",
            "sha256": hash_,
            "size": len(content),
            "mediaType": "application/pdf",
            **{name: more[name] for name in ("number", "dated", "title", "pages")},
        }
        response = await platform.get(hash_, viewer)
        assert (response.status_code, response.content) == (200, content)
    named = "attachment; filename=\"B_o c_o 2023.pdf\"; filename*=UTF-8''B%C3%A1o%20c%C3%A1o%202023.pdf"
    assert response.headers["content-disposition"] == named
    assert response.headers["content-length"] == str(len(content))


async def test_a_part_of_a_file_is_fetched_alone(platform: Platform) -> None:
    content = bytes(range(256)) * 8192
    hash_ = await platform.attach("parts", content)
    headers = platform.bearer(ROOT)

    async def fetched(**more: str) -> httpx.Response:
        said = {name.replace("_", "-"): value for name, value in more.items()}
        return await platform.client.get(f"/evidence/{hash_}", headers=headers | said)

    part = await fetched(range="bytes=1048570-1048585", if_range=f'"{hash_}"')
    assert (part.status_code, part.content) == (206, content[1048570:1048586])
    assert part.headers["content-range"] == f"bytes 1048570-1048585/{len(content)}"
    assert part.headers["x-content-type-options"] == "nosniff"
    whole = await fetched(range="bytes=0-9", if_range='"another"')
    assert (whole.status_code, whole.content) == (200, content)
    assert (whole.headers["accept-ranges"], whole.headers["etag"]) == ("bytes", f'"{hash_}"')
    beyond = await fetched(range=f"bytes={len(content)}-")
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, f"bytes */{len(content)}")
    head = await platform.client.head(f"/evidence/{hash_}", headers=headers)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(content)), b"")


async def test_only_who_sees_a_dossier_that_holds_it_may_fetch_it(platform: Platform) -> None:
    hash_ = await platform.attach("secret", b"for the district and whoever is above it")
    assert (await platform.get(hash_, ROOT, "auditor")).status_code == 200
    never = await platform.get("0" * 64, f"{ROOT}/b")
    for stranger in (f"{ROOT}/b", f"{ROOT}/a/x", f"{ROOT}/b/x", "elsewhere", "evidence-2/a"):
        response = await platform.get(hash_, stranger, "auditor", "head")
        assert (response.status_code, response.content) == (404, never.content), stranger
        assert sorted(response.headers) == sorted(never.headers)
    assert (await platform.client.get(f"/evidence/{hash_}")).status_code == 401


async def test_to_have_put_a_file_is_not_to_see_it_elsewhere(platform: Platform) -> None:
    """Who puts what somebody else has put learns nothing, and sees it only once it is attached."""
    content = b"put by b, attached by nobody"
    hash_ = await platform.put(content, f"{ROOT}/b")
    for viewer in (f"{ROOT}/b", f"{ROOT}/a", ROOT):
        assert (await platform.get(hash_, viewer)).status_code == 404
    file = {"sha256": hash_, "size": len(content), "name": "x", "media_type": "text/plain"}
    outcome = await platform.emit("of b", "EvidenceAttached", evidence="of-b", leaf="1.1", **file)
    assert outcome["problem"]["type"] == "evidence-not-stored"
    await platform.attach("own", content)
    assert (await platform.get(hash_, f"{ROOT}/a")).content == content
    assert (await platform.get(hash_, f"{ROOT}/b")).status_code == 404


async def test_what_was_withdrawn_stands_no_more_and_is_still_fetched(platform: Platform) -> None:
    hash_ = await platform.attach("gone", b"taken back")
    outcome = await platform.emit("take it back", "EvidenceWithdrawn", evidence="gone", reason="nhầm")
    assert outcome["status"] == "recorded"
    await platform.shown("gone", there=False)
    assert (await platform.get(hash_, f"{ROOT}/a")).content == b"taken back"
    assert (await platform.get(hash_, ROOT)).status_code == 200


@pytest.mark.parametrize(
    ("media_type", "shown_as"),
    [
        ("application/pdf", "application/pdf"),
        ("IMAGE/PNG", "image/png"),
        ("text/plain", "text/plain"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/xhtml+xml", "application/octet-stream"),
        ("application/javascript", "application/octet-stream"),
        ("multipart/x-mixed-replace", "application/octet-stream"),
    ],
)
async def test_a_media_type_that_lies_runs_nowhere(
    platform: Platform, media_type: str, shown_as: str
) -> None:
    page = f"<html><script>alert({media_type!r})</script></html>".encode()
    id_ = media_type.replace("/", "-").replace("+", "-")
    hash_ = await platform.attach(id_, page, media_type=media_type, name='x".html\\..\\../evil;a=b.html')
    response = await platform.get(hash_, f"{ROOT}/a")
    assert response.content == page
    headers = response.headers
    assert headers["content-type"] == shown_as
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert headers["cache-control"] == "private, no-store"
    disposition = headers["content-disposition"]
    assert disposition.startswith('attachment; filename="')
    assert disposition.count('"') == 2
    assert not set("/\\") & set(disposition)


@pytest.mark.parametrize("name", ["x", "A" * 64, "..%2f..%2fkeys%2fissuer.pem", "%00" * 64, "0" * 65])
async def test_what_is_no_hash_is_not_found(platform: Platform, name: str) -> None:
    assert (await platform.get(name, ROOT, "auditor")).status_code == 404


async def test_refusals_come_through_the_one_address_too(platform: Platform) -> None:
    async def status(name: str, *roles: str, **headers: str) -> int:
        said = {**platform.bearer(f"{ROOT}/a", *roles), **headers}
        return (await platform.client.put(f"/evidence/{name}", content=b"x", headers=said)).status_code

    hash_ = sha256(b"x").hexdigest()
    assert await status(hash_, "viewer") == 403
    assert await status("0" * 64, "filer") == 422
    assert await status(hash_.upper(), "filer") == 400
    assert await status("a" * 129, "filer") == 404
    refused = await platform.client.put(
        f"/evidence/{hash_}", content=b"x", headers={b"authorization": b"Bearer \xff\xfe"}
    )
    assert (refused.status_code, refused.json()["problem"]["type"]) == (401, "bad-token")
    assert refused.headers["x-content-type-options"] == "nosniff"
    odd = {b"traceparent": b"\xff", b"content-type": b"\xff"}
    odd[b"authorization"] = platform.bearer(f"{ROOT}/a", "filer")["authorization"].encode()
    taken = await platform.client.put(f"/evidence/{hash_}", content=b"x", headers=odd)
    assert taken.status_code == 201
    assert (await platform.client.put(f"/evidence/{hash_}", content=b"x")).status_code == 401
    assert (await platform.client.post(f"/evidence/{hash_}", content=b"x")).status_code == 405


async def raw_put(platform: Platform, name: str, length: int, sent: bytes, *, hang_up: bool) -> bytes:
    """PUT by hand: so many bytes are declared, these are sent; the beginning of the answer, if one came."""
    address = urlsplit(platform.stack.http_url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    token = platform.bearer(f"{ROOT}/a", "filer")["authorization"]
    lines = (
        f"PUT /evidence/{name} HTTP/1.1",
        "Host: x",
        f"Authorization: {token}",
        f"Content-Length: {length}",
    )
    writer.write("\r\n".join([*lines, "", ""]).encode() + sent)
    await writer.drain()
    if hang_up:
        await asyncio.sleep(0.3)
        writer.transport.abort()
        return b""
    async with asyncio.timeout(PATIENCE):
        answer = await reader.readline()
    writer.transport.abort()
    return answer


async def test_a_file_over_the_limit_is_refused_before_it_comes(platform: Platform) -> None:
    answer = await raw_put(platform, "0" * 64, MOST_BYTES + 1, b"x", hang_up=False)
    assert answer.startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize("sent", [0, 1, 200_000, 8_000_000])
async def test_an_upload_that_is_cut_off_leaves_nothing(platform: Platform, sent: int) -> None:
    content = b"c" * 9_000_000
    hash_ = sha256(content).hexdigest()
    folder = platform.stack.folder.evidence
    await raw_put(platform, hash_, len(content), content[:sent], hang_up=True)
    await until(lambda: not list((folder / "incoming").iterdir()))
    assert not (folder / key_of(hash_)).exists()
    assert (await platform.get(hash_, ROOT)).status_code == 404


async def test_what_is_put_lies_under_its_hash(platform: Platform) -> None:
    hash_ = await platform.put(b"under its hash")
    folder = platform.stack.folder.evidence
    assert (folder / "sha256" / hash_[:2] / hash_[2:4] / hash_).read_bytes() == b"under its hash"
    assert json.dumps(list((folder / "incoming").iterdir())) == "[]"
