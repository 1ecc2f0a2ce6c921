"""Pages of long acts: the list, one job, its progress as a fragment, cancel and retry."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from maillage.jobs import api, rules
from maillage.jobs.data import JobInfo, JobState

PAGE = 50
FINE = "\u202f"
STATE_WORDS = {
    JobState.WAITING: "En attente",
    JobState.RUNNING: "En cours",
    JobState.SUCCEEDED: "Terminé",
    JobState.FAILED: "Échoué",
    JobState.CANCELLED: "Annulé",
}


@require_GET
def show_jobs(request: HttpRequest) -> HttpResponse:
    """The last jobs, the newest first; `?page=2` for the following ones. Queries: 1."""
    asked = request.GET.get("page", "1")
    page = max(1, int(asked)) if asked.isdecimal() and len(asked) < 6 else 1
    found = api.list_jobs(limit=PAGE + 1, offset=(page - 1) * PAGE)
    rows = [(job, STATE_WORDS[job.state]) for job in found[:PAGE]]
    context = {"rows": rows, "following": page + 1 if len(found) > PAGE else None, "before": page - 1, "verb": "observer"}
    return render(request, "jobs/jobs.html", context)


@require_GET
def show_job(request: HttpRequest, job: UUID) -> HttpResponse:
    """One job; the same progress alone when HTMX asks for it. Queries: 2."""
    info = _find(job)
    fragment = request.headers.get("HX-Request") == "true"
    return render(request, "jobs/progress.html" if fragment else "jobs/job.html", {**_describe(info), "verb": "observer"})


@require_POST
def cancel(request: HttpRequest, job: UUID) -> HttpResponse:
    """Cancel a job that visitors may cancel, then show it."""
    _check_open(job)
    try:
        api.cancel_job(job)
    except api.JobNotCancellable:
        messages.info(request, f"Ce travail était déjà fini{FINE}: rien n’a été annulé.")
    return redirect("jobs:job", job)


@require_POST
def retry(request: HttpRequest, job: UUID) -> HttpResponse:
    """Try again a job that visitors may start, then show it."""
    _check_open(job)
    try:
        job = api.retry_job(job)
    except api.JobNotRetryable:
        messages.info(request, f"Ce travail n’a pas échoué{FINE}: il n’y a rien à recommencer.")
    return redirect("jobs:job", job)


def _check_open(job: UUID) -> None:
    """Raises PermissionDenied for a job that visitors do not command."""
    if not _find(job).open_to_visitors:
        raise PermissionDenied("Ce travail se commande depuis la machine qui tient ce site.")


def _find(job: UUID) -> JobInfo:
    try:
        return api.get_job(job)
    except api.UnknownJob:
        raise Http404 from None


def _describe(info: JobInfo) -> dict[str, object]:
    return {
        "job": info,
        "state_word": STATE_WORDS[info.state],
        "can_cancel": info.open_to_visitors and rules.can_cancel(info.state) and not info.cancel_requested,
        "can_retry": info.open_to_visitors and rules.can_retry(info.state),
    }
