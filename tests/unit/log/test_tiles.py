"""The tiles as the specification places them, and as somebody else's program reads them."""

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlog_scales.backend import LocalBackend
from tlog_scales.reader import TilesReader
from tlog_scales.signing import Vkey
from tlog_scales.tlog import Checkpoint as TheirCheckpoint

from shared.codec.hashes import leaf_hash
from shared.log.checkpoint import Checkpoint
from shared.log.merkle import consistency_path, inclusion_path, perfect_root, root_hash
from shared.log.note import NoteError, SignerKey
from shared.log.proof import Proof, parse_proof
from shared.log.tiles import ENTRIES, WIDTH, Edge, Tile, Tree, edge_of, is_log_path, read_edge, split

_COUNT = 70_000
ENTRIES_OF_ALL = [sha256(number.to_bytes(4, "big")).digest() for number in range(_COUNT)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES_OF_ALL]


def reading(files: dict[Tile, bytes]) -> Callable[[Tile], bytes]:
    """Fetch from what was written; the full tile where the partial one is not there any more."""
    return lambda tile: files.get(tile) or files[tile._replace(width=WIDTH)]


def test_the_paths_are_those_of_the_specification() -> None:
    assert Tile(0, 1_234_067).path == "tile/0/x001/x234/067"
    assert Tile(ENTRIES, 0, 5).path == "tile/entries/000.p/5"
    assert Tile(63, 999, 255).path == "tile/63/999.p/255"
    assert Tile(1, 1000).path == "tile/1/x001/000"


def test_a_tree_of_70000_has_the_tiles_of_the_specification() -> None:
    edge = Edge()
    made = edge.grow(ENTRIES_OF_ALL)
    full = [tile for tile in made if tile.width == WIDTH]
    assert sum(tile.level == 0 for tile in full) == sum(tile.level == ENTRIES for tile in full) == 273
    assert [tile for tile in full if tile.level > 0] == [Tile(1, 0)]
    partial = [tile for tile in made if tile.width < WIDTH]
    assert partial == [Tile(ENTRIES, 273, 112), Tile(0, 273, 112), Tile(1, 1, 17), Tile(2, 0, 1)]
    assert edge.root() == root_hash(_COUNT, lambda h, i: perfect_root(LEAVES[i << h : (i + 1) << h]))


def test_a_tree_of_256_has_a_full_tile_and_one_hash_above() -> None:
    made = Edge().grow(ENTRIES_OF_ALL[:256])
    assert set(made) == {Tile(ENTRIES, 0), Tile(0, 0), Tile(1, 0, 1)}
    assert made[Tile(0, 0)] == b"".join(LEAVES[:256])
    assert made[Tile(ENTRIES, 0)][:34] == b"\x00\x20" + ENTRIES_OF_ALL[0]


@given(st.lists(st.integers(0, 700), max_size=6))
@settings(max_examples=40)
def test_however_it_grows_the_tree_is_the_same(steps: list[int]) -> None:
    edge, files, size = Edge(), dict[Tile, bytes](), 0
    for step in steps:
        files |= edge.grow(ENTRIES_OF_ALL[size : size + step])
        size += step
        tree = Tree(size, reading(files))
        assert edge.size == size
        assert edge.root() == root_hash(size, tree.node)
        assert read_edge(size, reading(files)).root() == edge.root()
    at_once = Edge()
    at_once.grow(ENTRIES_OF_ALL[:size])
    assert edge.root() == at_once.root()


@given(st.data())
@settings(max_examples=25)
def test_proofs_are_read_from_the_tiles(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, _COUNT))
    edge = Edge()
    files = edge.grow(ENTRIES_OF_ALL[:size])
    tree = Tree(size, reading(files))

    def plain(height: int, index: int) -> bytes:
        return perfect_root(LEAVES[index << height : (index + 1) << height])

    index, old = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size))
    assert inclusion_path(index, size, tree.node) == inclusion_path(index, size, plain)
    assert consistency_path(old, size, tree.node) == consistency_path(old, size, plain)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 5_000, _COUNT])
