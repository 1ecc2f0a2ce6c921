"""The sequencer: every event once, in order, under a signed head; nothing added to a journal that was touched."""

import json

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from tests.maillage.journal.acts import sign, sign_many

from jauge.journal import FaultKind, audit_log, make_signer, open_checkpoint
from maillage.journal import guards, keys, queries, sequencer, verifying
from maillage.journal.models import Event, TreeHead

pytestmark = pytest.mark.django_db


def audit():  # type: ignore[no-untyped-def]
    """The journal read again."""
    heads = [head for head, _ in queries.read_heads()]
    return audit_log(queries.iterate_entries(end=heads[-1].size if heads else 0), heads)


def test_events_get_every_index_once_in_the_order_of_their_insertion() -> None:
    events = sign_many(7)

    done = sequencer.sequence_events()

    rows = Event.objects.order_by("index")
    assert done == 8
    assert [row.index for row in rows] == list(range(8))
    assert rows[0].act == "journal.change_keys"
    assert [row.key for row in rows[1:]] == events
    assert audit().faults == ()


def test_nothing_waits_nothing_is_done_in_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    sign()
    sequencer.sequence_events()
    signers = keys.load_signers()

    with django_assert_num_queries(1):
        assert sequencer.sequence_batch(now=timezone.now(), signers=signers) == 0
    assert TreeHead.objects.count() == 1


