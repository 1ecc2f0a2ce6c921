"""Public pages of the room: who may do what, the directory, an organisation."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from maillage.actors import api
from maillage.actors.data import ActorsAct, OrganisationInfo, Relation, Role, Thing
from maillage.actors.pages import find_organisation
from maillage.actors.trace import ref_organisation
from maillage.actors.words import RELATION_WORDS, ROLE_WORDS, ROOM_WORDS
from maillage.journal import api as journal
from maillage.territories import api as territories
from maillage.territories.api import Territory, UnknownTerritory


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


@require_safe
def show_directory(request: HttpRequest) -> HttpResponse:
    """Organisations by name; `?territoire=commune:22113`: those that act there. Queries: 2."""
    asked = request.GET.get("territoire", "").strip()[:100]
    territory, unknown = None, None
    if asked:
        try:
            territory = territories.get_territory(territories.parse_territory(asked))
        except UnknownTerritory as error:
            unknown = error
    found = api.list_organisations(around=territory.ref if territory else None) if unknown is None else ()
    context = {"found": found, "asked": asked, "territory": territory, "unknown": unknown}
    return render(request, "actors/directory.html", context, status=404 if unknown else 200)


@require_safe
def show_organisation(request: HttpRequest, organisation: int) -> HttpResponse:
    """What an organisation is, where it acts; its people and delegations to those who may read them. Queries: 2, members 2 more."""
    info = find_organisation(organisation)
    actor = api.get_actor_of(request)
    reads = api.can(actor, ActorsAct.READ_MEMBERS, info.thing)
    members = api.list_members(actor=actor, organisation=organisation) if reads else ()
    context = {
        "organisation": info,
        "perimeter": _describe_perimeter(info),
        "reads": reads,
        "members": [
            (one, api.can(actor, ActorsAct.END_MEMBERSHIP, Thing(organisation=one.organisation, person=one.person))) for one in members
        ],
        "history": journal.list_history(about=ref_organisation(organisation), limit=20) if reads else (),
        "delegations": api.list_delegations(actor=actor, organisation=organisation) if reads else (),
        "may": {act.value: api.can(actor, act, info.thing) for act in ActorsAct},
    }
    return render(request, "actors/organisation.html", context)


def _describe_perimeter(info: OrganisationInfo) -> list[Territory | str]:
    """The territories of an organisation, one that no vintage knows (abroad) as its code."""
    found: list[Territory | str] = []
    for ref in info.perimeter:
        try:
            found.append(territories.get_territory(ref))
        except UnknownTerritory:
            found.append(f"{ref} ({ref.country})")
    return found
