"""The door of `jobs`: hand over a long act, follow it, stop it, try it again.

A job is run at least once: its worker may be killed after the effect and before the record. Its function must therefore write its effect
so that a second run changes nothing (write aside and rename; a key in the database). One (kind, key) has one live job at a time.
"""

from django.utils import timezone

from maillage.jobs import operations, queries
from maillage.jobs.data import JobId, JobInfo, JobState, RunningJob
from maillage.jobs.kinds import UnknownJobKind, get_kind, register_job
from maillage.jobs.operations import JobCancelled, LeaseLost
from maillage.jobs.queries import UnknownJob
from maillage.jobs.rules import JobNotCancellable, JobNotRetryable

__all__ = [
    "JobCancelled",
    "JobNotCancellable",
    "JobNotRetryable",
    "LeaseLost",
    "UnknownJob",
    "UnknownJobKind",
    "cancel_job",
    "enqueue",
    "get_job",
    "list_jobs",
    "register_job",
    "report_progress",
    "retry_job",
]


def enqueue(kind: str, /, *, key: str, **arguments: object) -> JobId:
    """Hand over a long act and return its job; the one of the same `key` while it waits, runs or has succeeded.

    `key` (at most 200 characters) names the effect: release and territory of a document, hashes of a build.
    `arguments` must be JSON. Raises UnknownJobKind. Queries: 1, or 3 when created.
    """
    get_kind(kind)
    return operations.enqueue_job(kind=kind, key=key, arguments=arguments, now=timezone.now()).id


def report_progress(job: RunningJob, done: int, total: int | None = None, message: str = "") -> None:
    """Tell, from inside a job's function, how far it is. Each new message is a line of its log.

    Raises JobCancelled when someone asked to stop, LeaseLost when another worker has taken the job: let both pass. Queries: 2 or 3.
    """
    operations.record_progress(job, done=done, total=total, message=message, now=timezone.now())


def get_job(job: JobId) -> JobInfo:
    """The job with its log. Raises UnknownJob. Queries: 2."""
    return queries.get_job(job)


def list_jobs(*, limit: int = 50, offset: int = 0, state: JobState | None = None) -> tuple[JobInfo, ...]:
    """Jobs, the newest first, without their logs. Queries: 1."""
    return queries.list_jobs(limit=limit, offset=offset, state=state)


def cancel_job(job: JobId) -> None:
    """Cancel a waiting job at once; a running one stops at its next progress. Raises UnknownJob, JobNotCancellable. Queries: 3 or 4."""
    operations.cancel_job(job, now=timezone.now())


def retry_job(job: JobId) -> JobId:
    """Let a failed or cancelled job wait again; returns the job to follow (another one when it was replaced since).

    Raises UnknownJob, JobNotRetryable. Queries: 6 at most.
    """
    return operations.retry_job(job, now=timezone.now()).id
