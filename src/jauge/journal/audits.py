"""Reading a whole log again: every entry against its chain, every signed head against the tree. What was changed is named.

The chain of event i is SHA-256(0x02 ‖ chain of i−1 ‖ leaf hash of i), that before the first 32 zero bytes: it says where a log was
touched; the signed heads say that it was, even when the chain was rewritten.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from jauge.journal.trees import Frontier

FIRST_CHAIN = bytes(32)


class FaultKind(StrEnum):
    """What a verification may find."""

    MISSING = "missing"
    CHANGED = "changed"
    REWRITTEN = "rewritten"
    UNSIGNED = "unsigned"
    BAD_SIGNATURE = "bad_signature"
    FORK = "fork"


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of a log: `start` to `end` (excluded) are the indexes where it lies."""

    kind: FaultKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Head:
    """A head to be held against the log: size, tree hash, and the chain where it is known (None otherwise)."""

    size: int
    root: bytes
    chain: bytes | None = None


@dataclass(frozen=True, slots=True)
class Audit:
    """What a log is: its size, tree hash and chain as recomputed, and its faults in order."""

    size: int
    root: bytes
    chain: bytes
    faults: tuple[Fault, ...]


def extend_chain(chain: bytes, leaf: bytes) -> bytes:
    """The chain after one more leaf (a hash)."""
    return sha256(b"\x02" + chain + leaf).digest()


def audit_log(rows: Iterable[tuple[int, bytes, bytes]], heads: Sequence[Head], *, known_heads: Sequence[Head] = ()) -> Audit:
    """Read a log again.

    rows: (index, chain, entry) by index. heads: the log's own, by size; the last must cover the whole log. known_heads: heads that
    readers have kept (any order): a log that does not grow from them is a fork. One pass, memory of one head.
    """
    reader = _Reader(heads, known_heads)
    reader.read(rows)
    reader.close()
    return Audit(reader.frontier.size, reader.frontier.root, reader.chain, tuple(reader.faults))


class _Reader:
    """The state of one reading. After a gap the tree cannot be known: heads are then held against the chain alone."""

    def __init__(self, heads: Sequence[Head], known_heads: Sequence[Head]) -> None:
        self.faults: list[Fault] = []
        self.frontier = Frontier()
        self.chain = FIRST_CHAIN
        self.whole = True
        self.next_index = 0
        self.last_good = 0
        judged = [*((head, FaultKind.REWRITTEN) for head in heads), *((head, FaultKind.FORK) for head in known_heads)]
        self.waiting = sorted(judged, key=lambda one: one[0].size, reverse=True)
        self.signed_size = max((head.size for head in heads), default=0)

    def read(self, rows: Iterable[tuple[int, bytes, bytes]]) -> None:
        """Read every row: this loop is what a million events cost."""
        append = self.frontier.append
        chain = self.chain
        self._check_heads(0)
        stop = self._next_size()
        expected = 0
        for index, kept, entry in rows:
            leaf = sha256(b"\x00" + entry).digest()
            chain = sha256(b"\x02" + chain + leaf).digest()
            if index != expected:
                self._note_gap(expected, index)
                expected = index
            elif chain != kept:
                self.faults.append(Fault(FaultKind.CHANGED, index, index + 1))
            chain = kept  # so that each touched event is named, not all those after it
            append(leaf)
            expected += 1
            if expected >= stop:
                self.chain = chain
                self._check_heads(expected)
                stop = self._next_size()
        self.chain, self.next_index = chain, expected

    def close(self) -> None:
        """Judge what lies after the last row: heads that promise more events than there are, events that no head covers."""
        if self.next_index > self.signed_size:
            self.faults.append(Fault(FaultKind.UNSIGNED, self.signed_size, self.next_index))
        if self.waiting:
            own = [head.size for head, kind in self.waiting if kind is FaultKind.REWRITTEN]
            if own:
                self.faults.append(Fault(FaultKind.MISSING, self.next_index, max(own)))
            elif self.whole:
                self.faults += [Fault(FaultKind.FORK, self.next_index, head.size) for head, _ in self.waiting]

    def _next_size(self) -> float:
        return self.waiting[-1][0].size if self.waiting else float("inf")

    def _note_gap(self, expected: int, index: int) -> None:
        self.faults.append(Fault(FaultKind.MISSING, min(expected, index), max(expected, index)))
        self.whole = False

    def _check_heads(self, size: int) -> None:
        """Hold against the log the heads of this size (and those that a gap has swallowed)."""
        while self.waiting and self.waiting[-1][0].size <= size:
            head, kind = self.waiting.pop()
            if head.size < size or not self.whole:
                continue
            if head.root == self.frontier.root and head.chain in (None, self.chain):
                self.last_good = size
            else:
                self.faults.append(Fault(kind, self.last_good, size))
