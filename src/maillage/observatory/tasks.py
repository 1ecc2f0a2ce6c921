"""Long acts of the observatory, run by `jobs`."""

from pathlib import Path

from django.urls import reverse
from django.utils import timezone

from maillage.actors.data import MACHINE
from maillage.jobs.api import enqueue, report_progress
from maillage.jobs.data import JobId, RunningJob
from maillage.observatory import api
from maillage.observatory.data import STAGE_WORDS

BUILD_KIND = "release_build"


def hand_over_build(sources: Path | None = None) -> JobId:
    """Hand the build of a folder of sources (that of the settings when None) over to the worker. Queries: 2.

    The key is the moment of asking: what a build does depends on files that may have changed since the last one, and building
    twice from the same files writes nothing the second time.
    """
    folder = str(sources.resolve()) if sources else None
    return enqueue(BUILD_KIND, key=timezone.now().isoformat(timespec="seconds"), sources=folder)


def build_release(job: RunningJob, sources: str | None = None) -> str:
    """Build the release and answer the address of its report; its progress counts the stages."""
    order = list(STAGE_WORDS)

    def report(stage: str, _done: int, _total: int, _message: str) -> None:
        report_progress(job, order.index(stage), len(order), STAGE_WORDS[stage].capitalize())

    release = api.build_release(actor=MACHINE, sources=Path(sources) if sources else None, on_progress=report)
    report_progress(job, len(order), len(order), f"Livraison n° {release.number} en service")
    return reverse("observatory:release", args=(release.number,))