def test_somebody_elses_program_reads_the_log(size: int, tmp_path: Path) -> None:
    edge, key = Edge(), SignerKey.fresh("parledger/qt")
    for tile, content in edge.grow(ENTRIES_OF_ALL[:size]).items():
        file = tmp_path / tile.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    raw = bytes(Checkpoint(key.name, size, edge.root()).signed(key))
    theirs = TheirCheckpoint.from_text(raw.decode())
    theirs.verify(Vkey.from_string(str(key.verifier())))
    reader = TilesReader(LocalBackend(tmp_path))
    reader.set_size(size)
    assert reader.calculate_root_hash() == theirs.root_hash == edge.root()


def test_a_proof_is_written_read_and_checked() -> None:
    edge, key = Edge(), SignerKey.fresh("parledger/qt")
    tree = Tree(300, reading(edge.grow(ENTRIES_OF_ALL[:300])))
    checkpoint = bytes(Checkpoint(key.name, 300, edge.root()).signed(key))
    proof = Proof(17, tuple(inclusion_path(17, 300, tree.node)), checkpoint)
    text = proof.text()
    assert text.startswith("c2sp.org/tlog-proof@v1\nindex 17\n")
    assert text.endswith(f"\n\n{checkpoint.decode()}")
    assert parse_proof(text) == proof
    assert parse_proof(text.replace("\nindex", "\nextra YWdl\nindex")) == proof
    assert parse_proof(text).check(LEAVES[17], key.verifier()).size == 300
    with pytest.raises(NoteError, match="position 18"):
        proof.check(LEAVES[18], key.verifier())
    with pytest.raises(NoteError, match="not signed"):
        proof.check(LEAVES[17], SignerKey.fresh("parledger/qt").verifier())


# transparency-dev/merkle, proof/tlog_proof_test.go: what is refused there.
@pytest.mark.parametrize(
    "text",
    [
        "wrong-header\nindex 0\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\n\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex notanumber\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex -5\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 00\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n!!notbase64!!\n\ncheckpoint\n",
        f"c2sp.org/tlog-proof@v1\nindex 0\n{'A' * 86}==\n\ncheckpoint\n",
        "c2sp.org/tlog-proof@v1\nindex 0\n",
        "",
    ],
)
def test_what_is_no_proof_is_refused(text: str) -> None:
    with pytest.raises(NoteError):
        parse_proof(text)


@pytest.mark.parametrize(
    ("path", "is_one"),
    [
        ("checkpoint", True),
        ("tile/0/000", True),
        ("tile/63/x001/x234/067.p/255", True),
        ("tile/entries/000.p/1", True),
        ("tile/64/000", False),
        ("tile/00/000", False),
        ("tile/0/0000", False),
        ("tile/0/000.p/256", False),
        ("tile/0/000.p/0", False),
        ("tile/0/000.p/01", False),
        ("tile/0/x001", False),
        ("tile/0/../../checkpoint", False),
        ("checkpoint\n", False),
        (".lock", False),
        ("", False),
    ],
)
def test_only_what_a_log_publishes_has_a_path(path: str, is_one: bool) -> None:
    assert is_log_path(path) is is_one


def test_a_tile_that_was_cut_off_is_refused() -> None:
    with pytest.raises(NoteError, match="has 31 bytes and needs 32"):
        split(bytes(31), Tile(0, 0, 1))
    with pytest.raises(NoteError, match="other entries"):
        split(b"\x00\x10" + bytes(32), Tile(ENTRIES, 0, 1))


def test_the_edge_is_what_is_not_full() -> None:
    assert edge_of(0) == edge_of(65_536)[:0]
    assert edge_of(65_536) == [Tile(2, 0, 1)]
    assert edge_of(256) == [Tile(1, 0, 1)]
