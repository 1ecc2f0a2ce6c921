"""The observatory's pages: a figure's proof at its own address, indicators, releases, sources. GET pages only read."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import wraps
from itertools import zip_longest
from typing import Concatenate

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from jauge.territories import Level, TerritoryRef, UnknownName
from maillage.observatory import api as observatory
from maillage.observatory.data import (
    CONSEQUENCE_WORDS,
    CheckFinding,
    DeclinedSource,
    Figure,
    IndicatorInfo,
    Provenance,
    Reject,
    ReleaseInfo,
    SourceRef,
)
from maillage.observatory.streams import CONTENT_TYPES, write_rejects_csv, write_rejects_json
from maillage.territories import api as territories
from maillage.territories.api import Territory, UnknownTerritory
from maillage.ui.formats import format_period, write_margin

REJECTS_PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Proof:
    """All that the page of a figure shows. `series`: all periods here, newest first; `above`: the same period one level up and more.

    findings: what the checks found that touches it.
    """

    provenance: Provenance
    territory: Territory
    release: ReleaseInfo
    series: tuple[Figure, ...]
    above: tuple[tuple[Territory, Figure], ...]
    findings: tuple[CheckFinding, ...] = ()

    @property
    def figure(self) -> Figure:
        """The figure itself."""
        return self.provenance.figure

    @property
    def indicator(self) -> IndicatorInfo:
        """Its definition."""
        return self.provenance.indicator

    @property
    def margin(self) -> str:
        """How far a share of few units may be read, in a sentence; empty for the others."""
        return write_margin(self.figure, self.indicator.small_below)

    @property
    def reference(self) -> str:
        """How to quote it, on one line."""
        figure = self.figure
        return f"{figure.territory} {figure.indicator} {figure.period} (livraison {self.release.number}, {self.release.id[:12]})"


type Page[**P] = Callable[Concatenate[HttpRequest, P], HttpResponse]  # request, then what the address holds


def answer_unknown[**P](view: Page[P]) -> Page[P]:
    """Turn a refusal of the doors below into a 404 that says what was asked and what resembles it."""

    @wraps(view)
    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except observatory.NoRelease as no:
            return render(request, "observatory/no_release.html", {"gone": str(no)}, status=404)
        except UnknownName as no:
            context = {"asked": no.asked[:100], "suggestions": _suggest(no)}
            return render(request, "404.html", context, status=404)

    return answer


def _suggest(unknown: UnknownName) -> list[dict[str, str]]:
    """Links to what resembles the thing asked for."""
    names = unknown.suggestions[:5]
    if isinstance(unknown, UnknownTerritory):
        refs = [TerritoryRef.parse(name) for name in names]
        return [{"href": reverse("portal:territory", args=[ref.level, ref.code]), "label": str(ref)} for ref in refs]
    if isinstance(unknown, observatory.UnknownIndicator):
        return [{"href": reverse("observatory:indicator", args=[name]), "label": name} for name in names]
    if isinstance(unknown, observatory.UnknownRelease):
        return [{"href": reverse("observatory:release", args=[name]), "label": name} for name in names]
    if isinstance(unknown, observatory.UnknownPeriod):
        return [{"href": f"?periode={period}", "label": format_period(period)} for period in names]
    return []


@require_safe
@answer_unknown
def show_figure(request: HttpRequest, level: str, code: str, indicator: str) -> HttpResponse:
    """A figure and its proof; for HTMX, the proof alone (the same template). Lookup queries: 2."""
    proof = _read_proof(request, level, code, indicator)
    htmx = getattr(request, "htmx", False)
    template = "observatory/proof.html" if htmx else "observatory/figure.html"
    context = {"proof": proof, "figure": proof.figure, "consequences": CONSEQUENCE_WORDS, **_describe(proof.indicator)}
    return render(request, template, context)


@require_safe
def show_figure_json(request: HttpRequest, level: str, code: str, indicator: str) -> HttpResponse:
    """The figure for machines, with the keys of `maillage figure --json`. Lookup queries: 2."""
    try:
        proof = _read_proof(request, level, code, indicator)
    except LookupError as no:
        suggestions = list(getattr(no, "suggestions", ()))
        error = {"error": getattr(no, "code", "unknown"), "asked": str(no), "suggestions": suggestions}
        return JsonResponse(error, status=404)
    return JsonResponse(proof.provenance.describe())


def _read_proof(request: HttpRequest, level: str, code: str, indicator: str) -> Proof:
    """Read a figure, its other periods and the levels above. Raises UnknownTerritory, UnknownIndicator, UnknownRelease, UnknownPeriod.

    Lookup queries: 2, or 3 where the figure is absent.
    """
    if level not in Level:
        raise UnknownTerritory(f"{level}:{code}")
    territory = territories.get_territory(TerritoryRef(Level(level), code))
    release = observatory.get_release(request.GET.get("livraison", "")[:80] or None)
    observatory.get_indicator(indicator, release=release.id)
    found = observatory.get_figures([territory.ref, *territory.parents], indicators=[indicator], release=release.id)
    series = tuple(sorted(found.get(territory.ref, ()), key=lambda figure: figure.period, reverse=True))
    period = request.GET.get("periode", "")[:20]
    figure = _choose_period(series, period)
    if figure is None:  # the indicator does not reach this level, or has no such period: the door says which
        figure = observatory.get_figure(territory.ref, indicator, period=period or None, release=release.id)
    return Proof(
        provenance=observatory.get_provenance(figure),
        territory=territory,
        release=release,
        series=series,
        above=tuple(
            (territories.get_territory(ref), same)
            for ref in territory.parents
            for same in found.get(ref, ())
            if same.period == figure.period
        ),
        findings=observatory.list_findings(indicator=indicator, period=figure.period, territory=territory.ref, release=release.id),
    )


def _choose_period(series: Sequence[Figure], period: str) -> Figure | None:
    """The figure of a period; without one asked for, the newest that has a value, else the newest. `series`: newest first."""
    if period:
        return next((figure for figure in series if figure.period == period), None)
    return next((figure for figure in series if figure.value is not None), series[0] if series else None)


@require_safe
def show_indicators(request: HttpRequest) -> HttpResponse:
    """All indicators by theme."""
    themes: dict[str, list[IndicatorInfo]] = {}
    for info in observatory.list_indicators():
        themes.setdefault(info.theme, []).append(info)
    return render(request, "observatory/indicators.html", {"themes": themes, "verb": "observer"})


@require_safe
@answer_unknown
def show_indicator(request: HttpRequest, code: str) -> HttpResponse:
    """An indicator's definition."""
    return render(request, "observatory/indicator.html", _describe(observatory.get_indicator(code)))


