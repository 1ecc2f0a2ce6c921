"""A program: writers record acts while sequencers are killed (SIGKILL) one after the other; then says what the journal has become.

`python killing.py KILLS SEED`, with the settings in the environment. A line of JSON on the output.
"""

import json
import os
import random
import signal
import sys
import time
import traceback

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count  # noqa: E402
from django.utils import timezone  # noqa: E402

from maillage.journal import api, sequencer  # noqa: E402
from maillage.journal.data import ObjectRef  # noqa: E402
from maillage.journal.models import Event, TreeHead  # noqa: E402

WRITERS = 2
ACTS = 400


def fork(act) -> int:  # type: ignore[no-untyped-def]
    """Start `act` in a process of its own, without any connection of ours."""
    connection.close()
    child = os.fork()
    if child:
        return child
    try:
        act()
    except Exception:
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(0)


def write() -> None:
    """Record acts, a little slower than they are sequenced."""
    for number in range(ACTS):
        with transaction.atomic():
            api.record_event(actor=ObjectRef("actors", f"person/{os.getpid()}"), act="tests.write", about=ObjectRef("tests", str(number)))
        time.sleep(0.006)


def sequence() -> None:
    """Sequence by small batches, without rest, until killed."""
    while True:
        sequencer.sequence_batch(now=timezone.now(), batch=5)


def main(kills: int, draw: random.Random) -> None:
    """Write, kill, finish, tell."""
    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0)
    writers = [fork(write) for _ in range(WRITERS)]
    killed = 0
    for _ in range(kills):
        pair = [fork(sequence), fork(sequence)]  # two at once: the lock lets one work at a time
        time.sleep(draw.uniform(0.005, 0.08))
        for doomed in pair:
            os.kill(doomed, signal.SIGKILL)
            _, status = os.waitpid(doomed, 0)
            killed += os.WIFSIGNALED(status)
    unfinished = Event.objects.filter(index__isnull=False).count()
    for writer in writers:
        os.waitpid(writer, 0)
    api.sequence_events()
    found = api.verify_journal()
    print(
        json.dumps(
            {
                "killed": killed,
                "sequenced_under_fire": unfinished,
                "events": Event.objects.count(),
                "acts": Event.objects.filter(act="tests.write").count(),
                "doubles": Event.objects.values("actor", "about").annotate(n=Count("id")).filter(n__gt=1).count(),
                "waiting": found.waiting,
                "size": found.size,
                "heads": TreeHead.objects.count(),
                "faults": [str(fault) for fault in found.faults],
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), random.Random(int(sys.argv[2])))
