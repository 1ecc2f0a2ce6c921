"""The stored journal read again: what somebody with the database did to it is named."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection
from tests.maillage.journal.acts import JEANNE, sign, sign_many

from jauge.journal import FaultKind, NoteMalformed, sign_note
from maillage.journal import api, guards, keys
from maillage.journal.data import PersonalEntry
from maillage.journal.models import Event, TreeHead

pytestmark = pytest.mark.django_db


@pytest.fixture
def journal() -> list[Event]:
    """Nine acts under three heads, and the triggers out of the way."""
    for _ in range(3):
        sign_many(3)
        api.sequence_events()
    guards.remove_guards(connection)
    return list(Event.objects.order_by("index"))


def find_kinds(**given: object) -> set[FaultKind]:
    """The faults found."""
    return {fault.kind for fault in api.verify_journal(**given).faults}  # type: ignore[arg-type]


def test_a_journal_is_whole_with_the_head_of_each_moment(journal: list[Event]) -> None:
    notes = list(TreeHead.objects.values_list("note", flat=True))

    found = api.verify_journal(known_notes=notes)

    assert (found.faults, found.size, found.heads, found.waiting) == ((), 10, 3, 0)


def test_an_empty_journal_is_whole_and_verifying_it_makes_no_key(settings) -> None:  # type: ignore[no-untyped-def]
    assert api.verify_journal().whole
    assert not settings.JOURNAL_KEY_FILE.exists()


def test_events_that_wait_are_no_fault(journal: list[Event]) -> None:
    sign()

    assert api.verify_journal().waiting == 1
    assert find_kinds() == set()


@pytest.mark.parametrize("column", ["act", "actor", "on_behalf_of", "right", "about", "before", "after", "facts", "commitments"])
def test_an_edited_column_is_named(journal: list[Event], column: str) -> None:
    Event.objects.filter(index=4).update(**{column: "{}" if column == "facts" else "x:y"})

    faults = api.verify_journal().faults

    assert (FaultKind.CHANGED, 4) in {(fault.kind, fault.start) for fault in faults}


@pytest.mark.parametrize("column", ["at", "key"])
def test_a_moment_or_an_identifier_of_another_event_is_named(journal: list[Event], column: str) -> None:
    other = getattr(journal[5], column)
    journal[5].delete()
    Event.objects.filter(index=4).update(**{column: other})

    assert (FaultKind.CHANGED, 4) in {(fault.kind, fault.start) for fault in api.verify_journal().faults}


def _swap(journal: list[Event]) -> None:
    Event.objects.filter(pk=journal[4].pk).update(index=None)
    Event.objects.filter(pk=journal[6].pk).update(index=4)
    Event.objects.filter(pk=journal[4].pk).update(index=6)


def _insert(journal: list[Event]) -> None:
    key = sign()
    Event.objects.filter(key=key).update(index=10, chain=bytes(32))


def _unnumber(journal: list[Event]) -> None:
    Event.objects.filter(index=4).update(index=None)


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lambda journal: journal[4].delete(), FaultKind.MISSING),
        (lambda journal: journal[9].delete(), FaultKind.MISSING),
        (lambda journal: journal[0].delete(), FaultKind.MISSING),
        (_unnumber, FaultKind.MISSING),
        (_swap, FaultKind.CHANGED),
        (_insert, FaultKind.UNSIGNED),
        (lambda _: Event.objects.filter(index=3).update(chain=bytes(32)), FaultKind.CHANGED),
        (lambda _: TreeHead.objects.filter(size=7).update(root=bytes(32)), FaultKind.REWRITTEN),
        (lambda _: TreeHead.objects.filter(size=7).update(chain=bytes(32)), FaultKind.REWRITTEN),
        (lambda _: TreeHead.objects.filter(size=7).update(note="x"), FaultKind.BAD_SIGNATURE),
        (lambda _: TreeHead.objects.filter(size=10).delete(), FaultKind.UNSIGNED),
    ],
)
def test_whatever_is_done_to_the_tables_is_seen(journal: list[Event], spoil: Callable[[list[Event]], object], kind: FaultKind) -> None:
    spoil(journal)

    assert kind in find_kinds()


def test_a_head_signed_by_a_key_of_somebody_else_is_seen(journal: list[Event]) -> None:
    last = TreeHead.objects.get(size=10)
    text = last.note.split("\n\n")[0] + "\n"
    TreeHead.objects.filter(size=10).update(note=sign_note(text, [keys.make_key("localhost/journal")]))

    assert find_kinds() == {FaultKind.BAD_SIGNATURE}


def test_a_journal_whose_end_was_cut_with_its_head_is_a_fork_for_whom_kept_one(journal: list[Event]) -> None:
    kept = TreeHead.objects.get(size=10).note
    Event.objects.filter(index__gte=7).delete()
    TreeHead.objects.filter(size=10).delete()

    assert find_kinds() == set()
    assert find_kinds(known_notes=[kept]) == {FaultKind.FORK}


def test_a_journal_written_anew_with_the_same_key_is_a_fork_for_whom_kept_a_head(journal: list[Event]) -> None:
    kept = TreeHead.objects.get(size=7).note
    Event.objects.all().delete()
    TreeHead.objects.all().delete()
    sign_many(9)
    api.sequence_events()

    assert find_kinds() == set()
    assert find_kinds(known_notes=[kept]) == {FaultKind.FORK}


def test_a_journal_written_anew_with_another_key_does_not_know_the_head_that_was_kept(journal: list[Event], tmp_path: Path) -> None:
    kept = TreeHead.objects.get(size=7).note
    Event.objects.all().delete()
    TreeHead.objects.all().delete()
    (tmp_path / "journal-keys").unlink()
    sign_many(9)
    api.sequence_events()

    assert find_kinds(known_notes=[kept]) == {FaultKind.FORK, FaultKind.BAD_SIGNATURE}


def test_what_is_no_head_is_refused(journal: list[Event]) -> None:
    with pytest.raises(NoteMalformed):
        api.verify_journal(known_notes=["bonjour"])


def test_a_person_erased_leaves_a_journal_that_verifies() -> None:
    sign(personal=[PersonalEntry(JEANNE, "comment", "J’ai relu.")])
    api.sequence_events()

    api.erase_personal_values(subject=JEANNE)

    assert find_kinds() == set()
    assert "relu" not in str(list(Event.objects.values()))
