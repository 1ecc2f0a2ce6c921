"""The worker: takes jobs one by one, beats while they run, stores how they end."""

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import close_old_connections, connection
from django.utils import timezone

from maillage.jobs import operations, rules
from maillage.jobs.data import JobState, RunningJob
from maillage.jobs.kinds import get_kind
from maillage.jobs.models import Job

logger = logging.getLogger(__name__)


def run_next_job(*, now: Callable[[], datetime] = timezone.now, heartbeat_s: float | None = rules.HEARTBEAT_S) -> bool:
    """Reclaim what dead workers left, then run one job to its end; False when nothing waits. `heartbeat_s` None: no beating thread."""
    operations.reclaim_lost_jobs(now=now())
    row = operations.claim_next_job(now=now())
    if row is None:
        return False
    running = RunningJob(id=row.id, attempt=row.attempt)
    operations.add_log_line(row.id, f"commencé (essai {row.attempt})", now=now())
    with _beating(running, heartbeat_s):
        state, link, error = _run(row, running)
    if operations.finish_job(running, state=state, now=now(), result_link=link, error=error):
        operations.add_log_line(row.id, _LAST_WORDS[state], now=now())
    return True


def run_forever(*, pause_s: float = 1.0, stop: threading.Event | None = None) -> None:
    """Run jobs until `stop` is set; sleeps `pause_s` when none waits. A database that is away is waited for, not died of."""
    stop = stop or threading.Event()
    while not stop.is_set():
        close_old_connections()
        try:
            worked = run_next_job()
        except Exception:  # at the edge: whatever happens to one job, the worker goes on, and says so
            logger.exception("the worker met an error; it goes on")
            worked = False
        if not worked:
            stop.wait(pause_s)


_LAST_WORDS = {JobState.SUCCEEDED: "terminé", JobState.FAILED: "échoué", JobState.CANCELLED: "annulé"}


def _run(row: Job, running: RunningJob) -> tuple[JobState, str, str]:
    try:
        link = get_kind(row.kind).function(running, **row.arguments)
    except operations.JobCancelled:
        return JobState.CANCELLED, "", ""
    except operations.LeaseLost:
        return JobState.FAILED, "", "bail perdu"
    except Exception as error:  # the edge where an unexpected error is reported once
        logger.exception("job %s failed", row.id)
        return JobState.FAILED, "", _public_error(error)
    return JobState.SUCCEEDED, link or "", ""


def _public_error(error: Exception) -> str:
    """What the page may show: the last line only; the whole trace goes to the server's log, it may hold paths."""
    return "".join(traceback.format_exception_only(error)).strip()[:1000]


@contextmanager
def _beating(running: RunningJob, every_s: float | None) -> Iterator[None]:
    """Prolong the lease from a thread of its own, for a function that computes long without reporting."""
    if every_s is None:
        yield
        return
    stop = threading.Event()
    thread = threading.Thread(target=_beat_until, args=(running, every_s, stop), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _beat_until(running: RunningJob, every_s: float, stop: threading.Event) -> None:
    try:
        while not stop.wait(every_s):
            try:
                held = operations.beat(running, now=timezone.now())
            except Exception:
                logger.exception("a heartbeat of job %s was missed", running.id)
            else:
                if not held:
                    return
    finally:
        connection.close()
