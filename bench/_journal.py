"""What `bench/journal.py` runs in processes of their own, one per database: `python -m bench._journal`, one JSON line per measure.

An act is what rooms do: one row of their own written, the event recorded, the row changed, in one transaction. The peer does the same
but chains its event at once, under the lock that a chain needs; so each writer waits for the commit of the one before.
"""

import json
import multiprocessing
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from uuid import uuid4

ACTS = 250  # by each writer
WRITERS = 8
ROUNDS = 3
COUNTS = {"postgresql": (100_000, 1_000_000), "sqlite": (100_000,)}


@dataclass(frozen=True)
class Place:
    """Where the server is: what its disk takes to flush its log, and how far it is (one round trip), beyond what this machine takes."""

    name: str
    flush_ms: int
    away_s: float


PLACES = (Place("same machine", 0, 0.0), Place("0.5 ms away, flush 2 ms", 2, 0.0005))


def main() -> None:
    """Measure writers (on PostgreSQL), then readings, on the database of `MAILLAGE_TEST_DATABASE_URL`."""
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {
            "MAILLAGE_HOME": home,
            "MAILLAGE_DATABASE_URL": os.environ.get("MAILLAGE_TEST_DATABASE_URL", ""),
            "DJANGO_SETTINGS_MODULE": "maillage.settings.base",
        }
        import django
        from django.core.management import call_command
        from django.db import connection

        django.setup()
        call_command("migrate", verbosity=0)
        if connection.vendor == "postgresql":
            compare_writers()
        for count in COUNTS[connection.vendor]:
            fill(count)
            say(measure="verify", on=connection.display_name, events=count, seconds=measure_verification())


def compare_writers() -> None:
    """Ours and the peer in turn, in each place; the journal is empty again afterwards."""
    prepare()
    for place in PLACES:
        slow_flushes(place.flush_ms)
        for _ in range(ROUNDS):
            say(measure="writers", place=place.name, **measure_writers(record_act, place, sequenced=True))
            say(measure="chained", place=place.name, **measure_writers(chain_act, place, sequenced=False))
    slow_flushes(0)
    empty()


def say(**measured: object) -> None:
    """One measure for whoever started this."""
    print(json.dumps(measured), flush=True)


def prepare() -> None:
    """The tables of the acts, and of the peer's chain."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_act (id bigserial PRIMARY KEY, writer int, state text)")
        cursor.execute("CREATE TABLE bench_chain (id bigserial PRIMARY KEY, number bigint UNIQUE, entry text, chain bytea)")
        cursor.execute("CREATE TABLE bench_tail (number bigint, chain bytea)")
        cursor.execute("INSERT INTO bench_tail VALUES (0, %s)", [bytes(32)])


def slow_flushes(flush_ms: int) -> None:
    """Make each flush of the server's log take that much longer (commits that come meanwhile share it, as on a real disk)."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"ALTER SYSTEM SET commit_delay = {1000 * flush_ms}")
        cursor.execute("ALTER SYSTEM SET commit_siblings = 0")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()


def act_around(writer: int, record: Callable[[int], None]) -> None:
    """One act in its transaction, `record` in the middle of it."""
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_act (writer, state) VALUES (%s, 'proposed') RETURNING id", [writer])
        (number,) = cursor.fetchone()
        record(number)
        cursor.execute("UPDATE bench_act SET state = 'signed' WHERE id = %s", [number])


def record_act(writer: int) -> None:
    """An act as rooms record it."""
    from maillage.journal import api
    from maillage.journal.data import ObjectRef

    act_around(
        writer,
        lambda number: void(
            api.record_event(
                actor=ObjectRef("actors", f"person/{writer}"), act="bench.sign", about=ObjectRef("bench", str(number)), right="maire"
            )
        ),
    )


def chain_act(writer: int) -> None:
    """The same act, chained at once."""
    from django.db import connection

    from jauge.journal import encode_event, extend_chain, hash_leaf

    def record(number: int) -> None:
        entry = encode_event(name_event(writer, number))
        with connection.cursor() as cursor:
            cursor.execute("SELECT number, chain FROM bench_tail FOR UPDATE")
            last, chain = cursor.fetchone()
            chained = extend_chain(bytes(chain), hash_leaf(entry))
            cursor.execute("INSERT INTO bench_chain (number, entry, chain) VALUES (%s, %s, %s)", [last, entry.decode(), chained])
            cursor.execute("UPDATE bench_tail SET number = number + 1, chain = %s", [chained])

    act_around(writer, record)


