"""What passes through the door of `journal`: references, events, heads, lines of a history. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self
from uuid import UUID

from jauge.journal import Fault, FaultKind

type EventId = UUID

__all__ = [
    "EventId",
    "EventInfo",
    "Fault",
    "FaultKind",
    "HeadInfo",
    "HistoryLine",
    "KeptHead",
    "ObjectName",
    "ObjectRef",
    "PersonalEntry",
    "Verification",
]


@dataclass(frozen=True, slots=True, order=True)
class ObjectRef:
    """A thing of any room: `room:id`. The id means something to its room alone; it stays for ever, so it names nobody (a UUID, a code)."""

    room: str
    id: str

    def __str__(self) -> str:
        return f"{self.room}:{self.id}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `room:id`. Raises ValueError."""
        room, colon, id_ = text.partition(":")
        if not room or not colon or not id_:
            raise ValueError(f"no reference: {text[:80]!r}")
        return cls(room, id_)


@dataclass(frozen=True, slots=True)
class PersonalEntry:
    """A personal value that goes with an event: the journal holds a commitment to it; the value lies aside and can be erased.

    subject: whom it is about. kept_because: the law that keeps it from being erased («RGPD, art. 17(3)(b)»), or "".
    """

    subject: ObjectRef
    name: str
    value: str
    kept_because: str = ""


@dataclass(frozen=True, slots=True)
class EventInfo:
    """An event as it was recorded. index is None until it is sequenced (seconds)."""

    id: EventId
    at: datetime
    act: str
    actor: ObjectRef
    about: ObjectRef
    on_behalf_of: ObjectRef | None = None
    right: str = ""
    before: str = ""
    after: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    index: int | None = None


@dataclass(frozen=True, slots=True)
class ObjectName:
    """How a page names a thing, and where it leads ("" when nowhere)."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """A line of «qui a fait quoi, quand»: the event, in words."""

    event: EventInfo
    who: ObjectName
    did: str
    what: ObjectName
    on_behalf_of: ObjectName | None


@dataclass(frozen=True, slots=True)
class HeadInfo:
    """A signed head: size and tree hash (hex) of the log at a moment, and the note that anybody can verify."""

    size: int
    root: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class KeptHead:
    """A head that somebody kept, held against the journal. signed: by a key of this journal. added: events since, None where it does not
    grow from that head."""

    size: int
    signed: bool
    added: int | None


@dataclass(frozen=True, slots=True)
class Verification:
    """What a reading of the whole journal found. missing_guards: triggers that somebody has taken away. seconds: how long it took."""

    size: int
    root: str
    waiting: int
    heads: int
    faults: tuple[Fault, ...]
    missing_guards: tuple[str, ...]
    seconds: float

    @property
    def whole(self) -> bool:
        """True when nothing is wrong."""
        return not self.faults
