"""Long acts: once per key, followed, stopped, tried again, taken back from the dead."""

import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.utils import timezone
from tests.maillage.outside import reach_database

from maillage.jobs import api, operations, worker
from maillage.jobs.data import JobState, RunningJob
from maillage.jobs.models import Job


def _work(**changes: object) -> bool:
    return worker.run_next_job(heartbeat_s=None, **changes)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_job_tells_its_progress_and_leads_to_its_result(calls: list[object]) -> None:
    job = api.enqueue("count", key="a", steps=3)

    worked = _work()

    info = api.get_job(job)
    assert worked
    assert (info.state, info.done, info.total, info.result_link) == (JobState.SUCCEEDED, 3, 3, "/resultat/")
    assert [line.message for line in info.log] == ["commencé (essai 1)", "étape 1", "étape 2", "étape 3", "terminé"]


@pytest.mark.django_db
def test_the_same_key_is_done_once_whether_it_waits_or_has_succeeded(calls: list[object]) -> None:
    first = api.enqueue("count", key="a")
    while_waiting = api.enqueue("count", key="a")
    _work()
    after_success = api.enqueue("count", key="a")

    assert first == while_waiting == after_success
    assert not _work()
    assert len(calls) == 1


@pytest.mark.django_db
def test_the_same_key_after_a_failure_is_a_new_job(calls: list[object]) -> None:
    first = api.enqueue("break", key="a")
    _work()

    assert api.enqueue("break", key="a") != first


@pytest.mark.django_db
def test_two_enqueuers_at_once_get_one_job(calls: list[object], monkeypatch: pytest.MonkeyPatch) -> None:
    """The second finds no live job, then the database refuses its insertion: it gets the first one's."""
    first = api.enqueue("count", key="a")
    real_first = operations.Job.objects.filter
    blind = [True]

    def filter_blind_once(**conditions: object) -> object:
        found = real_first(**conditions)
        if blind.pop() if blind else False:
            monkeypatch.setattr(found, "first", lambda: None)
        return found

    monkeypatch.setattr(operations.Job.objects, "filter", filter_blind_once)

    assert api.enqueue("count", key="a") == first
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_a_failed_job_says_why_and_can_be_tried_again(calls: list[object]) -> None:
    job = api.enqueue("break", key="a")
    _work()
    failed = api.get_job(job)

    again = api.retry_job(job)

    assert failed.state is JobState.FAILED
    assert failed.error == "ValueError: colonne absente"
    assert again == job
    assert api.get_job(job).state is JobState.WAITING
    assert _work()


@pytest.mark.django_db
def test_retrying_a_job_that_was_replaced_gives_the_one_that_replaced_it(calls: list[object]) -> None:
    old = api.enqueue("break", key="a")
    _work()
    new = api.enqueue("break", key="a")

    assert api.retry_job(old) == new


@pytest.mark.django_db
def test_a_waiting_job_is_cancelled_at_once(calls: list[object]) -> None:
    job = api.enqueue("count", key="a")

    api.cancel_job(job)

    assert api.get_job(job).state is JobState.CANCELLED
    assert not _work()
    with pytest.raises(api.JobNotCancellable):
        api.cancel_job(job)


@pytest.mark.django_db
def test_a_running_job_stops_at_its_next_progress(calls: list[object]) -> None:
    def stopped_on_the_way(job: RunningJob) -> None:
        api.report_progress(job, 1, 2, "à mi-chemin")
        api.cancel_job(job.id)
        api.report_progress(job, 2, 2, "jamais écrit")

    api.register_job("stopped", stopped_on_the_way)
    job = api.enqueue("stopped", key="a")

    _work()

    info = api.get_job(job)
    assert info.state is JobState.CANCELLED
    assert info.done == 1
    assert "jamais écrit" not in [line.message for line in info.log]


@pytest.mark.django_db
def test_a_worker_that_lost_its_lease_writes_nothing_more(calls: list[object]) -> None:
    job = api.enqueue("count", key="a")
    now = timezone.now()
    first = operations.claim_next_job(now=now)
    assert first is not None
    assert operations.reclaim_lost_jobs(now=now + timedelta(seconds=29)) == 0

    freed = operations.reclaim_lost_jobs(now=now + timedelta(seconds=31))
    second = operations.claim_next_job(now=now + timedelta(seconds=32))

    assert freed == 1
    assert second is not None
    assert second.attempt == 2
    stale = RunningJob(job, first.attempt)
    with pytest.raises(api.LeaseLost):
        api.report_progress(stale, 1, 2, "revenant")
    assert not operations.beat(stale, now=now)
    assert not operations.finish_job(stale, state=JobState.SUCCEEDED, now=now)


@pytest.mark.django_db
def test_a_job_that_kills_three_workers_is_given_up(calls: list[object]) -> None:
    job = api.enqueue("count", key="a")
    now = timezone.now()

    for attempt in range(3):
        operations.claim_next_job(now=now + timedelta(minutes=attempt))
        operations.reclaim_lost_jobs(now=now + timedelta(minutes=attempt, seconds=31))

    assert api.get_job(job).state is JobState.FAILED


@pytest.mark.django_db
def test_unknown_jobs_and_kinds_are_named_refusals() -> None:
    with pytest.raises(api.UnknownJobKind):
        api.enqueue("nobody's", key="a")
    with pytest.raises(api.UnknownJob):
        api.get_job(uuid4())


@pytest.mark.django_db
def test_a_page_of_jobs_costs_one_query(calls: list[object], django_assert_num_queries: object) -> None:
    for number in range(12):
        api.enqueue("count", key=str(number))

    with django_assert_num_queries(1):  # type: ignore[operator]
        assert len(api.list_jobs(limit=10)) == 10


CHILD = """
import sys, time, datetime, django
django.setup()
from django.core.management import call_command
from django.utils import timezone
from maillage.jobs import api, worker
from pathlib import Path
folder, act = Path(sys.argv[1]), sys.argv[2]
def build(job):
    api.report_progress(job, 1, 2, "en cours")
    (folder / "started").touch()
    if act == "die":
        time.sleep(60)
    return "/fait/"
api.register_job("build", build)
if act == "die":
    if sys.argv[3] == "sqlite":
        call_command("migrate", verbosity=0)
    (folder / "job").write_text(str(api.enqueue("build", key="k")))
late = datetime.timedelta(minutes=2 if act == "take over" else 0)
worker.run_next_job(now=lambda: timezone.now() + late)
print(api.get_job(__import__("uuid").UUID((folder / "job").read_text())).state, end="")
"""


@pytest.mark.django_db(transaction=True)
def test_a_job_whose_worker_was_killed_is_done_by_the_next(tmp_path: Path) -> None:
    environment = reach_database(tmp_path)
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    with subprocess.Popen([*command, "die", connection.vendor], env=environment) as doomed:
        deadline = time.monotonic() + 30
        while not (tmp_path / "started").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        doomed.send_signal(signal.SIGKILL)

    at_once = subprocess.run([*command, "too early"], env=environment, capture_output=True, text=True, check=True)
    later = subprocess.run([*command, "take over"], env=environment, capture_output=True, text=True, check=True)

    assert UUID((tmp_path / "job").read_text())
    assert at_once.stdout == "running"
    assert later.stdout == "succeeded"
