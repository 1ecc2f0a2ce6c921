"""Pure decisions about long acts: the state machine, who may cancel or retry, when a lease is lost. No Django, no clock."""

from datetime import datetime, timedelta
from enum import StrEnum

from maillage.jobs.data import JobState

# A worker beats every third of its lease: two missed beats are forgiven (a busy disk), the third gives the job to another worker.
LEASE = timedelta(seconds=30)
HEARTBEAT_S = LEASE.total_seconds() / 3
MAX_ATTEMPTS = 3


class JobEvent(StrEnum):
    """What can happen to a job."""

    CLAIM = "claim"
    SUCCEED = "succeed"
    FAIL = "fail"
    CANCEL = "cancel"
    RECLAIM = "reclaim"
    RETRY = "retry"


TRANSITIONS: dict[tuple[JobState, JobEvent], JobState] = {
    (JobState.WAITING, JobEvent.CLAIM): JobState.RUNNING,
    (JobState.WAITING, JobEvent.CANCEL): JobState.CANCELLED,
    (JobState.RUNNING, JobEvent.SUCCEED): JobState.SUCCEEDED,
    (JobState.RUNNING, JobEvent.FAIL): JobState.FAILED,
    (JobState.RUNNING, JobEvent.CANCEL): JobState.CANCELLED,
    (JobState.RUNNING, JobEvent.RECLAIM): JobState.WAITING,
    (JobState.FAILED, JobEvent.RETRY): JobState.WAITING,
    (JobState.CANCELLED, JobEvent.RETRY): JobState.WAITING,
}


class JobRefusal(Exception):
    """An act that this job cannot undergo. `code` is stable; `state` is the job's."""

    code = "job_refusal"

    def __init__(self, state: JobState) -> None:
        super().__init__(f"{self.code}: the job is {state}")
        self.state = state


class JobNotCancellable(JobRefusal):
    """Only a waiting or running job can be cancelled."""

    code = "job_not_cancellable"


class JobNotRetryable(JobRefusal):
    """Only a failed or cancelled job can be tried again."""

    code = "job_not_retryable"


def next_state(state: JobState, event: JobEvent) -> JobState | None:
    """The state after `event`, or None where the event cannot happen.

    >>> next_state(JobState.WAITING, JobEvent.CLAIM)
    <JobState.RUNNING: 'running'>
    """
    return TRANSITIONS.get((state, event))


def check_can_cancel(state: JobState) -> None:
    """Raises JobNotCancellable unless the job waits or runs."""
    if next_state(state, JobEvent.CANCEL) is None:
        raise JobNotCancellable(state)


def can_cancel(state: JobState) -> bool:
    """True when the job can be cancelled."""
    return next_state(state, JobEvent.CANCEL) is not None


def check_can_retry(state: JobState) -> None:
    """Raises JobNotRetryable unless the job failed or was cancelled."""
    if next_state(state, JobEvent.RETRY) is None:
        raise JobNotRetryable(state)


def can_retry(state: JobState) -> bool:
    """True when the job can be tried again."""
    return next_state(state, JobEvent.RETRY) is not None


def state_after_lost_lease(attempt: int) -> JobState:
    """A job whose worker died waits again, until it has failed MAX_ATTEMPTS times: it may be what kills the workers.

    >>> [str(state_after_lost_lease(attempt)) for attempt in (1, 2, 3)]
    ['waiting', 'waiting', 'failed']
    """
    return JobState.WAITING if attempt < MAX_ATTEMPTS else JobState.FAILED


def lease_end(now: datetime) -> datetime:
    """The moment after which a worker that has not beaten is held for dead."""
    return now + LEASE
