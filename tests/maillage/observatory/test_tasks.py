"""A build handed over to the worker: asked from the command line, watched on its page, stopped only from the command line."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.maillage.observatory.small_world import make_world
from typer.testing import CliRunner

from maillage.cli import build_app
from maillage.jobs import api as jobs
from maillage.jobs import worker
from maillage.jobs.data import JobInfo, JobState
from maillage.observatory import api
from maillage.observatory.data import STAGE_WORDS

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(tmp_path: Path, settings: Any) -> Path:
    """A small country whose definitions, sources and releases are those of the settings."""
    folder = make_world(tmp_path)
    settings.RELEASES, settings.DEFINITIONS = folder / "releases", folder / "definitions"
    settings.SOURCES, settings.STARTER = folder / "sources", folder / "starter"
    return folder


def _ask() -> JobInfo:
    answer = CliRunner().invoke(build_app(), ["release", "build", "--job"])
    assert answer.exit_code == 0, answer.output
    (job,) = jobs.list_jobs()
    assert f"/travaux/{job.id}/" in answer.output
    return job


def test_a_build_is_handed_over_watched_and_leads_to_its_report(world: Path, client: Client) -> None:
    asked = _ask()

    worker.run_next_job(heartbeat_s=None)

    job = jobs.get_job(asked.id)
    assert (job.state, job.done, job.total, job.error) == (JobState.SUCCEEDED, 5, 5, "")
    told = [line.message for line in job.log]
    assert [words.capitalize() for words in STAGE_WORDS.values()] == [line for line in told if line.lower() in STAGE_WORDS.values()]
    page = client.get(f"/travaux/{job.id}/").content.decode()
    assert "Construction d’une livraison" in page
    assert f'href="{job.result_link}"' in page
    assert api.get_release().id in client.get(job.result_link).content.decode()


def test_a_build_that_finds_nothing_says_so_and_leaves_no_release(world: Path, client: Client) -> None:
    for file in (world / "sources").rglob("*.csv"):
        file.unlink()
    asked = _ask()

    worker.run_next_job(heartbeat_s=None)

    assert jobs.get_job(asked.id).state is JobState.FAILED
    assert "Aucune source décrite" in client.get(f"/travaux/{asked.id}/").content.decode()
    with pytest.raises(api.NoRelease):
        api.get_release()


def test_a_visitor_watches_a_build_but_cannot_stop_it(world: Path, client: Client) -> None:
    asked = _ask()

    assert "Annuler ce travail" not in client.get(f"/travaux/{asked.id}/").content.decode()
    assert client.post(f"/travaux/{asked.id}/annuler/").status_code == 403


def test_a_build_asked_to_stop_leaves_no_release(world: Path) -> None:
    asked = _ask()
    jobs.cancel_job(asked.id)

    worker.run_next_job(heartbeat_s=None)

    assert jobs.get_job(asked.id).state is JobState.CANCELLED
    with pytest.raises(api.NoRelease):
        api.get_release()
