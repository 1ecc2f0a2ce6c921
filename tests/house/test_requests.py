"""A page that is only read writes nothing: the suite's client refuses any INSERT, UPDATE or DELETE during a GET."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone
from tests.house.reads import WroteDuringGet

from maillage.jobs.models import Job


def _writes(_request: HttpRequest) -> HttpResponse:
    Job.objects.create(kind="k", key="k", enqueued_at=timezone.now())
    return HttpResponse("written")


urlpatterns = [path("writes/", _writes)]


@pytest.mark.django_db
@pytest.mark.urls(__name__)
def test_a_get_that_writes_is_refused_and_a_post_is_not(client: Client) -> None:
    assert client.post("/writes/").content == b"written"

    with pytest.raises(WroteDuringGet):
        client.get("/writes/")