def name_event(writer: int, number: int):  # type: ignore[no-untyped-def]
    """The event of an act, as the library takes it."""
    from django.utils import timezone

    from jauge.journal import Event

    return Event(key=uuid4(), at=timezone.now(), act="bench.sign", actor=f"actors:person/{writer}", about=f"bench:{number}", right="maire")


def void(_: object) -> None:
    """Forget a result."""


def measure_writers(act: Callable[[int], None], place: Place, *, sequenced: bool) -> dict[str, float]:
    """Seconds per act of WRITERS processes at once, and how many lock waits a watcher saw; a sequencer beside them where `sequenced`."""
    from django.db import connections

    connections.close_all()  # a fork must not share a connection
    fork = multiprocessing.get_context("fork")
    gate = fork.Barrier(WRITERS + 1)
    writers = [fork.Process(target=write, args=(act, place, number, gate)) for number in range(WRITERS)]
    sequencer = fork.Process(target=follow, args=(place,), daemon=True)
    for process in [*writers, *([sequencer] if sequenced else [])]:
        process.start()
    gate.wait()
    start = time.perf_counter()
    waits = watch(writers)
    seconds = time.perf_counter() - start
    if sequenced:
        sequencer.terminate()
        sequencer.join()
    if any(process.exitcode for process in writers):
        raise SystemExit("a writer failed")
    return {"seconds": seconds / (WRITERS * ACTS), "waits": waits}


def write(act: Callable[[int], None], place: Place, writer: int, gate: threading.Barrier) -> None:
    """One writer: a first act to connect, then ACTS of them."""
    with travelling(place):
        act(writer)
        gate.wait()
        for _ in range(ACTS):
            act(writer)


def follow(place: Place) -> None:
    """The sequencer, as it runs."""
    from maillage.journal import sequencer

    with travelling(place):
        sequencer.run_forever(pause_s=0.2, stop=threading.Event())


@contextmanager
def travelling(place: Place) -> Iterator[None]:
    """Each statement, and each commit, travels to the server and back."""
    from django.db import connection

    if not place.away_s:
        yield
        return

    def travel(execute: Callable[..., object], *arguments: object) -> object:
        time.sleep(place.away_s)
        return execute(*arguments)

    commit = connection.commit

    def travel_and_commit() -> None:
        time.sleep(place.away_s)
        commit()

    connection.commit = travel_and_commit  # type: ignore[method-assign]
    with connection.execute_wrapper(travel):
        yield


def watch(writers: list) -> float:  # type: ignore[type-arg]
    """Until the writers end: the mean number of transactions that wait for a lock."""
    from django.db import connection

    seen = []
    while any(process.is_alive() for process in writers):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            seen.append(cursor.fetchone()[0])
        time.sleep(0.02)
    for process in writers:
        process.join()
    connection.close()
    return sum(seen) / len(seen)


def empty() -> None:
    """Forget the writers' events, to fill the journal anew."""
    from django.conf import settings
    from django.db import connection

    from maillage.journal import guards

    guards.remove_guards(connection)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE journal_event, journal_personalvalue, journal_treehead, journal_tile")
    guards.install_guards(connection)
    settings.JOURNAL_HEAD_FILE.unlink()  # or the sequencer would see the journal cut, and refuse


def fill(count: int) -> None:
    """Bring the journal to `count` events, sequenced."""
    from django.db import transaction

    from jauge.journal import encode_object
    from maillage.journal import sequencer
    from maillage.journal.models import Event

    present = Event.objects.count()
    while present < count:
        batch = [
            Event(
                key=uuid4(), at=made.at, act=made.act, actor=made.actor, about=made.about, right=made.right,
                on_behalf_of="actors:organisation/22113", after="a" * 64, facts=encode_object({"version": str(number)}),
            )
            for number in range(present, min(count, present + 5_000))
            for made in [name_event(number % 100, number)]
        ]  # fmt: skip
        with transaction.atomic():
            Event.objects.bulk_create(batch)
        present += len(batch)
        sequencer.sequence_events()


def measure_verification() -> float:
    """Seconds to read the journal again, the median of three; stops where it is not whole."""
    from maillage.journal import api

    found = [api.verify_journal() for _ in range(3)]
    if not found[0].whole:
        raise SystemExit(f"faults: {found[0].faults}")
    return statistics.median(one.seconds for one in found)


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        sys.exit(main())
