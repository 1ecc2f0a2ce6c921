"""An event of the journal and its one way of being written: what is hashed, chained and proven.

The entry of an event is its canonical JSON (RFC 8785) in UTF-8: keys in order, no blank, every value a string but `commitments` and
`facts` (objects of strings) and `v` (the number of this format). docs/algorithms/journal.md works a case.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from json.encoder import encode_basestring
from uuid import UUID

FORMAT = 1
NOTHING = "{}"  # the canonical form of no facts, no commitments
ACT = re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*")
REF = re.compile(r"[a-z][a-z_]*:[^\s\x00-\x1f]+")
DIGEST = re.compile(r"[0-9a-f]{64}")
# `\d` would take Arabic digits too.
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")
_ENTRY = (
    '{{"about":{},"act":{},"actor":{},"after":{},"at":{},"before":{},"commitments":%s,"event":{},"facts":%s,"for":{},"right":{},"v":1}}'
).format(*["%s"] * 9)


class EventMalformed(ValueError):
    """A field of an event does not have the form that the journal keeps, or an entry is not canonical. `field` names it."""

    code = "event_malformed"

    def __init__(self, field: str, value: object) -> None:
        super().__init__(f"{field}: {str(value)[:100]!r}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Event:
    """Who did what, for whom, by which right, to what, when.

    act: `room.verb`. actor, on_behalf_of, about: references `room:id` that name nobody by themselves (on_behalf_of may be ""). right:
    the role or delegation that allowed the act, or "". before, after: SHA-256 (hex) of the object's state, or "". facts: what may be said
    in public for ever, never of a person. commitments: name → commitment to a personal value (`commit_value`).
    """

    key: UUID
    at: datetime
    act: str
    actor: str
    about: str
    on_behalf_of: str = ""
    right: str = ""
    before: str = ""
    after: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    commitments: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """Its texts in the order of the entry, as `encode_fields` takes them."""
        return (
            self.about, self.act, self.actor, self.after, write_moment(self.at), self.before, encode_object(self.commitments),
            str(self.key), encode_object(self.facts), self.on_behalf_of, self.right,
        )  # fmt: skip


def check_event(event: Event) -> None:
    """Raises EventMalformed where a field has not its form."""
    required = {"act": (ACT, event.act), "actor": (REF, event.actor), "about": (REF, event.about)}
    optional = {"on_behalf_of": (REF, event.on_behalf_of), "before": (DIGEST, event.before), "after": (DIGEST, event.after)}
    for name, (form, text) in {**required, **optional}.items():
        if not form.fullmatch(text) and (text or name in required):
            raise EventMalformed(name, text)
    if event.at.utcoffset() is None:
        raise EventMalformed("at", event.at)
    for name, value in [*event.commitments.items(), ("", event.right)]:
        if name and not DIGEST.fullmatch(value):
            raise EventMalformed("commitments", value)
    for text in [event.right, *event.facts, *event.facts.values(), *event.commitments]:
        _check_text(text)


def _check_text(text: object) -> None:
    """Raises EventMalformed for what is no text, or a text that UTF-8 or PostgreSQL cannot hold (a lone surrogate, NUL)."""
    if not isinstance(text, str) or "\x00" in text or any("\ud800" <= sign <= "\udfff" for sign in text):
        raise EventMalformed("facts", text)


def encode_event(event: Event) -> bytes:
    """Write the canonical entry of an event."""
    return encode_fields(event.fields)


def encode_fields(fields: Sequence[str]) -> bytes:
    """Write the canonical entry from the texts of `Event.fields`: what a journal that stores columns reads back, fast.

    `commitments` (7th) and `facts` (9th) are already canonical JSON: any other text gives other bytes, hence is seen.
    """
    about, act, actor, after, at, before, commitments, key, facts, on_behalf_of, right = fields
    quote = encode_basestring
    return (
        _ENTRY % (
            quote(about), quote(act), quote(actor), quote(after), quote(at), quote(before), commitments,
            quote(key), facts, quote(on_behalf_of), quote(right),
        )
    ).encode("utf-8", "surrogatepass")  # fmt: skip


def decode_event(entry: bytes) -> Event:
    """Read an event from its entry. Raises EventMalformed unless the entry is the canonical one."""
    try:
        found = json.loads(entry)
        event = Event(
            key=UUID(found["event"]), at=read_moment(found["at"]), act=found["act"], actor=found["actor"], about=found["about"],
            on_behalf_of=found["for"], right=found["right"], before=found["before"], after=found["after"],
            facts=found["facts"], commitments=found["commitments"],
        )  # fmt: skip
        check_event(event)
        again = encode_event(event)
    except EventMalformed:
        raise
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise EventMalformed("entry", error) from None
    if again != entry:
        raise EventMalformed("entry", "not canonical")
    return event


def encode_object(values: Mapping[str, str]) -> str:
    """Write an object of strings in canonical JSON.

    >>> encode_object({"b": "é", "a": "1"})
    '{"a":"1","b":"é"}'
    >>> encode_object({})
    '{}'
    """
    if not values:
        return NOTHING
    ordered = sorted(values.items(), key=lambda item: item[0].encode("utf-16-be", "surrogatepass"))  # RFC 8785 §3.2.3: UTF-16 units
    return json.dumps(dict(ordered), ensure_ascii=False, separators=(",", ":"))


def write_moment(at: datetime) -> str:
    """Write a moment in UTC to the microsecond.

    >>> write_moment(datetime(2026, 11, 25, 19, 0, tzinfo=UTC))
    '2026-11-25T19:00:00.000000Z'
    """
    return at.astimezone(UTC).isoformat(timespec="microseconds")[:26] + "Z"


def read_moment(text: str) -> datetime:
    """Read a moment that `write_moment` wrote. Raises EventMalformed."""
    if not MOMENT.fullmatch(text):
        raise EventMalformed("at", text)
    return datetime.fromisoformat(text)


def digest_state(values: Mapping[str, object]) -> str:
    """Digest the state of an object (SHA-256, hex), for `before` and `after`: any JSON values; dates and others as their text.

    Never of a person: a digest without salt can be guessed.

    >>> digest_state({"title": "Convention", "version": 3})[:8]
    '8d84fb97'
    """
    return sha256(json.dumps(values, default=str, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()).hexdigest()


def commit_value(*, salt: bytes, name: str, value: str) -> str:
    """Commit to a personal value: SHA-256 (hex) that says nothing of it once the salt (32 random bytes, drawn once each) is destroyed.

    Raises ValueError for a salt of another length: a short one could be guessed with the value.
    """
    if len(salt) != 32:
        raise ValueError("a salt has 32 bytes")
    return sha256(salt + json.dumps([name, value], ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def opens(commitment: str, *, salt: bytes, name: str, value: str) -> bool:
    """True when the salt, the name and the value are those that were committed to."""
    return commit_value(salt=salt, name=name, value=value) == commitment
