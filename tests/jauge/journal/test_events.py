"""The one way of writing an event: canonical, reversible, and strict on what it takes."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from tests.jauge.journal.small_log import name_event

from jauge.journal import Event, EventMalformed, check_event, commit_value, decode_event, encode_event, encode_fields, opens

TEXTS = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
OBJECTS = st.dictionaries(TEXTS, TEXTS, max_size=4)
REFS = st.from_regex(r"[a-z][a-z_]{0,9}:[A-Za-z0-9/:_-]{1,20}", fullmatch=True)
EVENTS = st.builds(
    Event,
    key=st.uuids(),
    at=st.datetimes(timezones=st.just(UTC), min_value=datetime(1900, 1, 1)),  # noqa: DTZ001 - hypothesis wants naive bounds
    act=st.just("rooms.do_it"),
    actor=REFS,
    about=REFS,
    on_behalf_of=REFS | st.just(""),
    right=TEXTS,
    before=st.just("") | st.just("0" * 64),
    after=st.just("") | st.just("f" * 64),
    facts=OBJECTS,
)


@given(EVENTS)
def test_an_entry_reads_back_as_its_event(event: Event) -> None:
    assert decode_event(encode_event(event)) == event


@given(EVENTS)
def test_an_entry_is_the_canonical_json_of_rfc_8785(event: Event) -> None:
    entry = encode_event(event)

    assert entry == rfc8785.dumps(json.loads(entry))


def test_a_moment_is_written_in_utc_whatever_its_zone() -> None:
    paris = datetime(2026, 11, 25, 20, 0, tzinfo=timezone(timedelta(hours=1)))

    assert encode_event(name_event(1, at=paris)) == encode_event(name_event(1, at=datetime(2026, 11, 25, 19, 0, tzinfo=UTC)))


@pytest.mark.parametrize(
    "changes",
    [
        {"act": "sign"},
        {"act": "Conventions.sign"},
        {"actor": ""},
        {"actor": "Jeanne Le Goff"},
        {"about": "conventions:"},
        {"on_behalf_of": "mairie"},
        {"before": "abc"},
        {"after": "A" * 64},
        {"at": datetime(2026, 11, 25)},  # noqa: DTZ001 - the naive moment is the fault
        {"facts": {"a": "\x00"}},
        {"facts": {"a": "\ud800"}},
        {"facts": {"a": 1}},
        {"right": "\x00"},
        {"commitments": {"name": "Jeanne"}},
    ],
)
def test_a_field_without_its_form_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(EventMalformed):
        check_event(name_event(1, **changes))


@pytest.mark.parametrize(
    "change",
    [
        lambda entry: entry + b"\n",
        lambda entry: entry.replace(b'"act"', b' "act"'),
        lambda entry: entry.replace(b'"v":1', b'"v":2'),
        lambda entry: entry.replace(b'"v":1', b'"v":1,"w":1'),
        lambda entry: entry.replace(b"19:00:00.000000Z", b"19:00:00Z"),
        lambda entry: entry.replace(b'"facts":{}', b'"facts":{"a":1}'),
        lambda entry: b"[]",
        lambda entry: b"\xff",
        lambda entry: b"",
    ],
)
def test_an_entry_that_is_not_canonical_is_refused(change) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(EventMalformed):
        decode_event(change(encode_event(name_event(1))))


@given(EVENTS, EVENTS)
def test_two_events_have_two_entries(one: Event, other: Event) -> None:
    assert (encode_event(one) == encode_event(other)) == (one == other)


def test_text_moved_from_a_column_to_its_neighbour_gives_other_bytes() -> None:
    fields = list(name_event(1, facts={"a": "1"}).fields)
    moved = [*fields]
    moved[8], moved[9] = fields[8] + ',"for":"', ""

    assert encode_fields(fields) != encode_fields(moved)


def test_a_commitment_opens_with_its_salt_alone() -> None:
    salt = bytes(range(32))
    commitment = commit_value(salt=salt, name="nom", value="Jeanne Le Goff")

    assert opens(commitment, salt=salt, name="nom", value="Jeanne Le Goff")
    assert not opens(commitment, salt=salt, name="nom", value="Jeanne Le Gof")
    assert not opens(commitment, salt=salt, name="prénom", value="Jeanne Le Goff")
    assert not opens(commitment, salt=bytes(32), name="nom", value="Jeanne Le Goff")
    with pytest.raises(ValueError, match="32 bytes"):
        commit_value(salt=b"short", name="nom", value="Jeanne")