def test_batches_follow_one_another(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    sign_many(7)

    sizes = [sequencer.sequence_batch(now=timezone.now(), batch=3) for _ in range(4)]

    assert sizes == [4, 3, 1, 0]
    assert list(TreeHead.objects.values_list("size", flat=True)) == [8, 7, 4]
    assert audit().faults == ()


def test_each_head_is_signed_by_the_key_that_the_first_event_names() -> None:
    sign()
    sequencer.sequence_events()

    note = TreeHead.objects.get().note
    (verifier,) = queries.list_verifiers()
    checkpoint, signed = open_checkpoint(note, [verifier])
    assert (checkpoint.origin, checkpoint.size, signed) == ("localhost/journal", 2, (verifier,))
    assert str(verifier) == queries.find_keys()


def test_a_new_key_is_named_in_the_log_and_signs_beside_the_old_one() -> None:
    sign()
    sequencer.sequence_events()
    (old,) = keys.load_signers()
    new = keys.make_key(old.name)

    keys.save_signers([old, new])
    sign()
    sequencer.sequence_events()
    keys.save_signers([new])
    sign()
    sequencer.sequence_events()

    notes = list(TreeHead.objects.order_by("size").values_list("note", flat=True))
    signed = [{one.key_id for one in open_checkpoint(note, queries.list_verifiers())[1]} for note in notes]
    assert signed == [{old.verifier.key_id}, {old.verifier.key_id, new.verifier.key_id}, {new.verifier.key_id}]
    changes = [json.loads(row.facts) for row in Event.objects.filter(act="journal.change_keys").order_by("index")]
    assert [len(change["after"].split()) for change in changes] == [1, 2, 1]
    assert audit().faults == ()


def test_another_key_in_the_place_of_a_lost_one_is_refused_until_accepted() -> None:
    sign()
    sequencer.sequence_events()
    keys.save_signers([keys.make_key("localhost/journal")])
    sign()

    with pytest.raises(sequencer.JournalKeyLost):
        sequencer.sequence_events()
    assert Event.objects.filter(index=None).count() == 1
    sequencer.sequence_batch(now=timezone.now(), even_empty=True, accept_lost_key=True)

    assert not Event.objects.filter(index=None).exists()
    assert len(queries.list_verifiers()) == 2
    assert audit().faults == ()


@pytest.mark.parametrize("column", ["peaks", "root", "chain", "size"])
def test_nothing_is_added_after_a_head_that_was_touched(column: str) -> None:
    sign_many(3)
    sequencer.sequence_events()
    guards.remove_guards(connection)
    TreeHead.objects.update(**{column: 5 if column == "size" else bytes(32)})
    sign()

    if column in {"root", "chain"}:
        sequencer.sequence_events()  # these columns are not what the tree grows from: the audit sees them
        assert audit().faults
        return
    with pytest.raises(sequencer.HeadSpoiled):
        sequencer.sequence_events()
    assert Event.objects.filter(index=None).count() == 1


@pytest.mark.parametrize("given", ["nothing", "PRIVATE+KEY+a+00000000+AAAA"])
def test_a_key_that_cannot_be_read_is_named(settings: Settings, given: str) -> None:
    settings.JOURNAL_KEYS = given

    with pytest.raises(keys.JournalKeyWrong) as refusal:
        keys.load_signers()
    assert refusal.value.where == "MAILLAGE_JOURNAL_KEYS"


def test_keys_of_the_environment_are_those_and_two_names_are_refused(settings: Settings) -> None:
    one, same, other = keys.make_key("a/journal"), keys.make_key("a/journal"), keys.make_key("b/journal")
    settings.JOURNAL_KEYS = f"{one.write()} {same.write()}"

    assert keys.load_signers() == [one, same]
    with pytest.raises(keys.JournalKeyWrong):
        keys.save_signers([other])
    settings.JOURNAL_KEYS = f"{one.write()} {other.write()}"
    with pytest.raises(keys.JournalKeyWrong):
        keys.load_signers()


def test_the_key_made_at_first_need_is_its_owners_alone(settings: Settings) -> None:
    settings.SITE_URL = "https://numerique.example"

    (signer,) = keys.load_signers()

    assert signer.name == "numerique.example/journal"
    assert settings.JOURNAL_KEY_FILE.stat().st_mode & 0o777 == 0o600
    assert keys.load_signers() == [signer]


def test_of_two_processes_that_make_the_first_key_one_has_made_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (first,) = keys.load_signers()
    monkeypatch.setattr(type(settings.JOURNAL_KEY_FILE), "exists", lambda _: False)  # what the second saw

    assert keys.load_signers() == [first]
    assert [file.name for file in settings.JOURNAL_KEY_FILE.parent.iterdir()] == ["journal-keys"]


def test_a_lost_key_is_made_again_under_the_name_of_the_log(settings: Settings) -> None:
    sign()
    sequencer.sequence_events()
    settings.JOURNAL_KEY_FILE.unlink()
    settings.SITE_URL = "https://autre-nom.example"

    (signer,) = keys.load_signers()

    assert signer.name == "localhost/journal"


def test_a_key_of_another_name_is_refused(settings: Settings) -> None:
    sign()
    sequencer.sequence_events()
    sign()
    same_seed = make_signer("autre/journal", keys.load_signers()[0].seed)
    settings.JOURNAL_KEYS = same_seed.write()

    with pytest.raises(sequencer.JournalKeyLost):
        sequencer.sequence_events()
    with pytest.raises(keys.JournalKeyWrong):
        sequencer.sequence_batch(now=timezone.now(), accept_lost_key=True)


@pytest.mark.parametrize("note", ["", "texte\n", "localhost/journal\n9\n"])
def test_nothing_is_added_after_a_note_that_was_touched(note: str) -> None:
    sign()
    sequencer.sequence_events()
    guards.remove_guards(connection)
    kept = TreeHead.objects.get().note
    TreeHead.objects.update(note=note + kept.split("\n", 2)[2] if note.startswith("localhost") else note)
    sign()

    with pytest.raises(sequencer.HeadSpoiled):
        sequencer.sequence_events()


def test_no_second_head_is_signed_beside_one_that_was(django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    """Whoever owns the database alone cuts the end of the journal with its heads."""
    for _ in range(2):
        sign()
        with django_capture_on_commit_callbacks(execute=True):
            sequencer.sequence_events()
    guards.remove_guards(connection)
    Event.objects.filter(index=2).delete()
    TreeHead.objects.filter(size=3).delete()
    sign()

    with pytest.raises(sequencer.HeadSpoiled):
        sequencer.sequence_events()
    assert {fault.kind for fault in verifying.verify_journal().faults} == {FaultKind.FORK}


def test_a_kept_head_older_than_the_last_is_no_fault(settings: Settings, django_capture_on_commit_callbacks) -> None:  # type: ignore[no-untyped-def]
    """The sequencer was killed after its transaction and before it kept the head."""
    sign()
    with django_capture_on_commit_callbacks(execute=True):
        sequencer.sequence_events()
    sign()
    sequencer.sequence_events()
    sign()

    assert settings.JOURNAL_HEAD_FILE.read_text().split("\n")[1] == "2"
    assert sequencer.sequence_events() == 1
    assert verifying.verify_journal().whole
