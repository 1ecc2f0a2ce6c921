"""What the tests of long acts share: kinds of job that last one test."""

from collections.abc import Iterator

import pytest

from maillage.jobs import api, kinds
from maillage.jobs.data import RunningJob


@pytest.fixture
def calls() -> Iterator[list[object]]:
    """Registers `count` (open to visitors; notes each run) and `break` (fails); forgets them afterwards."""
    seen: list[object] = []

    def count(job: RunningJob, *, steps: int = 1) -> str:
        for step in range(steps):
            api.report_progress(job, step + 1, steps, f"étape {step + 1}")
        seen.append(job)
        return "/resultat/"

    def fail(job: RunningJob) -> None:
        seen.append(job)
        raise ValueError("colonne absente")

    before = dict(kinds._KINDS)
    api.register_job("count", count, label="Compter", open_to_visitors=True)
    api.register_job("break", fail)
    yield seen
    kinds._KINDS.clear()
    kinds._KINDS.update(before)
