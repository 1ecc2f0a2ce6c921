"""Merkle trees of RFC 6962 (and 9162, which keeps them): growing, proving, verifying. Hashes are 32 bytes, SHA-256.

A complete subtree of 2^level leaves is named (level, position): its leaves start at position × 2^level. Proofs are lists of hashes in
the order of the RFC, from the leaf up.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256().digest()
type GetHash = Callable[[int, int], bytes]


def hash_leaf(entry: bytes) -> bytes:
    """Hash an entry: SHA-256(0x00 ‖ entry)."""
    return sha256(b"\x00" + entry).digest()


def hash_node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256(0x01 ‖ left ‖ right)."""
    return sha256(b"\x01" + left + right).digest()


def hash_tree(leaves: Sequence[bytes]) -> bytes:
    """Hash a whole tree from the hashes of its leaves, level by level (an odd last one moves up, which is the RFC's split).

    >>> hash_tree([]).hex()[:8]
    'e3b0c442'
    """
    if not leaves:
        return EMPTY_ROOT
    level = list(leaves)
    while len(level) > 1:
        odd = level[-1:] if len(level) % 2 else []
        level = [sha256(b"\x01" + left + right).digest() for left, right in zip(level[::2], level[1::2], strict=False)] + odd
    return level[0]


@dataclass(slots=True)
class Frontier:
    """What a tree needs to keep in order to grow: its size and the hashes of its complete subtrees, the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf: one node hash on average."""
        peaks = self.peaks
        size = self.size
        while size & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            size >>= 1
        peaks.append(leaf)
        self.size += 1

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add the hashes of leaves, in order."""
        for leaf in leaves:
            self.append(leaf)

    @property
    def root(self) -> bytes:
        """The tree's hash."""
        if not self.peaks:
            return EMPTY_ROOT
        root = self.peaks[-1]
        for peak in self.peaks[-2::-1]:
            root = hash_node(peak, root)
        return root


def hash_range(start: int, end: int, get_hash: GetHash) -> bytes:
    """Hash the subtree of leaves [start, end), where a split of the RFC puts it; `get_hash` gives complete subtrees."""
    size = end - start
    level = size.bit_length() - 1
    if size == 1 << level:
        return get_hash(level, start >> level)
    middle = start + _split(size)
    return hash_node(get_hash(level, start >> level), hash_range(middle, end, get_hash))


def prove_inclusion(index: int, size: int, get_hash: GetHash) -> list[bytes]:
    """The path of RFC 6962 §2.1.1 for leaf `index` of the tree of `size` leaves. Raises IndexError outside of the tree."""
    if not 0 <= index < size:
        raise IndexError(f"leaf {index} of {size}")
    path: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(hash_range(middle, end, get_hash))
            end = middle
        else:
            path.append(hash_range(start, middle, get_hash))
            start = middle
    return path[::-1]


def prove_consistency(old_size: int, size: int, get_hash: GetHash) -> list[bytes]:
    """The proof of RFC 6962 §2.1.2 that the tree of `size` starts with that of `old_size`. Raises IndexError unless 0 < old ≤ size."""
    if not 0 < old_size <= size:
        raise IndexError(f"tree {old_size} in {size}")
    path: list[bytes] = []
    start, end, known = 0, size, True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(hash_range(middle, end, get_hash))
            end = middle
        else:
            path.append(hash_range(start, middle, get_hash))
            start, known = middle, False
    return ([] if known else [hash_range(start, end, get_hash)]) + path[::-1]


def verify_inclusion(*, leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Is `leaf` (a hash) the one at `index` of the tree of `size` whose hash is `root`? RFC 9162 §2.1.3.2."""
    if not 0 <= index < size:
        return False
    position, last, found = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if position & 1 or position == last:
            found = hash_node(sibling, found)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            found = hash_node(found, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and found == root


def verify_consistency(*, old_size: int, old_root: bytes, size: int, root: bytes, path: Sequence[bytes]) -> bool:
    """Does the tree `root` of `size` start with the tree `old_root` of `old_size`? RFC 9162 §2.1.4.2; an empty tree starts any other."""
    if old_size in {0, size}:
        return not path and 0 <= old_size <= size and old_root == (root if old_size == size else EMPTY_ROOT)
    if not 0 < old_size < size or not path:
        return False
    hashes = [old_root, *path] if old_size & (old_size - 1) == 0 else list(path)
    position, last = old_size - 1, size - 1
    while position & 1:
        position >>= 1
        last >>= 1
    older = newer = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            older, newer = hash_node(sibling, older), hash_node(sibling, newer)
            while not position & 1 and position:
                position >>= 1
                last >>= 1
        else:
            newer = hash_node(newer, sibling)
        position >>= 1
        last >>= 1
    return last == 0 and older == old_root and newer == root


def _split(size: int) -> int:
    """The largest power of two below `size` (> 1)."""
    return 1 << ((size - 1).bit_length() - 1)
