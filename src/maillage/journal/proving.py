"""Proofs from the stored journal: the hashes of its tree come from tiles of 256, and the last events from themselves."""

from functools import cache

from jauge.journal import (
    Growth,
    NoteNotSigned,
    Proof,
    ProofFalse,
    hash_leaf,
    hash_range,
    hash_tree,
    open_checkpoint,
    prove_consistency,
    prove_inclusion,
    read_checkpoint,
    verify_consistency,
    verify_growth,
    verify_inclusion,
    write_growth,
    write_proof,
)
from maillage.journal import keys, queries
from maillage.journal.data import EventId, KeptHead
from maillage.journal.models import Tile, TreeHead
from maillage.journal.tiles import TILE_BITS, TILE_HASHES, split_hashes


class NotSequenced(Exception):
    """The event has no index yet, or no signed head covers it: wait for the sequencer (seconds)."""

    code = "not_sequenced"

    def __init__(self, event: EventId) -> None:
        super().__init__(f"not sequenced: {event}")
        self.event = event


class NoSuchSize(LookupError):
    """The signed journal never had this many events, or not yet."""

    code = "no_such_size"

    def __init__(self, size: int) -> None:
        super().__init__(f"no head of size {size}")
        self.size = size


class TreeSpoiled(Exception):
    """The stored journal does not lead to its signed head: it was touched (`maillage journal verify` says where)."""

    code = "tree_spoiled"


def prove_event(event: EventId) -> str:
    """The file of a proof that an event is under the last signed head, checked before it is given.

    Raises UnknownEvent, NotSequenced, TreeSpoiled. Queries: 3, and two at most per tile on the path.
    """
    row, head = queries.get_row(event), TreeHead.objects.first()
    if row.index is None or head is None or row.index >= head.size:
        raise NotSequenced(event)
    entry = queries.read_entry(row)
    checkpoint, _ = open_checkpoint(head.note, [*keys.find_verifiers(), *queries.list_verifiers()])
    path = prove_inclusion(row.index, head.size, _HashReader(head.size).get_hash)
    if not verify_inclusion(leaf=hash_leaf(entry), index=row.index, size=checkpoint.size, path=path, root=checkpoint.root):
        raise TreeSpoiled(str(event))
    return write_proof(Proof(entry, row.index, tuple(path), head.note))


def prove_growth(old_size: int) -> str:
    """The proof that the last signed head starts with the journal of `old_size` events, checked before it is given.

    Raises NoSuchSize, TreeSpoiled. Queries: 2, and two at most per tile on the path.
    """
    head = TreeHead.objects.first()
    if head is None or not 0 < old_size <= head.size:
        raise NoSuchSize(old_size)
    checkpoint, _ = open_checkpoint(head.note, [*keys.find_verifiers(), *queries.list_verifiers()])
    get_hash = _HashReader(head.size).get_hash
    path, old_root = prove_consistency(old_size, head.size, get_hash), hash_range(0, old_size, get_hash)
    if not verify_consistency(old_size=old_size, old_root=old_root, size=checkpoint.size, root=checkpoint.root, path=path):
        raise TreeSpoiled(f"growth from {old_size}")
    return write_growth(Growth(old_size, tuple(path), head.note))


def hold_against(kept: str) -> KeptHead:
    """Hold the journal against a signed head that somebody kept. Raises NoteMalformed, TreeSpoiled. Queries: as `prove_growth`."""
    checkpoint = read_checkpoint(kept)
    verifiers = [*keys.find_verifiers(), *queries.list_verifiers()]
    try:
        open_checkpoint(kept, verifiers)
        _, last = verify_growth(prove_growth(checkpoint.size), kept, verifiers)
    except NoteNotSigned:
        return KeptHead(checkpoint.size, signed=False, added=None)
    except (NoSuchSize, ProofFalse):
        return KeptHead(checkpoint.size, signed=True, added=None)
    return KeptHead(checkpoint.size, signed=True, added=last.size - checkpoint.size)


class _HashReader:
    """Reads hashes of complete subtrees of the tree of `size`, each tile once."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.read_tile = cache(self._read_tile)

    def get_hash(self, level: int, position: int) -> bytes:
        """The hash of the complete subtree (level, position)."""
        tile_level, height = divmod(level, TILE_BITS)
        first = position << height
        hashes = self.read_tile(tile_level, first // TILE_HASHES)
        start = first % TILE_HASHES
        return hash_tree(hashes[start : start + (1 << height)])

    def _read_tile(self, level: int, number: int) -> list[bytes]:
        stored = Tile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
        if stored is not None:
            return split_hashes(bytes(stored))
        first = number * TILE_HASHES
        if level == 0:
            entries = queries.iterate_entries(start=first, end=min(self.size, first + TILE_HASHES))
            return [hash_leaf(entry) for _, _, entry in entries]
        below = Tile.objects.filter(level=level - 1, number__gte=first, number__lt=first + TILE_HASHES).order_by("number")
        return [hash_tree(split_hashes(bytes(hashes))) for hashes in below.values_list("hashes", flat=True)]
