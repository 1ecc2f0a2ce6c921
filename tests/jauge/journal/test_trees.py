"""Merkle trees: known answers of RFC 6962, the definition as oracle, proofs that verify and false ones that do not."""

from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sigstore._internal.merkle import verify_merkle_inclusion
from sigstore.errors import VerificationError
from tests.jauge.journal.small_log import ENTRIES, ROOTS, hash_by_definition, number_leaves, store_hashes

from jauge.journal import (
    EMPTY_ROOT,
    Frontier,
    hash_leaf,
    hash_tree,
    prove_consistency,
    prove_inclusion,
    verify_consistency,
    verify_inclusion,
)

SIZES = range(1, 36)
LEAVES = [hash_leaf(entry) for entry in ENTRIES]
# Paths of RFC 6962's reference tests: (index, size) → hashes.
PATHS = {
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
}


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots_are_found(size: int) -> None:
    grown = Frontier()
    grown.extend(LEAVES[:size])

    assert hash_tree(LEAVES[:size]).hex() == grown.root.hex() == ROOTS[size - 1]


def test_the_empty_tree_is_the_hash_of_nothing() -> None:
    assert hash_tree([]) == Frontier().root == EMPTY_ROOT


@pytest.mark.parametrize(("where", "path"), PATHS.items())
def test_known_paths_are_found(where: tuple[int, int], path: list[str]) -> None:
    assert [one.hex() for one in prove_inclusion(*where, store_hashes(LEAVES))] == path


@given(st.integers(0, 300))
def test_a_tree_grown_or_hashed_at_once_is_that_of_the_definition(size: int) -> None:
    leaves = number_leaves(size)
    grown = Frontier()
    grown.extend(leaves)

    assert grown.root == hash_tree(leaves) == hash_by_definition(leaves)
    assert len(grown.peaks) == size.bit_count()


@pytest.mark.parametrize("size", SIZES)
def test_each_leaf_of_each_small_tree_is_proven(size: int) -> None:
    leaves = number_leaves(size)
    root = hash_tree(leaves)
    for index in range(size):
        path = prove_inclusion(index, size, store_hashes(leaves))
        assert verify_inclusion(leaf=leaves[index], index=index, size=size, path=path, root=root)


@pytest.mark.parametrize("size", SIZES)
def test_each_small_tree_starts_with_each_smaller_one(size: int) -> None:
    leaves = number_leaves(size)
    for old in range(1, size + 1):
        path = prove_consistency(old, size, store_hashes(leaves))
        assert verify_consistency(old_size=old, old_root=hash_tree(leaves[:old]), size=size, root=hash_tree(leaves), path=path)


@given(st.data())
def test_a_false_inclusion_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(1, 70))
    index = data.draw(st.integers(0, size - 1))
    leaves = number_leaves(size)
    path = prove_inclusion(index, size, store_hashes(leaves))
    given = {"leaf": leaves[index], "index": index, "size": size, "path": path, "root": hash_tree(leaves)}

    falsified = data.draw(st.sampled_from(["leaf", "root", "index", "size", "shorter", "longer", "hash"]))
    match falsified:
        case "leaf" | "root":
            given[falsified] = hash_leaf(b"another")
        case "index":
            given["index"] = data.draw(st.integers(-1, size + 1).filter(lambda other: other != index))
        case "size":  # a tree of another size whose path has the same shape is told apart by its root, which differs
            given["size"] = data.draw(st.integers(0, size + 3).filter(lambda other: other != size))
            given["root"] = hash_tree(number_leaves(given["size"]))
        case "shorter" | "longer":
            given["path"] = path[:-1] if falsified == "shorter" and path else [*path, hash_leaf(b"more")]
        case "hash":
            given["path"] = [hash_leaf(b"another"), *path[1:]]

    assert not verify_inclusion(**given)


@given(st.data())
def test_a_false_consistency_is_refused(data: st.DataObject) -> None:
    size = data.draw(st.integers(2, 70))
    old = data.draw(st.integers(1, size - 1))
    leaves = number_leaves(size)
    path = prove_consistency(old, size, store_hashes(leaves))
    given = {"old_size": old, "old_root": hash_tree(leaves[:old]), "size": size, "root": hash_tree(leaves), "path": path}

    match falsified := data.draw(st.sampled_from(["old_root", "root", "old_size", "shorter", "longer", "hash", "rewritten"])):
        case "old_root" | "root":
            given[falsified] = hash_leaf(b"another")
        case "old_size":
            given["old_size"] = data.draw(st.integers(0, size + 1).filter(lambda other: other != old))
        case "shorter":
            given["path"] = path[:-1]
        case "longer":
            given["path"] = [*path, hash_leaf(b"more")]
        case "hash":
            given["path"] = [hash_leaf(b"another"), *path[1:]]
        case "rewritten":
            changed = [hash_leaf(b"another"), *leaves[1:]]
            given |= {"root": hash_tree(changed), "path": prove_consistency(old, size, store_hashes(changed))}

    assert not verify_consistency(**given)


def test_an_empty_tree_starts_any_other_and_a_tree_starts_itself() -> None:
    root = hash_tree(number_leaves(5))

    assert verify_consistency(old_size=0, old_root=EMPTY_ROOT, size=5, root=root, path=[])
    assert verify_consistency(old_size=5, old_root=root, size=5, root=root, path=[])
    assert not verify_consistency(old_size=0, old_root=root, size=5, root=root, path=[])


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_outside_of_the_tree_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(IndexError):
        prove_inclusion(index, size, store_hashes(number_leaves(size)))


@pytest.mark.parametrize(("old", "size"), [(0, 3), (4, 3)])
def test_a_tree_that_cannot_start_another_has_no_proof(old: int, size: int) -> None:
    with pytest.raises(IndexError):
        prove_consistency(old, size, store_hashes(number_leaves(size)))


@dataclass
class _RekorEntry:
    """What sigstore's verifier reads of an entry of its log."""

    canonicalized_body: bytes
    inclusion_proof: SimpleNamespace
    _inner: "_RekorEntry" = field(init=False)

    def __post_init__(self) -> None:
        self._inner = self


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8, 100, 1000])
def test_sigstore_verifies_our_proofs_and_refuses_false_ones(size: int) -> None:
    entries = [str(number).encode() for number in range(size)]
    leaves = number_leaves(size)
    for index in {0, size // 3, size // 2, size - 1}:
        path = prove_inclusion(index, size, store_hashes(leaves))
        proof = SimpleNamespace(log_index=index, tree_size=size, hashes=path, root_hash=hash_tree(leaves))

        verify_merkle_inclusion(_RekorEntry(entries[index], proof))  # type: ignore[arg-type]
        with pytest.raises(VerificationError):
            verify_merkle_inclusion(_RekorEntry(b"another", proof))  # type: ignore[arg-type]
