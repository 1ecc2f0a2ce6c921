"""Reading a log again: whatever was done to it is named, and where."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.jauge.journal.small_log import name_event, write_entries, write_log

from jauge.journal import FIRST_CHAIN, FaultKind, Head, audit_log, encode_event, extend_chain, hash_leaf, hash_tree

COUNT = 20
ENTRIES = write_entries(COUNT)
ROWS, HEADS = write_log(ENTRIES)


def kinds(rows: list[tuple[int, bytes, bytes]], heads: list[Head] = HEADS, **known: list[Head]) -> set[FaultKind]:
    """The faults found."""
    return {fault.kind for fault in audit_log(rows, heads, **known).faults}


def test_a_whole_log_has_no_fault() -> None:
    audit = audit_log(ROWS, HEADS, known_heads=[HEADS[0], HEADS[-1]])

    assert audit.faults == ()
    assert (audit.size, audit.root, audit.chain) == (COUNT, hash_tree([hash_leaf(entry) for entry in ENTRIES]), ROWS[-1][1])


def test_an_empty_log_is_whole() -> None:
    assert audit_log([], []).faults == ()


def test_the_chain_is_that_of_its_definition() -> None:
    assert extend_chain(FIRST_CHAIN, hash_leaf(ENTRIES[0])) == ROWS[0][1]


@pytest.mark.parametrize("index", range(COUNT))
def test_an_edited_event_is_named(index: int) -> None:
    rows = [*ROWS]
    rows[index] = (index, ROWS[index][1], encode_event(name_event(index, right="maire")))

    faults = audit_log(rows, HEADS).faults

    assert (FaultKind.CHANGED, index, index + 1) in {(fault.kind, fault.start, fault.end) for fault in faults}
    assert FaultKind.REWRITTEN in {fault.kind for fault in faults}


@pytest.mark.parametrize("index", range(COUNT))
def test_a_removed_event_is_named(index: int) -> None:
    faults = audit_log([row for row in ROWS if row[0] != index], HEADS).faults

    assert (FaultKind.MISSING, index, index + 1) in {(fault.kind, fault.start, fault.end) for fault in faults}


def test_two_events_that_changed_places_are_both_named() -> None:
    rows = [*ROWS]
    rows[4], rows[9] = (4, ROWS[4][1], ENTRIES[9]), (9, ROWS[9][1], ENTRIES[4])

    changed = [fault.start for fault in audit_log(rows, HEADS).faults if fault.kind is FaultKind.CHANGED]

    assert changed == [4, 9]


def test_an_event_put_between_others_is_seen() -> None:
    entries = [*ENTRIES[:5], encode_event(name_event(99)), *ENTRIES[5:]]
    rechained, _ = write_log(entries)

    assert FaultKind.REWRITTEN in kinds(rechained)
    assert FaultKind.UNSIGNED in kinds(rechained)


def test_an_event_added_after_the_last_head_is_seen() -> None:
    more, _ = write_log([*ENTRIES, encode_event(name_event(99))])

    faults = audit_log(more, HEADS).faults

    assert [(fault.kind, fault.start, fault.end) for fault in faults] == [(FaultKind.UNSIGNED, COUNT, COUNT + 1)]


def test_a_log_rewritten_with_its_heads_is_a_fork_for_whom_kept_one() -> None:
    rewritten, heads = write_log([encode_event(name_event(99)), *ENTRIES[1:]])

    assert kinds(rewritten, heads) == set()
    assert kinds(rewritten, heads, known_heads=[HEADS[2]]) == {FaultKind.FORK}


def test_a_log_cut_with_its_heads_is_a_fork_for_whom_kept_one() -> None:
    cut, heads = write_log(ENTRIES[:12])

    assert kinds(cut, heads) == set()
    assert kinds(cut, heads, known_heads=[HEADS[-1]]) == {FaultKind.FORK}


def test_a_log_cut_without_its_heads_is_missing_its_end() -> None:
    assert kinds(ROWS[:-1]) == {FaultKind.MISSING}
    assert kinds([]) == {FaultKind.MISSING}


def test_a_chain_rewritten_alone_is_seen() -> None:
    heads = [Head(head.size, head.root, bytes(32)) for head in HEADS]

    assert kinds(ROWS, heads) == {FaultKind.REWRITTEN}


@given(st.integers(1, 40), st.integers(1, 9), st.randoms())
def test_any_single_change_is_seen(count: int, batch: int, draw: random.Random) -> None:
    entries = write_entries(count)
    rows, heads = write_log(entries, batch=batch)
    index = draw.randrange(count)
    spoiled = [*rows]
    act = draw.choice(["edit", "remove", "swap", "insert", "chain"])
    match act:
        case "edit":
            spoiled[index] = (index, rows[index][1], encode_event(name_event(1000)))
        case "remove":
            del spoiled[index]
        case "swap":
            other = draw.randrange(count)
            spoiled[index], spoiled[other] = (index, rows[index][1], entries[other]), (other, rows[other][1], entries[index])
            if other == index:
                return
        case "insert":
            spoiled = write_log([*entries[:index], encode_event(name_event(1000)), *entries[index:]])[0]
        case "chain":
            spoiled[index] = (index, bytes(32), entries[index])

    assert audit_log(rows, heads).faults == ()
    assert audit_log(spoiled, heads).faults
