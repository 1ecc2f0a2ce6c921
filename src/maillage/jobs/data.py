"""What passes through the door of `jobs`: a long act, its state, what its function receives. No Django here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

type JobId = UUID


class JobState(StrEnum):
    """Where a long act stands; `rules` says how it goes from one state to the next."""

    WAITING = "waiting"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class RunningJob:
    """What a job's function receives: its job, and the attempt that holds the lease (an older attempt is refused any write)."""

    id: JobId
    attempt: int


type JobFunction = Callable[..., str | None]


@dataclass(frozen=True, slots=True)
class JobKind:
    """A kind of long act: `function(running_job, **arguments)` returns the address of its result, or None.

    `label` is shown in pages. `open_to_visitors` kinds are those that a visitor starts, hence may cancel and retry.
    """

    name: str
    function: JobFunction
    label: str
    open_to_visitors: bool = False


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of a job's log."""

    at: datetime
    message: str


@dataclass(frozen=True, slots=True)
class JobInfo:
    """A long act as pages and commands show it. `total` is None while unknown; `log` is empty in lists."""

    id: JobId
    kind: str
    label: str
    key: str
    state: JobState
    done: int
    total: int | None
    message: str
    attempt: int
    enqueued_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    cancel_requested: bool
    result_link: str
    error: str
    open_to_visitors: bool
    log: tuple[LogLine, ...] = ()

    @property
    def is_over(self) -> bool:
        """True when nothing more will happen by itself."""
        return self.state not in (JobState.WAITING, JobState.RUNNING)
