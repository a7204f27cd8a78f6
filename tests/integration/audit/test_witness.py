"""A witness vouches for a log that goes on from what it showed, and for no other."""

import threading
import time
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from deploy.audit.watching import LogAway, Watching, witness_secret
from parledger.cli import CommandError
from shared.audit.fault import AuditFault
from shared.audit.file import write
from shared.audit.verify import verify
from shared.log.checkpoint import opened
from shared.log.folder import LogFolder
from shared.log.note import COSIGNATURE, SignerKey, cosigned_at, parse_note
from shared.log.tiles import Edge
from tests.integration.audit.conftest import Published
from tests.tampering import rewrite
from tests.unit.log.grower import entry_of, grow

NOW = 1_700_000_000
LOG = SignerKey.fresh("parledger/qt")
WITNESS = SignerKey.fresh("thanh-tra")
VOUCHES = WITNESS.verifier(COSIGNATURE)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody listens."""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A folder, and the address at which a plain file server hands it out."""
    folder = tmp_path / "served"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield folder, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.fixture
def log(place: tuple[Path, str]) -> LogFolder:
    return LogFolder(place[0])


@pytest.fixture
def watching(place: tuple[Path, str], tmp_path: Path) -> Iterator[Watching]:
    with Watching(place[1], WITNESS, tmp_path / "seen", LOG.verifier()) as made:
        yield made


def kept(watching: Watching) -> int:
    """The size that is kept, cosigned."""
    return opened(watching.kept.read_bytes(), LOG.verifier(), [VOUCHES]).size


def test_what_goes_on_is_cosigned_and_kept(log: LogFolder, watching: Watching) -> None:
    for number, step in enumerate((1, 1, 254, 3, 700, 0)):
        if step:
            grow(log, LOG, [step])
        seen = watching.look(NOW + number)
        assert kept(watching) == seen.head.size
        assert len(seen.leaves) == 32 * seen.head.size
        line = parse_note(watching.kept.read_bytes()).signatures[-1]
        assert (line.name, cosigned_at(line)) == ("thanh-tra", NOW + number)
    assert kept(watching) == 959


def test_a_witness_that_starts_again_knows_what_it_saw(
    log: LogFolder, watching: Watching, place: tuple[Path, str], tmp_path: Path
) -> None:
    grow(log, LOG, [300])
    watching.look(NOW)
    rewritten(log, changed=17, size=400)
    with (
        Watching(place[1], WITNESS, tmp_path / "seen", None) as again,
        pytest.raises(AuditFault, match="position 18 is the first that was changed"),
    ):
        again.look(NOW + 1)


def rewritten(log: LogFolder, *, changed: int, size: int) -> None:
    """The operator makes the log anew, with another entry at an index, under the same key."""
    for file in log.path.rglob("*"):
        if file.is_file():
            file.unlink()
    edge, entries = Edge(), [entry_of(number) for number in range(size)]
    if changed < size:
        entries[changed] = bytes(32)
    log.publish(edge.grow(entries), edge, LOG)


@pytest.mark.parametrize("changed", [0, 17, 255, 256, 299])
@pytest.mark.parametrize("size", [300, 301, 1_000])
def test_a_log_that_was_rewritten_is_found_and_its_position_named(
    log: LogFolder, watching: Watching, changed: int, size: int
) -> None:
    grow(log, LOG, [300])
    watching.look(NOW)
    before = watching.kept.read_bytes()
    rewritten(log, changed=changed, size=size)
    with pytest.raises(AuditFault) as found:
        watching.look(NOW + 1)
    assert str(found.value) == (
        f"the log was rewritten: what it showed at size 300 is not the beginning of what it shows "
        f"at size {size}; position {changed + 1} is the first that was changed"
    )
    assert watching.kept.read_bytes() == before


def test_what_nobody_saw_may_still_differ(log: LogFolder, watching: Watching) -> None:
    grow(log, LOG, [300])
    watching.look(NOW)
    rewritten(log, changed=300, size=301)
    assert watching.look(NOW).head.size == 301


def test_a_log_that_was_set_back_is_found(log: LogFolder, watching: Watching) -> None:
    grow(log, LOG, [300])
    watching.look(NOW)
    rewritten(log, changed=999, size=299)
    with pytest.raises(AuditFault, match="was set back: it showed 300 positions, and now 299"):
        watching.look(NOW)


