"""The tree against the vectors of RFC 6962's reference implementation, and over random sizes.

Vectors: transparency-dev/merkle, proof/verify_test.go (those of certificate-transparency).
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tlog_scales.tlog import ConsistencyProof, InclusionProof

from shared.codec.hashes import leaf_hash
from shared.log.merkle import (
    EMPTY_ROOT,
    consistency_path,
    inclusion_path,
    perfect_root,
    proves_consistency,
    proves_inclusion,
    root_hash,
)

LEAVES = [
    leaf_hash(bytes.fromhex(said))
    for said in [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
A = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
B = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
C = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"
D = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
E = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
F = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
G = "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f"
INCLUSION = [
    (0, 1, []),
    (0, 8, [A, B, C]),
    (5, 8, [D, E, ROOTS[3]]),
    (2, 3, [ROOTS[1]]),
    (1, 5, [ROOTS[0], B, D]),
]
CONSISTENCY = [
    (1, 1, []),
    (1, 8, [A, B, C]),
    (6, 8, [F, E, ROOTS[3]]),
    (2, 5, [B, D]),
    (6, 7, [F, G, ROOTS[3]]),
]
SOME_HASH = bytes.fromhex("abacaba000000000000000000000000000000000000000000060061e00123456")


def hashes(texts: Sequence[str]) -> list[bytes]:
    return [bytes.fromhex(text) for text in texts]


def tree(leaves: Sequence[bytes]) -> Callable[[int, int], bytes]:
    return lambda height, index: perfect_root(leaves[index << height : (index + 1) << height])


def some_leaves(count: int) -> list[bytes]:
    return [leaf_hash(sha256(str(number).encode()).digest()) for number in range(count)]


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert root_hash(0, tree([])) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_the_published_ones(size: int) -> None:
    assert root_hash(size, tree(LEAVES)).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_inclusion_is_the_published_one(index: int, size: int, path: list[str]) -> None:
    root = bytes.fromhex(ROOTS[size - 1])
    assert inclusion_path(index, size, tree(LEAVES)) == hashes(path)
    assert proves_inclusion(LEAVES[index], index, size, hashes(path), root)


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_consistency_is_the_published_one(old: int, new: int, path: list[str]) -> None:
    first, second = bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
    assert consistency_path(old, new, tree(LEAVES)) == hashes(path)
    assert proves_consistency(old, first, new, second, hashes(path))


@pytest.mark.parametrize(("index", "size", "texts"), INCLUSION[1:])
def test_what_is_wrong_in_an_inclusion_proof_is_found(index: int, size: int, texts: list[str]) -> None:
    path, root, leaf = hashes(texts), bytes.fromhex(ROOTS[size - 1]), LEAVES[index]
    wrong = [
        (leaf, index - 1, size, path, root),
        (leaf, index + 1, size, path, root),
        (leaf, index ^ 2, size, path, root),
        (leaf, index, size * 2, path, root),
        (leaf, index, size // 2, path, root),
        (b"WrongLeaf", index, size, path, root),
        (leaf, index, size, path, EMPTY_ROOT),
        (leaf, index, size, path, SOME_HASH),
        (leaf, index, size, [*path, b""], root),
        (leaf, index, size, [*path, root], root),
        (leaf, index, size, [b"", *path], root),
        (leaf, index, size, [root, *path], root),
        (leaf, index, size, path[:-1], root),
        (leaf, index, size, [path[0], SOME_HASH, *path[1:]], root),
        *((leaf, index, size, _flipped(path, at, 8), root) for at in range(len(path))),
    ]
    assert [proves_inclusion(*case) for case in wrong] == [False] * len(wrong)


@pytest.mark.parametrize(("old", "new", "texts"), CONSISTENCY[1:])
def test_what_is_wrong_in_a_consistency_proof_is_found(old: int, new: int, texts: list[str]) -> None:
    path, first, second = hashes(texts), bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1])
    wrong = [
        (old - 1, first, new, second, path),
        (old + 1, first, new, second, path),
        (old ^ 2, first, new, second, path),
        (old, first, new * 2, second, path),
        (old, first, new // 2, second, path),
        (old, b"WrongRoot", new, second, path),
        (old, first, new, b"WrongRoot", path),
        (old, second, new, first, path),
        (old, first, new, second, []),
        *((old, first, new, second, [*path, more]) for more in (b"", first, second)),
        *((old, first, new, second, [more, *path]) for more in (b"", first, second, path[0])),
        (old, first, new, second, path[:-1]),
        *((old, first, new, second, _flipped(path, at, 16)) for at in range(len(path))),
    ]
    assert [proves_consistency(*case) for case in wrong] == [False] * len(wrong)


def test_the_trivial_cases_of_consistency() -> None:
    one, two = bytes.fromhex(ROOTS[0]), bytes.fromhex(ROOTS[1])
    assert proves_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    assert proves_consistency(0, EMPTY_ROOT, 1, one, [])
    assert not proves_consistency(0, one, 1, one, [])
    assert not proves_consistency(0, EMPTY_ROOT, 1, one, [one])
    assert not proves_consistency(1, one, 1, two, [])
    assert not proves_consistency(1, one, 1, one, [one])
    assert not proves_consistency(2, two, 1, one, [])


@given(st.data())
@settings(max_examples=150)
def test_every_leaf_of_a_tree_of_any_size_is_proved_and_no_other(data: st.DataObject) -> None:
    leaves = some_leaves(data.draw(st.integers(1, 600)))
    size = len(leaves)
    index = data.draw(st.integers(0, size - 1))
    root, path = root_hash(size, tree(leaves)), inclusion_path(index, size, tree(leaves))
    assert proves_inclusion(leaves[index], index, size, path, root)
    InclusionProof(index, size, path).check(leaves[index], root)
    other = data.draw(st.integers(0, size - 1).filter(lambda at: at != index)) if size > 1 else 1
    assert not proves_inclusion(leaves[index], other, size, path, root)
    assert not proves_inclusion(SOME_HASH, index, size, path, root)


@given(st.data())
@settings(max_examples=150)
def test_a_tree_of_any_size_goes_on_from_any_smaller_one_and_from_no_other(data: st.DataObject) -> None:
    leaves = some_leaves(data.draw(st.integers(1, 600)))
    new = len(leaves)
    old = data.draw(st.integers(0, new))
    first, second = root_hash(old, tree(leaves)), root_hash(new, tree(leaves))
    path = consistency_path(old, new, tree(leaves))
    assert proves_consistency(old, first, new, second, path)
    ConsistencyProof(old, new, path).check(first, second)
    if old:
        changed = [SOME_HASH, *leaves[1:]]
        rewritten = root_hash(new, tree(changed))
        other = consistency_path(old, new, tree(changed))
        assert not proves_consistency(old, first, new, rewritten, other)
        assert not proves_consistency(old, first, new, rewritten, path)


def _flipped(path: list[bytes], at: int, bit: int) -> list[bytes]:
    return [*path[:at], bytes([path[at][0] ^ bit]) + path[at][1:], *path[at + 1 :]]
