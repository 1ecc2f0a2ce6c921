"""The pages of the checks: how we check, what one check found, the raw rows behind a territory's figures. GET pages only read."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jauge.territories import Level, TerritoryRef
from maillage.observatory import api as observatory
from maillage.observatory.data import CONSEQUENCE_WORDS, VERDICT_WORDS, CheckFinding, CheckReport
from maillage.observatory.views import answer_unknown
from maillage.territories import api as territories

CELLS_PER_PAGE = 50
KIND_WORDS = {
    "rejects": "Ligne par ligne",
    "repeated_keys": "Ligne par ligne",
    "unique": "Ligne par ligne",
    "rule": "Colonne contre colonne",
    "leap": "Dans le temps",
    "comparison": "Source contre source",
    "two_measures": "Le même mot, deux mesures",
    "meanings": "Le sens des valeurs",
    "known_codes": "Les codes des communes",
    "dated_codes": "Les codes des communes",
    "complete": "Les codes des communes",
}


@require_safe
def show_checks(request: HttpRequest) -> HttpResponse:
    """How we check: each declared check with its rule, and what it found in the release served; those that found something come first."""
    try:
        release = observatory.get_release()
    except observatory.NoRelease:
        return render(request, "observatory/no_release.html", {"verb": "observer"})
    families: dict[str, list[tuple[CheckReport, str, tuple[CheckFinding, ...]]]] = {}
    for check in sorted(release.checks, key=lambda check: check.verdict != "failed"):
        found = tuple(one for one in release.findings if one.check == check.code)
        families.setdefault(KIND_WORDS[check.kind], []).append((check, VERDICT_WORDS[check.verdict], found))
    verdicts = [check.verdict for check in release.checks]
    context = {
        "release": release,
        "families": {family: families[family] for family in dict.fromkeys(KIND_WORDS.values()) if family in families},
        "failed": verdicts.count("failed"),
        "skipped": verdicts.count("skipped"),
        "checked": sum(check.checked for check in release.checks),
        "consequences": CONSEQUENCE_WORDS,
        "verb": "observer",
    }
    return render(request, "observatory/checks.html", context)


@require_safe
@answer_unknown
def show_finding(request: HttpRequest, release: str, number: int) -> HttpResponse:
    """What a check found in a file: the rule, the numbers, what follows, and the cells by raw line, a page at a time."""
    info = observatory.get_release(release)
    finding = observatory.get_finding(number, release=info.id)
    page = Paginator(range(min(finding.failed, observatory.KEPT_CELLS)), CELLS_PER_PAGE).get_page(request.GET.get("page"))
    cells = observatory.list_faulty_cells(number, release=info.id, limit=CELLS_PER_PAGE, offset=(page.number - 1) * CELLS_PER_PAGE)
    labels = {one.code: one.label["fr"] for one in observatory.list_indicators(info.id)}
    touched = [(code, labels[code], period) for code, period in finding.touches if code in labels]
    context = {"release": info, "finding": finding, "page": page, "cells": cells, "touched": touched, "kept": observatory.KEPT_CELLS}
    context |= {"consequence": CONSEQUENCE_WORDS[finding.consequence], "verb": "observer"}
    return render(request, "observatory/finding.html", context)


@require_safe
@answer_unknown
def show_rows(request: HttpRequest, release: str, name: str, level: str, code: str) -> HttpResponse:
    """The rows of a file behind a territory's figures, as they were read, with their line in the raw file."""
    if level not in Level:
        raise territories.UnknownTerritory(f"{level}:{code}")
    territory = territories.get_territory(TerritoryRef(Level(level), code))
    info = observatory.get_release(release)
    source = next((one for one in info.sources if one.name == name), None)
    if source is None:
        raise observatory.UnknownSource(name, tuple(one.name for one in info.sources))
    rows = observatory.list_source_rows(name, territory.ref, release=info.id)
    findings = observatory.list_findings(source=name, territory=territory.ref, release=info.id)
    context = {"release": info, "source": source, "territory": territory, "rows": rows, "findings": findings, "verb": "observer"}
    return render(request, "observatory/rows.html", context | {"consequences": CONSEQUENCE_WORDS})
