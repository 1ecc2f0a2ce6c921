"""The door of `journal`: record an act in its own transaction, read who did what, erase what is personal, prove and verify.

An event names nobody: actors and things are references, personal values go in `personal`, which leaves a salted commitment in the journal
and can be erased. Whoever may read a history is decided by the rooms above; the journal's own pages show heads only.
"""

from collections.abc import Collection, Mapping

from django.utils import timezone

from jauge.journal import EventMalformed, digest_state
from maillage.journal import operations, queries
from maillage.journal.data import EventId, EventInfo, HeadInfo, HistoryLine, ObjectRef, PersonalEntry
from maillage.journal.names import Namer, name_objects, register_acts, register_names, tell
from maillage.journal.operations import NotInTransaction
from maillage.journal.proving import NoSuchSize, NotSequenced, TreeSpoiled, hold_against, prove_event, prove_growth
from maillage.journal.queries import UnknownEvent
from maillage.journal.sequencer import sequence_events
from maillage.journal.verifying import verify_journal

__all__ = [
    "EventMalformed",
    "Namer",
    "NoSuchSize",
    "NotInTransaction",
    "NotSequenced",
    "TreeSpoiled",
    "UnknownEvent",
    "digest_state",
    "erase_personal_values",
    "find_head",
    "get_event",
    "hold_against",
    "list_events",
    "list_heads",
    "list_history",
    "list_personal_values",
    "list_public_keys",
    "name_objects",
    "prove_event",
    "prove_growth",
    "record_event",
    "register_acts",
    "register_names",
    "sequence_events",
    "verify_journal",
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
    key: EventId | None = None,
) -> EventId:
    """Record an act in its own transaction; the sequencer gives it its index within seconds.

    act: `room.verb` (a member of the room's StrEnum). right: the role or delegation that allowed it. before, after: `digest_state` of the
    object, or "". facts: short public texts about the object, never about a person. personal: values about people, one per name. key: an
    identifier that a job draws once and gives at each attempt: a second attempt records nothing.
    Raises NotInTransaction, EventMalformed. Queries: 1, one more with personal values, one more with a key.
    """
    return operations.insert_event(
        actor=actor, act=act, about=about, on_behalf_of=on_behalf_of, right=right, before=before, after=after,
        facts=facts or {}, personal=personal, now=timezone.now(), key=key,
    )  # fmt: skip


def get_event(event: EventId) -> EventInfo:
    """An event. Raises UnknownEvent. Queries: 1."""
    return queries.describe_event(queries.get_row(event))


def list_events(*, about: ObjectRef | None = None, by: ObjectRef | None = None, limit: int = 50, offset: int = 0) -> tuple[EventInfo, ...]:
    """Events about a thing, or by (or for) somebody, the newest first. Queries: 1."""
    return queries.list_events(about=about, by=by, limit=limit, offset=offset)


def list_history(
    *, about: ObjectRef | None = None, by: ObjectRef | None = None, limit: int = 50, offset: int = 0
) -> tuple[HistoryLine, ...]:
    """«Qui a fait quoi, quand»: the same events in words, for a page to show with `{% include "journal/history.html" with lines=… %}`.

    Names come from what rooms registered (`register_acts`, `register_names`). Queries: 1, and those of one namer per room met.
    """
    return tell(list_events(about=about, by=by, limit=limit, offset=offset))


def list_heads(*, limit: int = 50, offset: int = 0) -> tuple[HeadInfo, ...]:
    """Signed heads, the newest first. Queries: 1."""
    return queries.list_heads(limit=limit, offset=offset)


def find_head(size: int | None = None) -> HeadInfo | None:
    """The signed head of this size, or the last; None where there is none. Queries: 1."""
    return queries.find_head(size)


def list_public_keys() -> tuple[str, ...]:
    """The public keys that have signed heads, as verifiers take them, the oldest first. Queries: 1."""
    return tuple(str(one) for one in queries.list_verifiers())


def list_personal_values(*, subject: ObjectRef) -> tuple[PersonalEntry, ...]:
    """What the journal keeps aside about somebody: for the export of their data, and to say what the law keeps. Queries: 1."""
    return queries.list_values(subject=subject)


def erase_personal_values(*, subject: ObjectRef) -> int:
    """Destroy what the journal keeps aside about somebody and no law keeps; the journal still verifies. Returns how many. Queries: 1."""
    return operations.erase_values(subject)
