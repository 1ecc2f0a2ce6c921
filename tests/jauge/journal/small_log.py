"""What the tests of the journal share: the entries of RFC 6962's known answers, the tree by its definition, events, a key."""

from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from jauge.journal import FIRST_CHAIN, Event, Frontier, Head, encode_event, extend_chain, hash_leaf, make_signer

# Inputs and roots of the known-answer tests that implementations of RFC 6962 share (Certificate Transparency, merkle tree tests).
ENTRIES = [
    bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
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
SIGNER = make_signer("maillage.example/journal", bytes(range(32)))


def name_event(number: int, **changes: object) -> Event:
    """An event whose number is in its key."""
    given: dict[str, object] = {
        "key": UUID(int=number),
        "at": datetime(2026, 11, 25, 19, 0, tzinfo=UTC),
        "act": "conventions.sign_convention",
        "actor": "actors:person/1",
        "about": "conventions:convention/7",
    }
    return Event(**{**given, **changes})  # type: ignore[arg-type]


def hash_by_definition(leaves: list[bytes]) -> bytes:
    """The tree hash by the recursive definition of RFC 6962 §2.1: the slow oracle."""
    if len(leaves) < 2:
        return leaves[0] if leaves else sha256().digest()
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return sha256(b"\x01" + hash_by_definition(leaves[:middle]) + hash_by_definition(leaves[middle:])).digest()


def store_hashes(leaves: list[bytes]) -> Callable[[int, int], bytes]:
    """`get_hash` of a tree, by the definition."""
    return lambda level, position: hash_by_definition(leaves[position << level : (position + 1) << level])


def number_leaves(count: int) -> list[bytes]:
    """Hashes of `count` different leaves."""
    return [hash_leaf(str(number).encode()) for number in range(count)]


def write_log(entries: list[bytes], *, batch: int = 3) -> tuple[list[tuple[int, bytes, bytes]], list[Head]]:
    """Rows (index, chain, entry) and the heads of batches, as a sequencer would leave them."""
    chain, frontier = FIRST_CHAIN, Frontier()
    rows, heads = [], []
    for index, entry in enumerate(entries):
        leaf = hash_leaf(entry)
        chain = extend_chain(chain, leaf)
        frontier.append(leaf)
        rows.append((index, chain, entry))
        if frontier.size % batch == 0 or frontier.size == len(entries):
            heads.append(Head(frontier.size, frontier.root, chain))
    return rows, heads


def write_entries(count: int) -> list[bytes]:
    """Entries of `count` events."""
    return [encode_event(name_event(number)) for number in range(count)]
