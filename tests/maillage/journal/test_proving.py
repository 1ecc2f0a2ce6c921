"""Proofs from the stored journal, whatever its size; refused where the journal was touched."""

from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone
from tests.maillage.journal.acts import sign, sign_many

from jauge.journal import hash_tree, read_verifier, verify_proof
from maillage.journal import api, guards, queries, sequencer
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
