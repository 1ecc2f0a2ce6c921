"""Turns what the gate refuses, in whatever room, into a page that says what role is needed and whom to ask."""

from collections.abc import Callable

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from maillage.actors.data import VISITOR
from maillage.actors.rules import NotAllowed, SecondFactorNeeded
from maillage.actors.words import tell_needed

FINE = "\u202f"


class RefusalMiddleware:
    """Catches `NotAllowed` and `SecondFactorNeeded` of any view."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let the request through; what somebody who has signed in is shown stays in no cache on the way."""
        response = self._get_response(request)
        if getattr(request, "acting", VISITOR).is_signed_in:
            add_never_cache_headers(response)
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The page of a refusal; None for any other error."""
        if isinstance(error, NotAllowed):
            return _refuse(request, error)
        if isinstance(error, SecondFactorNeeded):
            return _ask_again(request)
        return None


def _refuse(request: HttpRequest, refusal: NotAllowed) -> HttpResponse:
    context = {
        "label": refusal.permission.label,
        "needed": tell_needed(dict(refusal.permission.granted)),
        "whom": refusal.whom,
        "signed_in": refusal.actor.is_signed_in,
        "asked": request.get_full_path() if request.method == "GET" else "/",
    }
    return render(request, "actors/refused.html", context, status=403)


def _ask_again(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor, then go on with what was asked; who has none is led to where one is set up."""
    ways = [way["url"] for way in get_adapter().get_reauthentication_methods(request.user) if way["id"].startswith("mfa")]
    if ways:
        suspended: HttpResponse = suspend_request(request, ways[0])
        return suspended
    messages.info(request, f"Cet acte est grave{FINE}: il demande une double authentification. Activez-la ici, puis recommencez.")
    return redirect(reverse("mfa_index"))