def test_tiles_that_do_not_lead_to_the_checkpoint_are_not_vouched_for(
    log: LogFolder, watching: Watching
) -> None:
    grow(log, LOG, [5])
    (log.path / "tile/0/000.p/5").write_bytes(bytes(160))
    with pytest.raises(AuditFault, match="do not lead to its checkpoint of size 5"):
        watching.look(NOW)
    assert not watching.kept.exists()
    (log.path / "tile/0/000.p/5").write_bytes(bytes(100))
    with pytest.raises(AuditFault, match="has 100 bytes and needs 160"):
        watching.look(NOW)


def test_another_key_is_found(
    log: LogFolder, watching: Watching, place: tuple[Path, str], tmp_path: Path
) -> None:
    grow(log, LOG, [5])
    watching.look(NOW)
    other = SignerKey.fresh("parledger/qt")
    for file in ("checkpoint", "key"):
        (log.path / file).unlink()
    edge = Edge()
    log.publish(edge.grow([entry_of(number) for number in range(6)]), edge, other)
    with pytest.raises(AuditFault, match="not signed with the key"):
        watching.look(NOW)
    with (
        Watching(place[1], WITNESS, tmp_path / "seen", None) as unsure,
        pytest.raises(AuditFault, match="the log has another key: it was"),
    ):
        unsure.look(NOW)


def test_a_log_that_is_away_is_no_fault_of_it(log: LogFolder, watching: Watching, tmp_path: Path) -> None:
    with pytest.raises(LogAway, match="checkpoint answers 404"):
        watching.look(NOW)
    with (
        Watching("http://127.0.0.1:9", WITNESS, tmp_path / "elsewhere", None) as nowhere,
        pytest.raises(LogAway, match="does not answer"),
    ):
        nowhere.look(NOW)


def test_what_was_kept_and_changed_since_is_not_believed(log: LogFolder, watching: Watching) -> None:
    grow(log, LOG, [5])
    watching.look(NOW)
    watching.kept.write_bytes(watching.kept.read_bytes().replace(b"\n5\n", b"\n4\n"))
    with pytest.raises(CommandError, match="is not what this witness kept"):
        watching.look(NOW)


def test_a_killed_witness_looks_again(
    log: LogFolder, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the leaves and the checkpoint: the leaves are ahead, and cut to what was cosigned."""
    grow(log, LOG, [5])
    watching.look(NOW)
    grow(log, LOG, [5])
    before = watching.kept.read_bytes()
    watching.look(NOW)
    watching.kept.write_bytes(before)
    assert watching.look(NOW).head.size == 10


def test_a_key_is_made_once_and_told(tmp_path: Path) -> None:
    path = tmp_path / "thanh-tra.key"
    key = witness_secret(path, None)
    assert key.name == "witness/thanh-tra"
    assert path.stat().st_mode & 0o777 == 0o600
    assert witness_secret(path, "witness/thanh-tra") == key
    assert (tmp_path / "thanh-tra.key.pub").read_text().strip() == str(key.verifier(COSIGNATURE))
    with pytest.raises(CommandError, match="not of another"):
        witness_secret(path, "another")
    path.write_text("x")
    with pytest.raises(CommandError, match="cannot be the key of a witness"):
        witness_secret(path, None)


async def test_a_ledger_rewritten_by_its_operator_with_hashes_recomputed_fails_at_the_witness(
    published: Published, place: tuple[Path, str], tmp_path: Path
) -> None:
    """The whole of it: rows changed with the owner's rights, the log made anew with the operator's key."""
    honest = Published(published.servers, published.province, place[0])
    await honest.logged()
    with Watching(f"{place[1]}/{published.root}", WITNESS, tmp_path / "seen", published.key) as watching:
        watching.look(int(time.time()))
        cosigned = watching.kept.read_bytes()
        exported = write(await honest.exported(checkpoint=cosigned))
        assert verify(exported, published.key, [VOUCHES]).replayed.publications

        position = await published.position_of("ScoreAppraised")
        await rewrite(published.servers, published.root, position, '"0.666"', '"0.667"')
        (place[0] / published.root).rename(place[0] / "put-away")
        await honest.logged()

        forged = await honest.exported()
        assert '"0.667"' in next(event.body for event in forged.events if event.position == position)
        with pytest.raises(AuditFault, match="not cosigned by the witness thanh-tra"):
            verify(write(forged), published.key, [VOUCHES])
        with pytest.raises(AuditFault, match=f"position {position} is the first that was changed"):
            watching.look(int(time.time()))
        with pytest.raises(AuditFault, match="the log was rewritten"):
            await honest.exported(checkpoint=cosigned)
