"""Reading the whole stored journal again, and saying what was done to it."""

import time
from collections.abc import Sequence

from django.db import connection

from jauge.journal import (
    Checkpoint,
    Fault,
    FaultKind,
    Head,
    NoteMalformed,
    NoteNotSigned,
    Verifier,
    audit_log,
    open_checkpoint,
    read_checkpoint,
)
from maillage.journal import keys, queries
from maillage.journal.data import Verification
from maillage.journal.guards import find_missing_guards
from maillage.journal.kept import find_kept_head


def verify_journal(*, known_notes: Sequence[str] = (), trusted: Sequence[Verifier] = ()) -> Verification:
    """Read every event and every head again; hold them against heads that were kept: by readers, in the folder of state.

    trusted: the public keys that the last head must be signed with; by default those that this machine holds. Raises NoteMalformed for a
    known note that is none. Queries: 7, streamed.
    """
    start = time.perf_counter()
    kept = queries.read_heads()
    heads = [head for head, _ in kept]
    named = queries.list_verifiers()
    trusted = trusted or keys.find_verifiers()
    faults = [_judge_head(head, note, [*trusted, *named]) for head, note in kept]
    if kept:
        faults.append(_judge_head(*kept[-1], trusted))
    own = find_kept_head()
    known, refused = _read_known([*known_notes, *([own] if own else [])], [*trusted, *named])
    audit = audit_log(queries.iterate_entries(end=heads[-1].size if heads else 0), heads, known_heads=known)
    return Verification(
        size=audit.size,
        root=audit.root.hex(),
        waiting=queries.count_waiting(),
        heads=len(heads),
        faults=tuple(dict.fromkeys([*audit.faults, *filter(None, faults), *refused, *_find_unsigned()])),
        missing_guards=find_missing_guards(connection),
        seconds=time.perf_counter() - start,
    )


def _judge_head(head: Head, note: str, verifiers: Sequence[Verifier]) -> Fault | None:
    """A head whose note is not signed by these keys, or says something else than its row."""
    try:
        checkpoint, _ = open_checkpoint(note, verifiers)
    except (NoteMalformed, NoteNotSigned):
        return Fault(FaultKind.BAD_SIGNATURE, head.size, head.size)
    if (checkpoint.size, checkpoint.root) != (head.size, head.root):
        return Fault(FaultKind.BAD_SIGNATURE, head.size, head.size)
    return None


def _read_known(notes: Sequence[str], verifiers: Sequence[Verifier]) -> tuple[list[Head], list[Fault]]:
    """The heads that readers kept; one signed by a key that this journal does not know is a fault by itself."""
    heads, refused = [], []
    for note in notes:
        checkpoint: Checkpoint = read_checkpoint(note)
        try:
            open_checkpoint(note, verifiers)
        except NoteNotSigned:
            refused.append(Fault(FaultKind.BAD_SIGNATURE, checkpoint.size, checkpoint.size))
        heads.append(Head(checkpoint.size, checkpoint.root))
    return heads, refused


def _find_unsigned() -> list[Fault]:
    """Events numbered beyond the last head: the sequencer signs in the transaction that numbers, so somebody else did."""
    found = queries.find_beyond()
    return [Fault(FaultKind.UNSIGNED, found[0], found[1] + 1)] if found else []
