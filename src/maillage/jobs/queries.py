"""Reads of long acts."""

from maillage.jobs.data import JobId, JobInfo, JobState, LogLine
from maillage.jobs.kinds import find_kind
from maillage.jobs.models import Job, JobLogLine


class UnknownJob(LookupError):
    """No job has this identifier."""

    code = "unknown_job"

    def __init__(self, job: JobId) -> None:
        super().__init__(f"unknown job: {job}")
        self.job = job


def get_row(job: JobId) -> Job:
    """The stored job. Raises UnknownJob. Queries: 1."""
    row = Job.objects.filter(pk=job).first()
    if row is None:
        raise UnknownJob(job)
    return row


def get_job(job: JobId) -> JobInfo:
    """The job with its log. Raises UnknownJob. Queries: 2."""
    row = get_row(job)
    lines = JobLogLine.objects.filter(job=row).values_list("at", "message")
    return describe_job(row, log=tuple(LogLine(at, message) for at, message in lines))


def list_jobs(*, limit: int, offset: int, state: JobState | None) -> tuple[JobInfo, ...]:
    """Jobs, the newest first, without their logs. Queries: 1."""
    rows = Job.objects.all() if state is None else Job.objects.filter(state=state)
    return tuple(describe_job(row) for row in rows[offset : offset + limit])


def describe_job(row: Job, log: tuple[LogLine, ...] = ()) -> JobInfo:
    """The stored job as it passes through the door."""
    kind = find_kind(row.kind)
    return JobInfo(
        id=row.id,
        kind=row.kind,
        label=kind.label if kind else row.kind,
        key=row.key,
        state=JobState(row.state),
        done=row.done,
        total=row.total,
        message=row.message,
        attempt=row.attempt,
        enqueued_at=row.enqueued_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        cancel_requested=row.cancel_requested,
        result_link=row.result_link,
        error=row.error,
        open_to_visitors=bool(kind and kind.open_to_visitors),
        log=log,
    )
