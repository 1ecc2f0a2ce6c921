"""Tiles: 256 hashes of the tree in a row, as C2SP's tlog-tiles cuts it, so that a proof reads a few rows instead of the whole journal.

Tile (0, n) holds the hashes of leaves 256 n to 256 n + 255; tile (l, n) the roots of 256 tiles of level l − 1. Only full ones are kept.
They are a cache: each proof made from them is checked against a signed head.
"""

from jauge.journal import hash_leaf, hash_tree
from maillage.journal import queries
from maillage.journal.models import Tile

TILE_BITS = 8
TILE_HASHES = 1 << TILE_BITS


def split_hashes(hashes: bytes) -> list[bytes]:
    """Cut 32-byte hashes."""
    return [hashes[at : at + 32] for at in range(0, len(hashes), 32)]


def store_tiles(*, old_size: int, leaves: list[bytes]) -> None:
    """Store the tiles that `leaves` (hashes, added after `old_size`) complete. Queries: none but where a tile is completed."""
    size, level, known = old_size + len(leaves), 0, leaves
    while complete := range(old_size // TILE_HASHES, size // TILE_HASHES):
        first = complete.start * TILE_HASHES
        hashes = [*_read_before(level, first, old_size), *known]
        parts = {number: hashes[number * TILE_HASHES - first : (number + 1) * TILE_HASHES - first] for number in complete}
        Tile.objects.bulk_create([Tile(level=level, number=number, hashes=b"".join(part)) for number, part in parts.items()])
        known = [hash_tree(part) for part in parts.values()]
        old_size, size, level = complete.start, complete.stop, level + 1


def _read_before(level: int, first: int, end: int) -> list[bytes]:
    """Hashes `first` to `end` (excluded) of a level, from what is stored."""
    if level == 0:
        return [hash_leaf(entry) for _, _, entry in queries.iterate_entries(start=first, end=end)]
    below = Tile.objects.filter(level=level - 1, number__gte=first, number__lt=end).order_by("number")
    return [hash_tree(split_hashes(bytes(hashes))) for hashes in below.values_list("hashes", flat=True)]
