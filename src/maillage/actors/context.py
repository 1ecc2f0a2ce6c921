"""What the frame of every page shows of who is there."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from maillage.actors.api import get_actor_of


def describe_actor(request: HttpRequest) -> dict[str, Any]:
    """`actor`: read only when a page shows it, no query for a visitor. `demo`: the banner over invented people."""
    return {"actor": SimpleLazyObject(lambda: get_actor_of(request)), "demo": settings.DEMO}
