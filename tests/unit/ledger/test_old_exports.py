"""An export verifies for ever: files that were written with the shapes of their day, checked with today's.

Each was written by `parledger audit export --with-texts` after a round was played to its publication, and
lies beside the public key of its log. Files are added with a change of shapes, and never written anew.
"""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from shared.audit.fault import AuditFault
from shared.audit.file import Content, read, write
from shared.audit.verify import Verdict, verify
from shared.codec.hashes import entry, leaf_hash
from shared.codec.numbers import index_text
from shared.codec.shapes import DossierSubmitted
from shared.ledger.records import Body, read_body
from shared.log.note import VerifierKey

EXPORTS = Path(__file__).parents[2] / "golden" / "exports"
LEAF_HASHES: dict[str, dict[int, str]] = {
    "lead-and-signed-as": {
        7: "d9ff237192520274f18330241243bfb26a98860cd7c95cb479d20cce999f5c8c",
        8: "3ea1275c4a8b84cc39b52d29d17983ac17fc5c0d2049db17ce2b8b0d93a0045e",
        15: "d69a405a87dae51e746a2264f29aee48f714710a22fa974f50b9d712319f75ca",
    },
    "responsible-and-signed-by": {
        7: "15a3679e56a00b4ac63d53f5a9d802779f62b45cc564f858d398b3b531af1364",
        8: "3d32ecf1b1df783f9559a2c720fe0d0fdd74d87ebceae7d09b2a9040c7352151",
        15: "78dba7f39c48638aa69b8c3ba0a1a66b4e980ba2be83b01b26b45d58bdc8c6f0",
    },
}
"""Of the LeafAssigned and DossierSubmitted, as they were when they were recorded.

All are of shape 1, which was written in two ways: a file's name says in which words.
"""


def content_of(name: str) -> Content:
    return read((EXPORTS / f"{name}.json").read_bytes())


def verdict_of(name: str) -> Verdict:
    key = (EXPORTS / f"{name}.key").read_text(encoding="utf-8").strip()
    return verify((EXPORTS / f"{name}.json").read_bytes(), VerifierKey.parse(key))


def bodies(name: str) -> dict[int, Body]:
    """The events whose hashes are told above."""
    events = {event.position: event for event in content_of(name).events}
    return {position: read_body(events[position].body.encode()) for position in LEAF_HASHES[name]}


def test_every_export_is_checked() -> None:
    assert {path.stem for path in EXPORTS.glob("*.json")} == LEAF_HASHES.keys()


@pytest.mark.parametrize("name", LEAF_HASHES)
def test_an_export_of_then_gives_what_was_published_then(name: str) -> None:
    replayed = verdict_of(name).replayed
    [publication] = replayed.publications
    assert publication.standing is not None
    assert replayed.score.index is not None
    assert (index_text(replayed.score.index), publication.standing.index) == ("60.4", "60.4")
    assert (publication.standing.rank, publication.among, replayed.score.grade) == (2, 2, "Khá")
    assert (replayed.dossier.status, replayed.dossier.given("1.1")) == ("published", "0.666")


@pytest.mark.parametrize("name", LEAF_HASHES)
def test_the_events_of_then_hash_to_what_they_did(name: str) -> None:
    events = {event.position: event for event in content_of(name).events}
    found = {
        position: leaf_hash(entry(events[position].body.encode(), events[position].recorded_us)).hex()
        for position in LEAF_HASHES[name]
    }
    assert found == LEAF_HASHES[name]
    assert [(body.type, body.shape) for body in bodies(name).values()] == [
        ("LeafAssigned", 1),
        ("LeafAssigned", 1),
        ("DossierSubmitted", 1),
    ]


@pytest.mark.parametrize(
    ("name", "assigned", "submitted"),
    [
        ("lead-and-signed-as", {"leaves", "lead", "support"}, {"number", "dated", "signed_as"}),
        ("responsible-and-signed-by", {"leaves", "responsible", "support"}, {"number", "dated", "signed_by"}),
    ],
)
def test_an_export_is_in_the_words_of_then(name: str, assigned: set[str], submitted: set[str]) -> None:
    first, _, last = (msgspec.json.decode(body.data).keys() for body in bodies(name).values())
    assert (first, last) == (assigned, submitted)


@pytest.mark.parametrize("name", LEAF_HASHES)
def test_what_was_assigned_and_signed_then_is_told_in_todays_words(name: str) -> None:
    dossier = verdict_of(name).replayed.dossier
    assigned = {
        code: standing.data for code in ("1.1", "1.2", "2.1") if (standing := dossier.leaf(code).assigned)
    }
    assert {code: (data.lead, data.support) for code, data in assigned.items()} == {
        "1.1": ("Văn phòng", ["Tư pháp"]),
        "1.2": ("Phòng Nội vụ", None),
        "2.1": ("Phòng Nội vụ", None),
    }
    assert dossier.submitted is not None
    assert dossier.submitted.data == DossierSubmitted("215/BC-UBND", "2023-12-10", "Chủ tịch UBND")


@pytest.mark.parametrize("name", LEAF_HASHES)
def test_an_event_of_then_that_was_changed_is_found(name: str) -> None:
    content = content_of(name)
    events = [
        msgspec.structs.replace(event, body=event.body.replace("Văn phòng", "Thanh tra"))
        for event in content.events
    ]
    with pytest.raises(AuditFault, match="position 7 is not in the log like this"):
        verify(write(msgspec.structs.replace(content, events=events)))


@pytest.mark.parametrize("name", LEAF_HASHES)
def test_the_command_takes_an_export_of_then(name: str) -> None:
    file, key = EXPORTS / f"{name}.json", EXPORTS / f"{name}.key"
    told = subprocess.run(
        [sys.executable, "-m", "parledger", "verify", str(file), "--key", str(key)],
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (told.returncode, told.stderr) == (0, "")
    assert "Chỉ số CCHC (index): 60.4" in told.stdout
    assert "27 events are in the log just so" in told.stdout
