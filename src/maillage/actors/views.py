"""Public pages of the room: who may do what."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.actors import api
from maillage.actors.data import Relation, Role
from maillage.actors.words import RELATION_WORDS, ROLE_WORDS, ROOM_WORDS


@require_safe
def show_rights(request: HttpRequest) -> HttpResponse:
    """Every act of the house and who may do it: the very table that the gate reads. Queries: 0."""
    rooms = [
        (ROOM_WORDS.get(room, room), [(permission, _spell(dict(permission.granted))) for permission in permissions])
        for room, permissions in groupby(api.list_permissions(), key=lambda permission: permission.room)
    ]
    return render(request, "actors/rights.html", {"rooms": rooms})


def _spell(granted: dict[Relation, frozenset[Role]]) -> list[tuple[str, str]]:
    """(relation, roles) in words, in the order of the enums."""
    return [
        (str(RELATION_WORDS[relation]), ", ".join(str(ROLE_WORDS[role]) for role in Role if role in granted[relation]))
        for relation in Relation
        if relation in granted
    ]
