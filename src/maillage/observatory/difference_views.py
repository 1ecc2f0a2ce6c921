"""Pages of what changed: between two releases, and what each release corrected of the one before. GET pages only read."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from jauge.quantities import Unit
from jauge.territories import Level, TerritoryRef
from maillage.observatory import api as observatory
from maillage.observatory.data import ChangedFigure, Differences, Erratum, IndicatorInfo
from maillage.observatory.streams import CONTENT_TYPES, write_changes_csv, write_differences_json
from maillage.observatory.views import answer_unknown
from maillage.territories import api as territories
from maillage.ui.formats import format_number, format_points

CHANGES_PER_PAGE = 50
SHOWN_GAP = 0.0005  # half of the last figure of a percentage with one decimal


@require_safe
@answer_unknown
def show_differences(request: HttpRequest, release: str, other: str) -> HttpResponse:
    """What changed from `other` to `release`, all or one chain of causes or one indicator at a time."""
    after, before = observatory.get_release(release), observatory.get_release(other)
    try:
        found = observatory.get_differences(before.id, after.id)
    except observatory.Incomparable as no:
        return render(request, "observatory/incomparable.html", {"problem": str(no), "before": before, "after": after}, status=409)
    labels = {info.code: info for one in (before, after) for info in observatory.list_indicators(one.id)}
    chain, indicator = _choose(request, found)
    count = _count(found, chain, indicator)
    page = Paginator(range(count), CHANGES_PER_PAGE).get_page(request.GET.get("page"))
    changes = observatory.list_changes(
        found, chain=chain, indicator=indicator, limit=CHANGES_PER_PAGE, offset=(page.number - 1) * CHANGES_PER_PAGE
    )
    context = {
        "before": before,
        "after": after,
        "found": found,
        "chain": chain,
        "indicator": indicator,
        "indicators": [(code, labels[code].label["fr"], n) for code, n in found.indicators.items()],
        "page": page,
        "rows": [_describe(one, labels) for one in changes],
        "verb": "observer",
    }
    return render(request, "observatory/differences.html", context)


def _choose(request: HttpRequest, found: Differences) -> tuple[str | None, str | None]:
    """The chain or the indicator asked for, where the comparison has it: one of the two."""
    chain, indicator = request.GET.get("cause", ""), request.GET.get("indicateur", "")
    if chain in {total.chain for total in found.chains}:
        return chain, None
    return None, indicator if indicator in found.indicators else None


def _count(found: Differences, chain: str | None, indicator: str | None) -> int:
    if chain:
        return next(total.count for total in found.chains if total.chain == chain)
    return found.indicators[indicator] if indicator else found.changed


def _describe(one: ChangedFigure, labels: dict[str, IndicatorInfo]) -> dict[str, Any]:
    info = labels[one.indicator]
    return {
        "change": one,
        "label": info.label["fr"],
        "unit": info.unit,
        "decimals": info.decimals,
        "place": _name_place(one),
        "gap": _write_gap(one, info),
    }


def _name_place(one: ChangedFigure) -> str:
    """The territory's name; its code where it is no more."""
    try:
        return territories.get_territory(TerritoryRef(Level(one.level), one.code)).name
    except territories.UnknownTerritory:
        return f"{one.level}:{one.code}"


def _write_gap(one: ChangedFigure, info: IndicatorInfo) -> str:
    """By how much the value changed: in points for a share; empty where one side has none."""
    gap = one.difference
    if gap is None:
        return ""
    if info.unit is Unit.SHARE:
        return format_points(gap) if abs(gap) >= SHOWN_GAP else "moins de 0,1\N{NO-BREAK SPACE}point"
    return ("+" if gap > 0 else "") + format_number(gap, info.decimals)


@require_safe
@answer_unknown
def download_differences(request: HttpRequest, release: str, other: str, kind: str) -> HttpResponse:
    """Every changed figure, as CSV or JSON."""
    after, before = observatory.get_release(release), observatory.get_release(other)
    found = observatory.get_differences(before.id, after.id)
    changes = observatory.list_changes(found)
    parts: Iterator[str] = write_changes_csv(changes) if kind == "csv" else write_differences_json(found, changes)
    response = StreamingHttpResponse(parts, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="differences-{before.id[:12]}-{after.id[:12]}.{kind}"'
    return response  # type: ignore[return-value]  # a streamed answer is a HttpResponseBase


@require_safe
def show_errata(request: HttpRequest) -> HttpResponse:
    """What releases corrected of values that were published, the newest first; of one indicator with `?indicateur=`."""
    asked = request.GET.get("indicateur", "")[:100]
    errata = observatory.list_errata(indicator=asked or None)
    groups = [(key, list(rows)) for key, rows in groupby(errata, key=_find_release)]
    readable = {one.number for one in observatory.list_releases()}
    context = {"groups": groups, "asked": asked, "readable": readable, "verb": "observer"}
    return render(request, "observatory/errata.html", context)


def _find_release(erratum: Erratum) -> tuple[int, int, str]:
    return erratum.by, erratum.corrected, erratum.made_at
