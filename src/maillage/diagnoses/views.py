"""Pages of diagnoses: read, download, ask for the PDF."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from jauge.territories import TerritoryRef
from maillage.actors.api import check_can, get_actor_of
from maillage.diagnoses import api, pages
from maillage.diagnoses.data import CONTENT_TYPES, DiagnosesAct, Format
from maillage.jobs import api as jobs
from maillage.observatory import api as observatory
from maillage.observatory.api import NoRelease, UnknownRelease
from maillage.territories import api as territories
from maillage.territories.api import UnknownTerritory

JOB_KIND = "diagnosis_pdf"


@require_GET
def show_diagnosis(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """The diagnosis of a territory, on the release asked (`?livraison=`) or the current one."""
    ref, release = _read_address(request, level, code)
    document = pages.prepare_page(api.get_document(ref, release=release))
    context = {
        "document": document,
        "alone": False,
        "verb": "observer",
        "pdf_ready": api.has_pdf(ref, release=release),
        "suffix": _suffix(request),
    }
    return render(request, "diagnoses/diagnosis.html", context)


@require_GET
def download(request: HttpRequest, level: str, code: str, format: str) -> HttpResponse:  # noqa: A002 - named in the address
    """The diagnosis as a file; a PDF that is not ready sends back to the page, where it can be asked for."""
    ref, release = _read_address(request, level, code)
    if format not in Format:
        raise Http404(format)
    wanted = Format(format)
    if wanted is Format.PDF and not api.has_pdf(ref, release=release):
        messages.info(request, "Le PDF n’est pas encore prêt\u202f: demandez-le ici, il se prépare en quelques secondes.")
        return redirect(reverse("diagnoses:diagnosis", args=(level, code)) + _suffix(request))
    response = HttpResponse(api.render_diagnosis(ref, format=wanted, release=release), content_type=CONTENT_TYPES[wanted])
    response["Content-Disposition"] = f'attachment; filename="diagnostic-{ref.level.value}-{ref.code}.{wanted.value}"'
    return response


@require_POST
def prepare_pdf(request: HttpRequest, level: str, code: str) -> HttpResponse:
    """Hand the PDF over to a job, and go to its page."""
    ref, release = _read_address(request, level, code)
    check_can(get_actor_of(request), DiagnosesAct.PREPARE_DOCUMENT, ref)
    found = observatory.get_release(release)
    job = jobs.enqueue(JOB_KIND, key=f"{found.id}:{ref}", territory=str(ref), release=found.id)
    try:
        return HttpResponseRedirect(reverse("jobs:job", args=(job,)))
    except NoReverseMatch:  # a site may run without the pages of jobs: the diagnosis then shows the link once it is made
        return redirect(reverse("diagnoses:diagnosis", args=(level, code)) + _suffix(request))


def _read_address(request: HttpRequest, level: str, code: str) -> tuple[TerritoryRef, str | None]:
    """The territory and the release asked for. Raises Http404 for an unknown one."""
    release = request.GET.get("livraison") or None
    try:
        ref = territories.parse_territory(f"{level}:{code}")
        observatory.get_release(release)
    except (UnknownTerritory, UnknownRelease, NoRelease) as error:
        raise Http404(str(error)) from error
    return ref, release


def _suffix(request: HttpRequest) -> str:
    """The release asked for, kept along in links."""
    release = request.GET.get("livraison", "")
    return f"?livraison={release}" if release.isalnum() else ""
