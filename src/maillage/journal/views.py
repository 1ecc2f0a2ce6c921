"""Pages of the journal: its signed heads, for whoever wants to keep one and check later that nothing was removed."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from jauge.journal import NoteMalformed
from maillage.journal import api

PAGE = 50


@require_GET
def show_heads(request: HttpRequest) -> HttpResponse:
    """The signed heads, the newest first; `?page=2` for the following ones. Queries: 2."""
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    return render(request, "journal/heads.html", _describe_heads(page))


@require_POST
def check_head(request: HttpRequest) -> HttpResponse:
    """Say whether the journal still grows from a head that the visitor kept and pasted; writes nothing. Queries: some ten."""
    kept = request.POST.get("tete", "")
    context: dict[str, object] = {**_describe_heads(1), "kept": kept}
    try:
        context["verdict"] = api.hold_against(mend_pasted(kept))
    except NoteMalformed:
        context["refusal"] = True
    except api.TreeSpoiled:
        context["spoiled"] = True
    return render(request, "journal/heads.html", context)


@require_GET
def show_proof(request: HttpRequest, event: UUID) -> HttpResponse:
    """The proof that an event is in the journal, for whoever knows its identifier: the page that shows it links here. Queries: some ten."""
    try:
        proof = api.prove_event(event)
    except (api.UnknownEvent, api.NotSequenced):
        raise Http404 from None
    answer = HttpResponse(proof, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{event}.tlog-proof"'
    return answer


@require_GET
def show_growth(request: HttpRequest, size: int) -> HttpResponse:
    """The proof that the last head starts with the journal of `size` events. Queries: some ten."""
    try:
        proof = api.prove_growth(size)
    except api.NoSuchSize:
        raise Http404 from None
    return HttpResponse(proof, content_type="text/plain; charset=utf-8")


@require_GET
def show_head(request: HttpRequest, size: int | None = None) -> HttpResponse:
    """One signed head as it is verified, or the last. Queries: 1."""
    head = api.find_head(size) if size is None or size < 2**63 else None
    if head is None:
        raise Http404
    return HttpResponse(head.note, content_type="text/plain; charset=utf-8")


def mend_pasted(text: str) -> str:
    """A note as it was before a browser sent it: line feeds alone, nothing around."""
    return "\n".join(line.strip() for line in text.strip().splitlines()) + "\n"


def _describe_heads(page: int) -> dict[str, object]:
    found = api.list_heads(limit=PAGE + 1, offset=(page - 1) * PAGE)
    return {
        "heads": found[:PAGE],
        "keys": api.list_public_keys(),
        "following": page + 1 if len(found) > PAGE else None,
        "before": page - 1,
        "kept": "",
        "verdict": None,
        "refusal": False,
        "spoiled": False,
        "verb": "observer",
    }
