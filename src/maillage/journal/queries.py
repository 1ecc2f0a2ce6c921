"""Reads of the journal."""

import json
from collections.abc import Iterator

from django.db.models import Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from jauge.journal import Head, Verifier, encode_fields, read_verifier, write_moment
from maillage.journal.data import EventId, EventInfo, HeadInfo, ObjectRef, PersonalEntry
from maillage.journal.models import Event, PersonalValue, TreeHead

# In the order of `jauge.journal.Event.fields`.
FIELDS = ("about", "act", "actor", "after", "at", "before", "commitments", "key", "facts", "on_behalf_of", "right")
_CHUNK = 5_000


class UnknownEvent(LookupError):
    """No event has this identifier."""

    code = "unknown_event"

    def __init__(self, event: object) -> None:
        super().__init__(f"unknown event: {event}")
        self.event = event


def get_row(event: EventId) -> Event:
    """The stored event. Raises UnknownEvent. Queries: 1."""
    row = Event.objects.filter(key=event).first()
    if row is None:
        raise UnknownEvent(event)
    return row


def read_entry(row: Event) -> bytes:
    """The canonical entry of a stored event."""
    return encode_fields(read_fields(row))


def read_fields(row: Event) -> tuple[str, ...]:
    """The texts of an event in the order of its entry."""
    return (
        row.about, row.act, row.actor, row.after, write_moment(row.at), row.before, row.commitments,
        str(row.key), row.facts, row.on_behalf_of, row.right,
    )  # fmt: skip


def iterate_entries(*, start: int = 0, end: int) -> Iterator[tuple[int, bytes, bytes]]:
    """(index, chain, entry) of the events sequenced from `start` to `end` (excluded), in order. Queries: 1, streamed."""
    rows = Event.objects.filter(index__gte=start, index__lt=end).order_by("index").values_list("index", "chain", *FIELDS)
    for index, chain, about, act, actor, after, at, before, commitments, key, facts, on_behalf_of, right in rows.iterator(_CHUNK):
        texts = (about, act, actor, after, write_moment(at), before, commitments, str(key), facts, on_behalf_of, right)
        yield index, bytes(chain or b""), encode_fields(texts)


def list_events(*, about: ObjectRef | None, by: ObjectRef | None, limit: int, offset: int) -> tuple[EventInfo, ...]:
    """Events about a thing, or by (or for) somebody; the newest first. Queries: 1."""
    rows: QuerySet[Event] = Event.objects.all()
    if about is not None:
        rows = rows.filter(about=str(about))
    if by is not None:
        rows = rows.filter(Q(actor=str(by)) | Q(on_behalf_of=str(by)))
    return tuple(describe_event(row) for row in rows[offset : offset + limit])


def describe_event(row: Event) -> EventInfo:
    """The stored event as it passes through the door."""
    return EventInfo(
        id=row.key,
        at=row.at,
        act=row.act,
        actor=ObjectRef.parse(row.actor),
        about=ObjectRef.parse(row.about),
        on_behalf_of=ObjectRef.parse(row.on_behalf_of) if row.on_behalf_of else None,
        right=row.right,
        before=row.before,
        after=row.after,
        facts=json.loads(row.facts),
        index=row.index,
    )


def list_values(*, subject: ObjectRef) -> tuple[PersonalEntry, ...]:
    """Personal values about somebody, in the order of their events. Queries: 1."""
    rows = PersonalValue.objects.filter(subject=str(subject))
    return tuple(PersonalEntry(subject, row.name, row.value, row.kept_because) for row in rows)


def list_heads(*, limit: int, offset: int) -> tuple[HeadInfo, ...]:
    """Signed heads, the newest first. Queries: 1."""
    return tuple(_describe_head(row) for row in TreeHead.objects.all()[offset : offset + limit])


def find_head(size: int | None = None) -> HeadInfo | None:
    """The head of this size, or the last; None where there is none. Queries: 1."""
    row = TreeHead.objects.first() if size is None else TreeHead.objects.filter(size=size).first()
    return _describe_head(row) if row else None


def _describe_head(row: TreeHead) -> HeadInfo:
    return HeadInfo(size=row.size, root=bytes(row.root).hex(), at=row.at, note=row.note)


def read_heads() -> list[tuple[Head, str]]:
    """Every head with its note, by size. Queries: 1."""
    rows = TreeHead.objects.order_by("size").values_list("size", "root", "chain", "note")
    return [(Head(size, bytes(root), bytes(chain)), note) for size, root, chain, note in rows]


def count_waiting() -> int:
    """Events not yet sequenced. Queries: 1."""
    return Event.objects.filter(index=None).count()


def find_beyond() -> tuple[int, int] | None:
    """First and last index of the events numbered beyond the last head, or None. Queries: 1, hence of one moment."""
    last = Coalesce(TreeHead.objects.order_by("-size").values("size")[:1], 0)
    found = Event.objects.filter(index__gte=last).aggregate(first=Min("index"), last=Max("index"))
    return None if found["first"] is None else (found["first"], found["last"])


def find_keys() -> str:
    """The public keys that sign today according to the log, separated by blanks; "" for a new log. Queries: 1."""
    row = _key_changes().order_by("-index").first()
    return str(json.loads(row.facts)["after"]) if row else ""


def list_verifiers() -> list[Verifier]:
    """Every public key that has signed, according to the log, the oldest first. Queries: 1."""
    texts = [text for row in _key_changes().order_by("index") for text in json.loads(row.facts)["after"].split()]
    return [read_verifier(text) for text in dict.fromkeys(texts)]


def _key_changes() -> QuerySet[Event]:
    return Event.objects.filter(actor="journal:sequencer", act="journal.change_keys", index__isnull=False)
