"""The door of `journal`: record an act in its own transaction, read who did what, erase what is personal, prove and verify.

An event names nobody: actors and things are references, personal values go in `personal`, which leaves a salted commitment in the journal
and can be erased. Whoever may read a history is decided by the rooms above; the journal's own pages show heads only.
"""

from collections.abc import Collection, Mapping

from django.utils import timezone

from jauge.journal import EventMalformed, digest_state
from maillage.journal import operations, queries
from maillage.journal.data import EventId, EventInfo, ObjectRef, PersonalEntry
from maillage.journal.operations import NotInTransaction
from maillage.journal.queries import UnknownEvent
from maillage.journal.sequencer import sequence_events

__all__ = [
    "EventMalformed",
    "NotInTransaction",
    "UnknownEvent",
    "digest_state",
    "erase_personal_values",
    "get_event",
    "list_events",
    "list_personal_values",
    "record_event",
    "sequence_events",
]


def record_event(
    *,
    actor: ObjectRef,
    act: str,
    about: ObjectRef,
    on_behalf_of: ObjectRef | None = None,
    right: str = "",
    before: str = "",
    after: str = "",
    facts: Mapping[str, str] | None = None,
    personal: Collection[PersonalEntry] = (),
) -> EventId:
    """Record an act in its own transaction; the sequencer gives it its index within seconds.

    act: `room.verb` (a member of the room's StrEnum). right: the role or delegation that allowed it. before, after: `digest_state` of the
    object, or "". facts: short public texts about the object, never about a person. personal: values about people, one per name.
    Raises NotInTransaction, EventMalformed. Queries: 1, or 2 with personal values.
    """
    return operations.insert_event(
        actor=actor, act=act, about=about, on_behalf_of=on_behalf_of, right=right, before=before, after=after,
        facts=facts or {}, personal=personal, now=timezone.now(),
    )  # fmt: skip


def get_event(event: EventId) -> EventInfo:
    """An event. Raises UnknownEvent. Queries: 1."""
    return queries.describe_event(queries.get_row(event))


def list_events(*, about: ObjectRef | None = None, by: ObjectRef | None = None, limit: int = 50, offset: int = 0) -> tuple[EventInfo, ...]:
    """Events about a thing, or by (or for) somebody, the newest first. Queries: 1."""
    return queries.list_events(about=about, by=by, limit=limit, offset=offset)


def list_personal_values(*, subject: ObjectRef) -> tuple[PersonalEntry, ...]:
    """What the journal keeps aside about somebody: for the export of their data, and to say what the law keeps. Queries: 1."""
    return queries.list_values(subject=subject)


def erase_personal_values(*, subject: ObjectRef) -> int:
    """Destroy what the journal keeps aside about somebody and no law keeps; the journal still verifies. Returns how many. Queries: 1."""
    return operations.erase_values(subject)
