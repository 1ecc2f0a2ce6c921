"""Proofs from the stored journal, whatever its size; refused where the journal was touched."""

from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from tests.maillage.journal.acts import sign, sign_many

from jauge.journal import Checkpoint, hash_tree, read_verifier, sign_checkpoint, verify_growth, verify_proof
from maillage.journal import api, guards, keys, queries, sequencer
from maillage.journal.data import KeptHead
from maillage.journal.models import Event, Tile

pytestmark = pytest.mark.django_db


def read_keys():  # type: ignore[no-untyped-def]
    """The public keys of the journal."""
    return [read_verifier(text) for text in api.list_public_keys()]


@pytest.mark.parametrize("batch", [100, 255, 700])
def test_each_event_is_proven_across_tiles_and_batches(batch: int) -> None:
    events = sign_many(520)
    while sequencer.sequence_batch(now=timezone.now(), batch=batch):
        pass

    assert Tile.objects.filter(level=0).count() == 2
    for event in [*events[:2], *events[254:258], *events[-2:]]:
        found, index, head = verify_proof(api.prove_event(event), read_keys())
        assert (found.key, index, head.size) == (event, api.get_event(event).index, 521)


def test_a_proof_reads_a_few_rows(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    event = sign_many(520)[3]
    api.sequence_events()

    with django_assert_num_queries(8):
        api.prove_event(event)


def test_tiles_of_tiles_are_stored(monkeypatch: pytest.MonkeyPatch) -> None:
    """With tiles of 4 hashes, 70 events complete 17 tiles, 4 of them and 1 of these."""
    from maillage.journal import proving, tiles

    for module in (tiles, proving):
        monkeypatch.setattr(module, "TILE_BITS", 2)
        monkeypatch.setattr(module, "TILE_HASHES", 4)
    events = sign_many(69)
    while sequencer.sequence_batch(now=timezone.now(), batch=7):
        pass

    assert [Tile.objects.filter(level=level).count() for level in range(4)] == [17, 4, 1, 0]
    for event in events:
        verify_proof(api.prove_event(event), read_keys())
    assert hash_tree([hash_tree(tiles.split_hashes(bytes(tile.hashes))) for tile in Tile.objects.filter(level=0)[:4]]) == hash_tree(
        tiles.split_hashes(bytes(Tile.objects.get(level=1, number=0).hashes))
    )


def test_an_event_that_waits_or_is_unknown_has_no_proof() -> None:
    event = sign()

    with pytest.raises(api.NotSequenced):
        api.prove_event(event)
    with pytest.raises(api.UnknownEvent):
        api.prove_event(uuid4())


@pytest.mark.parametrize("touched", ["event", "tile"])
def test_no_false_proof_is_given(touched: str) -> None:
    events = sign_many(300)
    api.sequence_events()
    guards.remove_guards(connection)
    if touched == "event":
        Event.objects.filter(key=events[5]).update(right="maire")
    else:
        Tile.objects.update(hashes=bytes(256 * 32))

    with pytest.raises(api.TreeSpoiled):
        api.prove_event(events[5])


def test_a_head_of_each_size_is_found() -> None:
    sign()
    api.sequence_events()

    head = api.find_head()
    assert head is not None
    assert api.find_head(2) == head == api.list_heads()[0]
    assert api.find_head(3) is None
    assert queries.count_waiting() == 0


def test_the_growth_since_each_head_is_proven() -> None:
    kept = []
    for _ in range(5):
        sign_many(130)
        api.sequence_events()
        head = api.find_head()
        assert head is not None
        kept.append(head)

    for head in kept:
        old, new = verify_growth(api.prove_growth(head.size), head.note, read_keys())
        assert (old.size, new.size) == (head.size, 651)
        assert api.hold_against(head.note) == KeptHead(head.size, signed=True, added=651 - head.size)


@pytest.mark.parametrize("size", [0, 4, 10**20])
def test_a_size_that_the_journal_never_had_is_refused(size: int) -> None:
    sign_many(2)
    api.sequence_events()

    with pytest.raises(api.NoSuchSize):
        api.prove_growth(size)


def test_a_head_of_a_journal_since_cut_or_rewritten_is_told_apart() -> None:
    sign_many(5)
    api.sequence_events()
    head = api.find_head()
    assert head is not None
    signer = keys.load_signers()[0]
    forked = sign_checkpoint(Checkpoint(signer.name, 3, bytes(32)), [signer])
    foreign = sign_checkpoint(Checkpoint(signer.name, 3, bytes(32)), [keys.make_key(signer.name)])
    longer = sign_checkpoint(Checkpoint(signer.name, 9, bytes(32)), [signer])

    assert api.hold_against(forked) == KeptHead(3, signed=True, added=None)
    assert api.hold_against(longer) == KeptHead(9, signed=True, added=None)
    assert api.hold_against(foreign) == KeptHead(3, signed=False, added=None)
