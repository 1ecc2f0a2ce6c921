"""Writes of long acts. Each change of state is one conditional UPDATE: of two workers that try, one sees 0 rows and steps back."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from maillage.jobs import rules
from maillage.jobs.data import JobId, JobState, RunningJob
from maillage.jobs.models import HOLDING_STATES, Job, JobLogLine
from maillage.jobs.queries import get_row


class LeaseLost(Exception):
    """This attempt no longer holds the job: another worker took it, and only that one may write."""

    code = "lease_lost"


class JobCancelled(Exception):
    """Someone asked that the job stop; its function should let this pass."""

    code = "job_cancelled"


def enqueue_job(*, kind: str, key: str, arguments: dict[str, object], now: datetime) -> Job:
    """The live job of this kind and key, created where there is none. Queries: 1, or 3 when created."""
    live = Job.objects.filter(kind=kind, key=key, state__in=HOLDING_STATES)
    if found := live.first():
        return found
    try:
        with transaction.atomic():
            return Job.objects.create(kind=kind, key=key, arguments=arguments, enqueued_at=now)
    except IntegrityError:  # another process enqueued it between the two statements
        return live.get()


def claim_next_job(*, now: datetime) -> Job | None:
    """Take the oldest waiting job under a lease; None when nothing waits."""
    while row := Job.objects.filter(state=JobState.WAITING).order_by("enqueued_at", "id").first():
        taken = Job.objects.filter(pk=row.pk, state=JobState.WAITING, attempt=row.attempt).update(
            state=JobState.RUNNING, attempt=row.attempt + 1, started_at=now, lease_until=rules.lease_end(now), finished_at=None, error=""
        )
        if taken:
            return get_row(row.pk)
    return None


def reclaim_lost_jobs(*, now: datetime) -> int:
    """Free the running jobs whose worker has stopped beating; returns how many."""
    lost = Job.objects.filter(state=JobState.RUNNING, lease_until__lt=now)
    return sum(_reclaim(row, now) for row in lost)


def _reclaim(row: Job, now: datetime) -> int:
    state = JobState.CANCELLED if row.cancel_requested else rules.state_after_lost_lease(row.attempt)
    held = Job.objects.filter(pk=row.pk, state=JobState.RUNNING, attempt=row.attempt, lease_until__lt=now)
    freed = held.update(
        state=state,
        lease_until=None,
        cancel_requested=False,
        error="le programme qui l’exécutait s’est arrêté" if state is JobState.FAILED else "",
        finished_at=None if state is JobState.WAITING else now,
    )
    if freed:
        add_log_line(row.pk, "interrompu : le programme qui l’exécutait s’est arrêté", now=now)
    return freed


def beat(running: RunningJob, *, now: datetime) -> bool:
    """Prolong the lease; False when this attempt has lost it. Queries: 1."""
    return bool(_held(running).update(lease_until=rules.lease_end(now)))


def record_progress(running: RunningJob, *, done: int, total: int | None, message: str, now: datetime) -> None:
    """Store progress and prolong the lease. Raises LeaseLost, JobCancelled. Queries: 2, or 3 when the message is new."""
    row = _held(running).values("message", "cancel_requested").first()
    if row is None:
        raise LeaseLost(str(running.id))
    if row["cancel_requested"]:
        raise JobCancelled(str(running.id))
    if not _held(running).update(done=done, total=total, message=message[:300], lease_until=rules.lease_end(now)):
        raise LeaseLost(str(running.id))
    if message and message[:300] != row["message"]:
        add_log_line(running.id, message, now=now)


def finish_job(running: RunningJob, *, state: JobState, now: datetime, result_link: str = "", error: str = "") -> bool:
    """End a job; False when this attempt no longer held it (its outcome is then the other attempt's)."""
    ended = _held(running).update(
        state=state, finished_at=now, lease_until=None, cancel_requested=False, result_link=result_link, error=error
    )
    return bool(ended)


def cancel_job(job: JobId, *, now: datetime) -> None:
    """Cancel a waiting job at once, ask a running one to stop. Raises UnknownJob, JobNotCancellable."""
    row = get_row(job)
    rules.check_can_cancel(JobState(row.state))
    if Job.objects.filter(pk=job, state=JobState.WAITING).update(state=JobState.CANCELLED, finished_at=now):
        add_log_line(job, "annulé avant de commencer", now=now)
    elif Job.objects.filter(pk=job, state=JobState.RUNNING).update(cancel_requested=True):
        add_log_line(job, "annulation demandée", now=now)
    else:  # it ended between the reading and the writing
        rules.check_can_cancel(JobState(get_row(job).state))


def retry_job(job: JobId, *, now: datetime) -> Job:
    """Let a failed or cancelled job wait again. Returns the live job of the same key where one has replaced it since.

    Raises UnknownJob, JobNotRetryable.
    """
    row = get_row(job)
    rules.check_can_retry(JobState(row.state))
    try:
        with transaction.atomic():
            again = Job.objects.filter(pk=job, state=row.state).update(
                state=JobState.WAITING, attempt=0, done=0, total=None, message="", error="", finished_at=None, cancel_requested=False
            )
    except IntegrityError:
        return Job.objects.get(kind=row.kind, key=row.key, state__in=HOLDING_STATES)
    if again:
        add_log_line(job, "nouvel essai demandé", now=now)
    return get_row(job)


def add_log_line(job: JobId, message: str, *, now: datetime) -> None:
    """Add a line to the job's log. Queries: 1."""
    JobLogLine.objects.create(job_id=job, at=now, message=message[:500])


def _held(running: RunningJob) -> QuerySet[Job]:
    return Job.objects.filter(pk=running.id, state=JobState.RUNNING, attempt=running.attempt)
