"""Pages of the journal: its signed heads, for whoever wants to keep one and check later that nothing was removed."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from maillage.journal import api

PAGE = 50


@require_GET
def show_heads(request: HttpRequest) -> HttpResponse:
    """The signed heads, the newest first; `?page=2` for the following ones. Queries: 2."""
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    found = api.list_heads(limit=PAGE + 1, offset=(page - 1) * PAGE)
    context = {
        "heads": found[:PAGE],
        "keys": api.list_public_keys(),
        "following": page + 1 if len(found) > PAGE else None,
        "before": page - 1,
        "verb": "observer",
    }
    return render(request, "journal/heads.html", context)


@require_GET
def show_head(request: HttpRequest, size: int | None = None) -> HttpResponse:
    """One signed head as it is verified, or the last. Queries: 1."""
    head = api.find_head(size) if size is None or size < 2**63 else None
    if head is None:
        raise Http404
    return HttpResponse(head.note, content_type="text/plain; charset=utf-8")
