"""The pages of long acts: followed without JavaScript, stopped only by who may."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from uuid import uuid4

import pytest
from django.test import Client

from maillage.jobs import api, worker
from maillage.jobs.data import JobState

pytestmark = pytest.mark.django_db


def test_an_empty_list_says_what_to_do_first(client: Client) -> None:
    assert "Aucun travail pour l’instant" in client.get("/travaux/").content.decode()


def test_a_list_of_any_length_costs_one_query(
    client: Client, calls: list[object], django_assert_num_queries: Callable[[int], AbstractContextManager[None]]
) -> None:
    for number in range(60):
        api.enqueue("count", key=str(number))

    with django_assert_num_queries(1):
        page = client.get("/travaux/").content.decode()

    assert page.count("Compter") == 50
    assert "?page=2" in page
    assert client.get("/travaux/?page=2").content.decode().count("Compter") == 10
    assert client.get("/travaux/?page=abc").status_code == 200


def test_a_running_job_refreshes_itself_and_a_finished_one_does_not(client: Client, calls: list[object]) -> None:
    job = api.enqueue("count", key="a", steps=2)
    waiting = client.get(f"/travaux/{job}/").content.decode()

    worker.run_next_job(heartbeat_s=None)

    done = client.get(f"/travaux/{job}/").content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert "Actualiser" in waiting
    assert 'hx-trigger="every' not in done
    assert 'href="/resultat/"' in done
    assert "étape 2" in done


def test_the_fragment_is_the_same_part_of_the_fresh_page(client: Client, calls: list[object]) -> None:
    job = api.enqueue("break", key="a")

    fragment = client.get(f"/travaux/{job}/", headers={"HX-Request": "true"}).content.decode()

    assert fragment.strip() in client.get(f"/travaux/{job}/").content.decode()


def test_a_visitor_cancels_then_retries_what_visitors_start(client: Client, calls: list[object]) -> None:
    job = api.enqueue("count", key="a")

    client.post(f"/travaux/{job}/annuler/")
    cancelled = api.get_job(job).state
    client.post(f"/travaux/{job}/recommencer/")

    assert cancelled is JobState.CANCELLED
    assert api.get_job(job).state is JobState.WAITING


def test_a_visitor_cannot_stop_what_the_operator_started(client: Client, calls: list[object]) -> None:
    job = api.enqueue("break", key="a")

    assert client.post(f"/travaux/{job}/annuler/").status_code == 403
    refused = client.post(f"/travaux/{job}/recommencer/")
    assert refused.status_code == 403
    assert "se commande depuis la machine" in refused.content.decode()
    assert api.get_job(job).state is JobState.WAITING


def test_cancelling_needs_a_post_with_the_token_of_the_form(calls: list[object]) -> None:
    job = api.enqueue("count", key="a")
    strict = Client(enforce_csrf_checks=True)

    assert strict.get(f"/travaux/{job}/annuler/").status_code == 405
    refused = strict.post(f"/travaux/{job}/annuler/")
    assert refused.status_code == 403
    assert "n’a pas reconnu ce formulaire" in refused.content.decode()
    assert api.get_job(job).state is JobState.WAITING


def test_cancelling_a_finished_job_says_that_nothing_was_cancelled(client: Client, calls: list[object]) -> None:
    job = api.enqueue("count", key="a")
    worker.run_next_job(heartbeat_s=None)

    page = client.post(f"/travaux/{job}/annuler/", follow=True).content.decode()

    assert "rien n’a été annulé" in page


def test_an_unknown_job_is_not_found(client: Client) -> None:
    assert client.get(f"/travaux/{uuid4()}/").status_code == 404
