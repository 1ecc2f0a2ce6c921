"""An act and its event: both or neither; what is personal lies aside and can be erased."""

import json
from uuid import uuid4

import pytest
from django.db import connection, transaction
from tests.maillage.journal.acts import CONVENTION, JEANNE, LANNION, sign

from jauge.journal import opens
from maillage.journal import api, guards
from maillage.journal.data import ObjectRef, PersonalEntry
from maillage.journal.models import Event, PersonalValue

COMMENT = PersonalEntry(JEANNE, "comment", "J’ai relu.")
SIGNATURE = PersonalEntry(JEANNE, "signatory", "Jeanne Le Goff", kept_because="RGPD, art. 17(3)(b)")


@pytest.mark.django_db
def test_an_event_says_who_did_what_for_whom(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with transaction.atomic(), django_assert_num_queries(1):
        event = api.record_event(
            actor=JEANNE, act="conventions.sign_convention", about=CONVENTION, on_behalf_of=LANNION, right="maire", facts={"version": "3"}
        )

    found = api.get_event(event)
    assert (found.actor, found.act, found.about, found.on_behalf_of) == (JEANNE, "conventions.sign_convention", CONVENTION, LANNION)
    assert (found.right, found.facts, found.index) == ("maire", {"version": "3"}, None)


@pytest.mark.django_db(transaction=True)
def test_an_event_outside_of_a_transaction_is_refused() -> None:
    with pytest.raises(api.NotInTransaction):
        api.record_event(actor=JEANNE, act="conventions.sign_convention", about=CONVENTION)


@pytest.mark.django_db(transaction=True)
def test_an_act_that_fails_leaves_no_event() -> None:
    class Refused(Exception):
        pass

    with pytest.raises(Refused), transaction.atomic():
        sign()
        raise Refused

    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes", [{"act": "sign"}, {"before": "x"}, {"facts": {"a": "\x00"}}, {"actor": ObjectRef("actors", "Jeanne Le Goff")}]
)
def test_a_malformed_event_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(api.EventMalformed):
        sign(**changes)
    assert not Event.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("changes", [{"right": "x" * 161}, {"actor": ObjectRef("actors", "x" * 160)}, {"facts": {"a": "x" * 2_000}}])
def test_a_text_too_long_is_refused_on_every_database(changes: dict[str, object]) -> None:
    with pytest.raises(api.EventMalformed):
        sign(**changes)


@pytest.mark.django_db
def test_an_attempt_made_again_with_its_key_records_nothing_more() -> None:
    key = uuid4()

    assert sign(key=key) == sign(key=key) == key
    assert Event.objects.count() == 1


@pytest.mark.django_db
def test_a_personal_value_leaves_only_a_commitment_in_the_event() -> None:
    event = sign(personal=[COMMENT])

    row, value = Event.objects.get(key=event), PersonalValue.objects.get()
    commitments = json.loads(row.commitments)
    assert "relu" not in str(Event.objects.values().get())
    assert opens(commitments["comment"], salt=bytes(value.salt), name="comment", value="J’ai relu.")
    assert api.list_personal_values(subject=JEANNE) == (COMMENT,)


@pytest.mark.django_db
def test_erasing_a_person_destroys_salts_but_what_the_law_keeps() -> None:
    sign(personal=[COMMENT, SIGNATURE])
    sign(personal=[PersonalEntry(LANNION, "comment", "Autre.")])

    erased = api.erase_personal_values(subject=JEANNE)

    assert erased == 1
    assert api.list_personal_values(subject=JEANNE) == (SIGNATURE,)
    assert len(api.list_personal_values(subject=LANNION)) == 1


@pytest.mark.django_db
def test_a_history_is_read_newest_first_in_one_query(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    events = [sign(number) for number in range(5)]
    sign(about=ObjectRef("conventions", "convention/8"), actor=ObjectRef("actors", "person/2"))

    with django_assert_num_queries(1):
        found = api.list_events(about=CONVENTION, limit=3)

    assert [one.id for one in found] == events[:1:-1]
    assert len(api.list_events(by=JEANNE)) == 5
    assert len(api.list_events(by=LANNION)) == 6


def test_a_reference_reads_back_as_it_was_written() -> None:
    assert ObjectRef.parse("territories:commune:22113") == ObjectRef("territories", "commune:22113")
    for text in ("", "actors", "actors:", ":1"):
        with pytest.raises(ValueError, match="no reference"):
            ObjectRef.parse(text)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE journal_event SET \"right\" = 'maire'",
        "UPDATE journal_event SET about = 'conventions:convention/8' WHERE \"index\" IS NULL",
        'UPDATE journal_event SET "index" = NULL, chain = NULL',
        "DELETE FROM journal_event",
        "UPDATE journal_treehead SET note = ''",
        "DELETE FROM journal_treehead",
    ],
)
def test_the_database_refuses_to_change_or_remove_what_was_recorded(statement: str) -> None:
    sign()
    api.sequence_events()
    sign()
    before = list(Event.objects.values_list())

    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute(statement)

    assert list(Event.objects.values_list()) == before


@pytest.mark.django_db(transaction=True)
def test_postgresql_refuses_to_empty_the_table() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("TRUNCATE is PostgreSQL's")

    with pytest.raises(Exception, match="append-only"), connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_event CASCADE")


@pytest.mark.django_db
def test_a_guard_that_somebody_took_away_is_told_then_put_back() -> None:
    assert api.verify_journal().missing_guards == ()
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER journal_event_kept" + (" ON journal_event" if connection.vendor == "postgresql" else ""))
    assert api.verify_journal().missing_guards == ("journal_event_kept",)

    guards.install_guards(connection)

    assert api.verify_journal().missing_guards == ()
