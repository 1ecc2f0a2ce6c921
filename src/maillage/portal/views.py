"""The portal's pages: home, search, a territory, method and legal notices. GET pages only read."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from maillage.diagnoses import api as diagnoses
from maillage.observatory import api as observatory
from maillage.portal import queries
from maillage.portal.locator import draw_locator
from maillage.territories import api as territories
from maillage.territories.api import Level, Territory, TerritoryRef, UnknownTerritory
from maillage.ui.formats import fold_for_sorting

LONGEST_QUERY = 100  # the longest name of a French territory has 88 characters (an EPCI)
RESULTS, SUGGESTIONS = 30, 8
MEMBERS_PER_PAGE = 100
EXAMPLES = ("commune:22113", "epci:200065928", "departement:22", "region:53", "departement:974", "pays:FR")
_MEMBER_LEVELS = {
    Level.PAYS: (Level.REGION, Level.DEPARTEMENT),
    Level.REGION: (Level.DEPARTEMENT, Level.EPCI),
    Level.DEPARTEMENT: (Level.EPCI, Level.COMMUNE),
    Level.EPCI: (Level.COMMUNE,),
    Level.COMMUNE: (),
}
ONE_YEAR_S = 365 * 24 * 3600


@require_safe
def show_home(request: HttpRequest) -> HttpResponse:
    """One question: which territory?"""
    release = queries.find_current_release()
    context: dict[str, Any] = {"release": release, "examples": _list_examples()}
    if release is None:
        context["gone"] = queries.explain_absence()
    else:
        context["indicator_count"] = len(observatory.list_indicators())
    return render(request, "portal/home.html", context)


def _list_examples() -> list[Territory]:
    """The territories offered as examples, those that a vintage no longer knows left out."""
    found = []
    for text in EXAMPLES:
        try:
            found.append(territories.get_territory(TerritoryRef.parse(text)))
        except UnknownTerritory:
            continue
    return found


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Results by name, code or postcode. A question too long is answered, not cut."""
    query = request.GET.get("q", "").replace("\0", "").strip()
    too_long = len(query) > LONGEST_QUERY
    found = territories.search_territories(query, limit=RESULTS) if query and not too_long else ()
    context = {"query": query[:LONGEST_QUERY], "too_long": too_long, "length": len(query), "longest": LONGEST_QUERY, "found": found}
    context["more"] = len(found) == RESULTS
    return render(request, "portal/search.html", context, status=400 if too_long else 200)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """The options of the search field while one types (HTMX)."""
    query = request.GET.get("q", "").replace("\0", "").strip()
    found = territories.search_territories(query, limit=SUGGESTIONS) if 2 <= len(query) <= LONGEST_QUERY else ()
    return render(request, "portal/suggestions.html", {"found": found, "list": request.GET.get("liste", "")[:40]})


