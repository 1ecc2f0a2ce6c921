"""From a request to the actor: who has signed in, for which organisation, when their second factor was given."""

from datetime import UTC, datetime

from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest
from django.utils import timezone

from maillage.actors import queries
from maillage.actors.data import VISITOR, Actor, OrganisationId

ORGANISATION = "acting_for"  # key of the session: the organisation chosen by who has several


def find_actor(request: HttpRequest) -> Actor:
    """Who acts by this request; VISITOR without account, or with one that has been closed. No query without a session's cookie."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return VISITOR
    chosen = request.session.get(ORGANISATION)
    try:
        return queries.find_actor(user.pk, chosen, confirmed_at=find_confirmation(request), today=timezone.localdate())
    except queries.UnknownPerson:
        return VISITOR


def find_confirmation(request: HttpRequest) -> datetime | None:
    """When the second factor (code or passkey) was last given in this session."""
    given = [record["at"] for record in get_authentication_records(request, request.user) if record["method"] == "mfa"]
    return datetime.fromtimestamp(max(given), UTC) if given else None


def act_for(request: HttpRequest, organisation: OrganisationId) -> None:
    """Keep, in this session, for which organisation the person acts; one that is not theirs changes nothing (`find_actor`)."""
    request.session[ORGANISATION] = organisation