def _describe(info: IndicatorInfo) -> dict[str, object]:
    """An indicator for its page, with the names of those it must not be compared with."""
    labels = {other.code: other.label["fr"] for other in observatory.list_indicators()}
    not_comparable = [(code, labels[code]) for code in info.not_comparable_with if code in labels]
    return {"info": info, "not_comparable": not_comparable, "verb": "observer"}


@require_safe
def show_releases(request: HttpRequest) -> HttpResponse:
    """The calendar: all releases, newest first, with what each brought; those that are retired; and what is expected."""
    releases = observatory.list_releases()
    rows = [(one, _compare_files(former, one)) for one, former in zip_longest(releases, releases[1:]) if one]
    expected = sorted(releases[0].sources, key=lambda source: (not source.expected, source.expected, source.label)) if releases else []
    context = {"rows": rows, "retired": observatory.list_retired(), "expected": expected, "verb": "observer"}
    return render(request, "observatory/releases.html", context)


def _compare_files(former: ReleaseInfo | None, release: ReleaseInfo) -> dict[str, list[tuple[SourceRef | None, SourceRef]]]:
    """The files that are new in a release, and those that came back under their name with other bytes, beside the former one."""
    if former is None:
        return {"new": [], "republished": []}
    before = {source.name: source for source in former.sources}
    pairs = [(before.get(source.name), source) for source in release.sources]
    return {
        "new": [(old, new) for old, new in pairs if old is None],
        "republished": [(old, new) for old, new in pairs if old is not None and old.sha256 != new.sha256],
    }