@require_safe
def show_territory(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """The page of a territory: who it is, what we know of it, what one can do."""
    try:
        territory = territories.get_territory(TerritoryRef(Level(level), code))
    except (ValueError, UnknownTerritory):
        return _answer_unknown(request, level, code)
    parents = [territories.get_territory(ref) for ref in territory.parents]
    return render(
        request,
        "portal/territory.html",
        {
            "verb": "observer",
            "territory": territory,
            "parents": parents,
            "trail": parents[::-1],
            **draw_locator(territory),
            **_read_figures(territory, parents),
            **_list_members(request, territory),
            **_tell_past(request, territory),
        },
    )


def _read_figures(territory: Territory, parents: Sequence[Territory]) -> dict[str, Any]:
    """Key figures and changes; without a release the page says what to do."""
    release = queries.find_current_release()
    if release is None:
        return {"release": None, "key_figures": [], "changes": None, "points": ()}
    return {
        "release": release,
        "key_figures": queries.list_key_figures(territory, parents),
        "changes": queries.list_changes(territory.ref),
        "points": diagnoses.get_diagnosis(territory.ref, release=release.id).points,
    }


def _tell_past(request: HttpRequest, territory: Territory) -> dict[str, Any]:
    """What a commune was: the former code that led here, the communes it has taken in, whether it stands without EPCI."""
    if territory.ref.level is not Level.COMMUNE:
        return {}
    former = request.GET.get("ancien", "")[:5]
    return {
        "former_code": former if former and queries.find_successor(former) == territory.ref else "",
        "merged_names": queries.list_merged_names(territory),
        "oldest_year": territories.get_geography().years[0],
        "no_epci": all(parent.level is not Level.EPCI for parent in territory.parents),
    }


def _list_members(request: HttpRequest, territory: Territory) -> dict[str, Any]:
    """The territories inside, by name or by population, a page at a time."""
    levels = _MEMBER_LEVELS[territory.ref.level]
    if not levels:
        return {"members": None}
    asked = request.GET.get("membres", "")
    level = next((one for one in levels if one == asked), levels[0])
    order = "population" if request.GET.get("tri") == "population" else "nom"
    members = [territories.get_territory(ref) for ref in territories.list_members(territory.ref, level)]
    members.sort(key=(lambda m: -(m.population or 0)) if order == "population" else (lambda m: fold_for_sorting(m.name)))
    page = Paginator(members, MEMBERS_PER_PAGE).get_page(request.GET.get("page"))
    return {"members": page, "member_level": level, "member_levels": levels, "order": order}


def _answer_unknown(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """Lead from a former code to today's commune, or answer 404 with territories that resemble what was asked."""
    successor = queries.find_successor(code) if level == Level.COMMUNE else None
    if successor:
        address = reverse("portal:territory", args=[successor.level, successor.code])
        return HttpResponseRedirect(f"{address}?ancien={code}")
    near = territories.search_territories(code[:LONGEST_QUERY], limit=5)
    suggestions = [
        {"href": reverse("portal:territory", args=[hit.ref.level, hit.ref.code]), "label": f"{hit.name} ({hit.context})"} for hit in near
    ]
    return render(request, "404.html", {"asked": code[:LONGEST_QUERY], "suggestions": suggestions}, status=404)


@require_safe
def show_method(request: HttpRequest) -> HttpResponse:
    """How a figure comes to be."""
    return render(request, "portal/method.html", {"release": queries.find_current_release()})


@require_safe
def show_legal(request: HttpRequest) -> HttpResponse:
    """Licences, notices, how to report an error."""
    return render(request, "portal/legal.html")


@require_safe
def show_accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement."""
    return render(request, "portal/accessibility.html")


@require_safe
def show_verb(request: HttpRequest, verb: str) -> HttpResponse:
    """One of the three verbs whose rooms are still to come: what it will be for."""
    pages = {
        "convenir": (_("Convenir : à plusieurs, écrire et signer des engagements mesurables"), "convenir"),
        "agir": (_("Agir : mettre en commun, planifier, associer les habitants"), "agir"),
        "evaluer": (_("Évaluer : ce qui a été promis, ce qui a été observé"), "evaluer"),
    }
    if verb not in pages:
        raise Http404
    title, name = pages[verb]
    return render(request, "portal/verb.html", {"verb": name, "page_title": title})


@csrf_exempt
@require_POST
def choose_appearance(request: HttpRequest) -> HttpResponse:
    """Keep the choice of light or dark in a cookie of this browser, then go back.

    Exempt of CSRF: another site could at most change a colour, and so the frame of every page needs no token.
    """
    target = request.POST.get("suite", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    choice = request.POST.get("apparence")
    if choice in {"light", "dark"}:
        response.set_cookie("apparence", choice, max_age=ONE_YEAR_S, samesite="Lax", httponly=True, secure=request.is_secure())
    else:
        response.delete_cookie("apparence")
    return response


@require_safe
def show_robots(request: HttpRequest) -> HttpResponse:
    """Search engines may read all pages but the search."""
    return HttpResponse("User-agent: *\nDisallow: /recherche/\n", content_type="text/plain; charset=utf-8")
