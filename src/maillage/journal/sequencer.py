"""The sequencer: gives events their index, their chain and their place in the tree, in batches, and signs the head of each batch.

One transaction per batch, under a lock: killed at any moment, it has done a batch or nothing of it.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import close_old_connections, connection, transaction
from django.utils import timezone

from jauge.journal import (
    FIRST_CHAIN,
    Checkpoint,
    Frontier,
    NoteMalformed,
    NoteNotSigned,
    SignatureFalse,
    Signer,
    extend_chain,
    hash_leaf,
    open_checkpoint,
    read_checkpoint,
    sign_checkpoint,
)
from maillage.journal import operations, queries
from maillage.journal.data import ObjectRef
from maillage.journal.kept import find_kept_head, keep_head
from maillage.journal.keys import JournalKeyWrong, load_signers
from maillage.journal.models import Event, TreeHead
from maillage.journal.tiles import store_tiles

logger = logging.getLogger(__name__)
BATCH = 2_000
LONGEST_WAIT_S = 60.0  # between two attempts that fail: the log of the server is not filled in a night
_LOCK = 0x6A6F75726E616C  # «journal»: the advisory lock of PostgreSQL that one sequencer holds
SEQUENCER = ObjectRef("journal", "sequencer")
CHANGE_KEYS = "journal.change_keys"


class HeadSpoiled(Exception):
    """The last head is not what its signature covers: the journal was touched, and nothing is added to it before somebody has looked."""

    code = "head_spoiled"


class JournalKeyLost(Exception):
    """None of the keys given has signed the last head: another key would start another log in its place."""

    code = "journal_key_lost"


@dataclass(slots=True)
class _Log:
    """The end of the log, that a batch extends."""

    frontier: Frontier
    chain: bytes
    keys: str


def sequence_batch(
    *, now: datetime, signers: Sequence[Signer] | None = None, even_empty: bool = False, accept_lost_key: bool = False, batch: int = BATCH
) -> int:
    """Sequence the events that wait, `batch` at most, and sign the head; returns how many (a change of keys counted).

    even_empty: look for a change of keys even when no event waits. accept_lost_key: go on with keys that have not signed the last head.
    Waits for another sequencer to finish. Raises JournalKeyWrong, JournalKeyLost, HeadSpoiled. Queries: 1 when nothing waits, else some 6.
    """
    signers = signers or load_signers()
    if not Event.objects.filter(index=None).exists() and not even_empty:
        return 0
    with transaction.atomic():
        _lock()
        log = _open_log(signers, accept_lost_key=accept_lost_key)
        keys = " ".join(str(one.verifier) for one in signers)
        waiting = Event.objects.filter(index=None).order_by("id")
        if keys != log.keys:
            _record_keys(before=log.keys, after=keys, now=now)
            # First of its batch: a head is never signed by a key that the log does not yet name.
            rows = [*waiting.filter(act=CHANGE_KEYS), *waiting.exclude(act=CHANGE_KEYS)[:batch]]
        else:
            rows = list(waiting[:batch])
        if rows:
            _append(log, rows, signers, now)
        return len(rows)


def sequence_events(*, signers: Sequence[Signer] | None = None) -> int:
    """Sequence all that waits; returns how many events."""
    total = 0
    while done := sequence_batch(now=timezone.now(), signers=signers):
        total += done
    return total


def run_forever(*, pause_s: float = 1.0, stop: threading.Event) -> None:
    """Sequence until `stop` is set. A database that is away is waited for; a spoiled head is said again until somebody looks."""
    wait_s = pause_s
    while not stop.is_set():
        close_old_connections()
        try:
            sequence_events()
            wait_s = pause_s
        except Exception:  # at the edge: the sequencer goes on, and says so, less and less often
            logger.exception("the sequencer met an error; it tries again")
            wait_s = min(2 * wait_s, LONGEST_WAIT_S)
        stop.wait(wait_s)


def _lock() -> None:
    """On SQLite the transaction itself excludes any other writer (settings: IMMEDIATE)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _open_log(signers: Sequence[Signer], *, accept_lost_key: bool) -> _Log:
    last = TreeHead.objects.first()
    _check_kept()
    if last is None:
        return _Log(Frontier(), FIRST_CHAIN, "")
    peaks = bytes(last.peaks)
    frontier = Frontier(last.size, [peaks[at : at + 32] for at in range(0, len(peaks), 32)])
    known = queries.list_verifiers() if accept_lost_key else [one.verifier for one in signers]
    try:
        checkpoint, _ = open_checkpoint(last.note, known)
    except (SignatureFalse, NoteMalformed):
        raise HeadSpoiled(str(last.size)) from None
    except NoteNotSigned:
        raise JournalKeyLost(str(last.size)) from None
    if checkpoint.origin != signers[0].name:
        raise JournalKeyWrong(signers[0].name)
    if (checkpoint.size, checkpoint.root) != (last.size, frontier.root) or len(frontier.peaks) != last.size.bit_count():
        raise HeadSpoiled(str(last.size))
    return _Log(frontier, bytes(last.chain), queries.find_keys())


def _check_kept() -> None:
    """Raises HeadSpoiled unless the head that was kept outside of the database is one of its heads: to sign on would be a fork."""
    note = find_kept_head()
    if note is not None:
        kept = read_checkpoint(note)
        head = queries.find_head(kept.size)
        if head is None or head.root != kept.root.hex():
            raise HeadSpoiled(f"the head of size {kept.size} that was signed is no longer there")


def _record_keys(*, before: str, after: str, now: datetime) -> None:
    operations.insert_event(
        actor=SEQUENCER, act=CHANGE_KEYS, about=SEQUENCER, on_behalf_of=None, right="", before="", after="",
        facts={"before": before, "after": after}, personal=(), now=now,
    )  # fmt: skip


def _append(log: _Log, rows: Sequence[Event], signers: Sequence[Signer], now: datetime) -> None:
    old_size = log.frontier.size
    leaves = [hash_leaf(queries.read_entry(row)) for row in rows]
    placed: list[tuple[int, bytes, int]] = []
    for index, (row, leaf) in enumerate(zip(rows, leaves, strict=True), start=old_size):
        log.chain = extend_chain(log.chain, leaf)
        placed.append((index, log.chain, row.pk))
    log.frontier.extend(leaves)
    with connection.cursor() as cursor:
        cursor.executemany(f'UPDATE {Event._meta.db_table} SET "index" = %s, chain = %s WHERE id = %s AND "index" IS NULL', placed)  # noqa: S608
        if cursor.rowcount != len(placed):
            raise HeadSpoiled(f"{cursor.rowcount} of {len(placed)} events sequenced")
    checkpoint = Checkpoint(signers[0].name, log.frontier.size, log.frontier.root)
    note = sign_checkpoint(checkpoint, signers)
    TreeHead.objects.create(
        size=checkpoint.size,
        root=checkpoint.root,
        chain=log.chain,
        peaks=b"".join(log.frontier.peaks),
        note=note,
        at=now,
    )
    store_tiles(old_size=old_size, leaves=leaves)
    transaction.on_commit(lambda: keep_head(note))
