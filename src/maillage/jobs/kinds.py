"""The kinds of long acts, registered by the rooms above in `AppConfig.ready()`."""

from maillage.jobs.data import JobFunction, JobKind

_KINDS: dict[str, JobKind] = {}


class UnknownJobKind(LookupError):
    """No room has registered this kind of job."""

    code = "unknown_job_kind"

    def __init__(self, kind: str) -> None:
        super().__init__(f"unknown kind of job: {kind}")
        self.kind = kind


def register_job(kind: str, function: JobFunction, *, label: str = "", open_to_visitors: bool = False) -> None:
    """Register what runs a kind of job. Raises ValueError when the kind belongs to another function."""
    if kind in _KINDS and _KINDS[kind].function is not function:
        raise ValueError(f"two functions for the kind of job {kind}")
    _KINDS[kind] = JobKind(name=kind, function=function, label=label or kind, open_to_visitors=open_to_visitors)


def get_kind(kind: str) -> JobKind:
    """The registered kind. Raises UnknownJobKind."""
    try:
        return _KINDS[kind]
    except KeyError:
        raise UnknownJobKind(kind) from None


def find_kind(kind: str) -> JobKind | None:
    """The registered kind, or None: a page may list jobs of a kind that this version no longer has."""
    return _KINDS.get(kind)