def _find_former(release: ReleaseInfo) -> ReleaseInfo | None:
    """The release numbered just before, among those that can be read."""
    return max((one for one in observatory.list_releases() if one.number < release.number), key=lambda one: one.number, default=None)


@require_safe
@answer_unknown
def show_release(request: HttpRequest, release: str) -> HttpResponse:
    """The report of a release: sources, refusals, rejects, coverage."""
    info = observatory.get_release(release)
    labels = {indicator.code: indicator.label["fr"] for indicator in observatory.list_indicators()}
    coverage = []
    for code, shares in sorted(info.coverage.items()):
        periods = sorted(shares.items(), reverse=True)
        if periods:
            coverage.append({"code": code, "label": labels.get(code, code), "newest": periods[0], "earlier": periods[1:]})
    former = _find_former(info)
    context = {"release": info, "coverage": coverage, "former": former, "files": _compare_files(former, info), "verb": "observer"}
    context["consequences"] = CONSEQUENCE_WORDS
    return render(request, "observatory/release.html", context)


@require_safe
@answer_unknown
def show_source(request: HttpRequest, release: str, name: str) -> HttpResponse:
    """A source of a release, with its rejected rows a page at a time."""
    info = observatory.get_release(release)
    findings = tuple(one for one in info.findings if one.source == name)
    declined = next((one for one in info.declined if one.name == name), None)
    if declined:
        return _show_declined(request, info, declined, findings)
    source = _find_source(info, name)
    columns = observatory.count_rejects(name, release=info.id)
    column = request.GET.get("colonne", "")
    column = column if column in columns else ""
    page = Paginator(range(columns[column] if column else source.listed), REJECTS_PER_PAGE).get_page(request.GET.get("page"))
    rejects = observatory.list_rejects(
        name, release=info.id, limit=REJECTS_PER_PAGE, offset=(page.number - 1) * REJECTS_PER_PAGE, column=column or None
    )
    context = {
        "release": info,
        "source": source,
        "page": page,
        "rejects": rejects,
        "columns": columns,
        "column": column,
        "findings": findings,
        "consequences": CONSEQUENCE_WORDS,
        "verb": "observer",
    }
    return render(request, "observatory/source.html", context)


def _show_declined(request: HttpRequest, release: ReleaseInfo, source: DeclinedSource, findings: tuple[CheckFinding, ...]) -> HttpResponse:
    """The page of a file from which no figure is drawn: why, and what the checks found in it."""
    context = {"release": release, "source": source, "findings": findings, "consequences": CONSEQUENCE_WORDS, "verb": "observer"}
    return render(request, "observatory/declined.html", context)


def _find_source(release: ReleaseInfo, name: str) -> SourceRef:
    """The source of that name. Raises UnknownSource."""
    for source in release.sources:
        if source.name == name:
            return source
    raise observatory.UnknownSource(name, tuple(source.name for source in release.sources))


@require_safe
@answer_unknown
def download_rejects(request: HttpRequest, release: str, kind: str, name: str | None = None) -> HttpResponse:
    """All rejected and flagged rows of a source, or of every source of a release, as CSV or JSON."""
    info = observatory.get_release(release)
    sources = info.sources if name is None else (_find_source(info, name),)
    rejects = _read_rejects(sources, info)
    parts = write_rejects_csv(rejects) if kind == "csv" else write_rejects_json(rejects)
    response = StreamingHttpResponse(parts, content_type=CONTENT_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="rejets-{name or f"livraison-{info.number}"}.{kind}"'
    return response  # type: ignore[return-value]  # a streamed answer is a HttpResponseBase


def _read_rejects(sources: Sequence[SourceRef], release: ReleaseInfo) -> Iterator[Reject]:
    """The rejects of sources, one file at a time."""
    for source in sources:
        if source.listed:
            yield from observatory.list_rejects(source.name, release=release.id, limit=source.listed)
