"""Writes of the journal: events, in the transaction of their act; erasure of personal values."""

import secrets
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from uuid import uuid4

from django.db import connection

from jauge.journal import Event as Entry
from jauge.journal import EventMalformed, check_event, commit_value, encode_object
from maillage.journal.data import EventId, ObjectRef, PersonalEntry
from maillage.journal.models import Event, PersonalValue

# The facts of an event, or its commitments, in characters: an event says what was done; the thing itself lies in its room.
MAX_OBJECT = 2_000


class NotInTransaction(Exception):
    """An event is recorded in the transaction of its act, so that neither is without the other; there is none."""

    code = "not_in_transaction"


def insert_event(
    *,
    actor: ObjectRef,
    act: str,
    about: ObjectRef,
    on_behalf_of: ObjectRef | None,
    right: str,
    before: str,
    after: str,
    facts: Mapping[str, str],
    personal: Collection[PersonalEntry],
    now: datetime,
    key: EventId | None = None,
) -> EventId:
    """Insert an event, and aside what is personal in it; nothing where `key` names one that is there.

    Raises NotInTransaction, EventMalformed. Queries: 1, one more with personal values, one more with a key.
    """
    if not connection.in_atomic_block:
        raise NotInTransaction(act)
    if key is not None and Event.objects.filter(key=key).exists():
        return key
    salts = {one.name: secrets.token_bytes(32) for one in personal}
    entry = Entry(
        key=key or uuid4(),
        at=now,
        act=str(act),
        actor=str(actor),
        about=str(about),
        on_behalf_of=str(on_behalf_of or ""),
        right=right,
        before=before,
        after=after,
        facts=facts,
        commitments={one.name: commit_value(salt=salts[one.name], name=one.name, value=one.value) for one in personal},
    )
    check_event(entry)
    row = Event(
        key=entry.key,
        at=entry.at,
        act=entry.act,
        actor=entry.actor,
        about=entry.about,
        on_behalf_of=entry.on_behalf_of,
        right=entry.right,
        before=entry.before,
        after=entry.after,
        facts=encode_object(entry.facts),
        commitments=encode_object(entry.commitments),
    )
    _check_lengths(row)
    row.save(force_insert=True)
    _keep_aside(row, personal, salts)
    return entry.key


def _check_lengths(row: Event) -> None:
    """Raises EventMalformed for a text that its column cannot hold: SQLite would keep it, PostgreSQL would not."""
    for field in Event._meta.concrete_fields:
        value = getattr(row, field.attname)
        longest = field.max_length or MAX_OBJECT
        if isinstance(value, str) and len(value) > longest:
            raise EventMalformed(field.name, value)


def _keep_aside(row: Event, personal: Iterable[PersonalEntry], salts: Mapping[str, bytes]) -> None:
    values = [
        PersonalValue(
            event=row, subject=str(one.subject), name=one.name, value=one.value, salt=salts[one.name], kept_because=one.kept_because
        )
        for one in personal
    ]
    if values:
        PersonalValue.objects.bulk_create(values)


def erase_values(subject: ObjectRef) -> int:
    """Destroy the values and salts about `subject` that no law keeps; returns how many. Queries: 1."""
    erased, _ = PersonalValue.objects.filter(subject=str(subject), kept_because="").delete()
    return erased
