"""The observatory's door: figures of a release, with their proof.

`release` is an id, a prefix of one (four characters at least), a number, or None for the current one. «Lookup queries» go to the release's
own SQLite file, «queries» to the database.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from jauge.indicators import BadDefinition
from jauge.territories import Level, TerritoryRef
from maillage.actors.api import check_can
from maillage.actors.data import Actor
from maillage.observatory import differences, operations, queries, vintages
from maillage.observatory.data import (
    ChangedFigure,
    CheckFinding,
    CompositeIndex,
    Differences,
    Distribution,
    Erratum,
    FaultyCell,
    Figure,
    IndicatorInfo,
    Matching,
    ObservatoryAct,
    Provenance,
    Reject,
    ReleaseInfo,
    RetiredRelease,
    SourceRow,
)
from maillage.observatory.errors import (
    Incomparable,
    NoRelease,
    ReleaseGone,
    UnknownFinding,
    UnknownIndicator,
    UnknownPeriod,
    UnknownRelease,
    UnknownSource,
)
from maillage.observatory.examining import KEPT_CELLS
from maillage.observatory.folders import BuildRunning
from maillage.observatory.inputs import Progress
from maillage.observatory.manifest import find_formula, find_sources
from maillage.observatory.operations import DiskFull, NothingToMeasure
from maillage.observatory.places import check_exists
from maillage.observatory.reference import read_reference
from maillage.territories.api import get_geography

__all__ = [
    "KEPT_CELLS",
    "BadDefinition",
    "BuildRunning",
    "DiskFull",
    "Incomparable",
    "NoRelease",
    "NothingToMeasure",
    "ReleaseGone",
    "UnknownFinding",
    "UnknownIndicator",
    "UnknownPeriod",
    "UnknownRelease",
    "UnknownSource",
    "build_release",
    "count_rejects",
    "get_differences",
    "get_distributions",
    "get_figure",
    "get_figures",
    "get_finding",
    "get_indicator",
    "get_indices",
    "get_matchings",
    "get_provenance",
    "get_release",
    "list_changes",
    "list_errata",
    "list_faulty_cells",
    "list_figures",
    "list_findings",
    "list_indicators",
    "list_rejects",
    "list_releases",
    "list_retired",
    "list_source_rows",
]


def get_release(release: str | None = None) -> ReleaseInfo:
    """The release named by id, prefix or number, or the current one. Raises NoRelease, UnknownRelease. Queries: 1 or 2."""
    return queries.describe_release(queries.find_release(release))


def list_releases() -> tuple[ReleaseInfo, ...]:
    """All releases, the newest first. Queries: 1."""
    return queries.list_releases()


def list_indicators(release: str | None = None) -> tuple[IndicatorInfo, ...]:
    """The indicators of a release, with its periods and levels, in order of code; none before the first release. Raises UnknownRelease."""
    try:
        opened = queries.find_release(release)
    except NoRelease:
        return ()
    return tuple(opened.indicators[code] for code in sorted(opened.indicators))


def get_indicator(code: str, *, release: str | None = None) -> IndicatorInfo:
    """One indicator. Raises UnknownIndicator (with suggestions), NoRelease, UnknownRelease."""
    return queries.find_release(release).find_indicator(code)


def get_figure(
    territory: TerritoryRef, indicator: str, *, period: str | None = None, release: str | None = None, cog_year: int | None = None
) -> Figure:
    """One figure: of `period`, else of the newest period in which the territory has one (else of the newest).

    cog_year: the territory as it was in that COG year, measured from the source's own vintage (seconds, not milliseconds).
    Raises NoRelease, UnknownRelease, UnknownIndicator, UnknownPeriod, UnknownTerritory, UnknownVintage. Lookup queries: 1.
    """
    opened = queries.find_release(release)
    about = opened.find_indicator(indicator)
    geography = get_geography()
    check_exists(geography, territory, cog_year or opened.manifest["cog_year"])
    if cog_year is None or cog_year == opened.manifest["cog_year"]:
        figures = queries.read_figures(opened, [territory], [indicator])[territory]
    else:
        figures = vintages.measure_in_vintage(opened, geography, territory, indicator, cog_year)
    return _choose(figures, period) or _explain_absence(opened, territory, about, period)


def _choose(figures: Sequence[Figure], period: str | None) -> Figure | None:
    """The figure of the period; without one, the newest that has a value, else the newest."""
    if period is not None:
        return next((figure for figure in figures if figure.period == period), None)
    return max(figures, key=lambda figure: (figure.value is not None, figure.period), default=None)


def _explain_absence(opened: queries.OpenRelease, territory: TerritoryRef, about: IndicatorInfo, period: str | None) -> Figure:
    known = sorted(opened.manifest["coverage"][about.code], reverse=True)
    if period is not None and period not in known:
        raise UnknownPeriod(period, tuple(known))
    return queries.make_absent(opened, territory, about, period or known[0])


def get_figures(
    territories: Sequence[TerritoryRef], *, indicators: Sequence[str] | None = None, release: str | None = None
) -> dict[TerritoryRef, tuple[Figure, ...]]:
    """Figures of territories, all periods. Raises NoRelease, UnknownRelease. Lookup queries: 1."""
    return queries.read_figures(queries.find_release(release), territories, indicators)


def list_figures(
    indicator: str, *, level: Level, period: str | None = None, within: TerritoryRef | None = None, release: str | None = None
) -> tuple[Figure, ...]:
    """The figures of an indicator over a level, for maps and tables, in order of code; the newest period when None.

    Raises NoRelease, UnknownRelease, UnknownIndicator. Lookup queries: 1.
    """
    opened = queries.find_release(release)
    about = opened.find_indicator(indicator)
    newest = about.periods[0] if about.periods else ""
    return queries.list_level(opened, indicator, period or newest, level, within)


def get_distributions(
    level: Level, *, within: TerritoryRef | None = None, release: str | None = None
) -> dict[tuple[str, str], Distribution]:
    """How each (indicator, period) spreads over the territories of a level. Raises NoRelease, UnknownRelease. Lookup queries: 1."""
    return queries.read_distributions(queries.find_release(release), level, within)


def get_matchings(territory: TerritoryRef, *, release: str | None = None) -> tuple[Matching, ...]:
    """The territories that resemble one, by plan; empty at a level without plan. Raises NoRelease, UnknownRelease. Lookup queries: 1."""
    return queries.read_matchings(queries.find_release(release), territory)


def get_indices(territory: TerritoryRef, *, release: str | None = None) -> tuple[CompositeIndex, ...]:
    """The composite indices of a territory. Raises NoRelease, UnknownRelease. Lookup queries: 1."""
    return queries.read_indices(queries.find_release(release), territory)


def get_provenance(figure: Figure) -> Provenance:
    """Where a figure comes from: formula, counts, files. Raises UnknownRelease, UnknownIndicator."""
    opened = queries.find_release(figure.release)
    about = opened.find_indicator(figure.indicator)
    entry = next(entry for entry in opened.manifest["indicators"] if entry["code"] == figure.indicator)
    sources = find_sources(opened.manifest, figure.indicator, figure.period, figure.source)
    return Provenance(figure, about, find_formula(entry, figure.period, figure.source), sources)


def list_rejects(
    source: str, *, release: str | None = None, limit: int = 50, offset: int = 0, column: str | None = None
) -> tuple[Reject, ...]:
    """Rejected rows of a source (of one of its columns), in order of line, then the rows that were kept and flagged.

    Raises NoRelease, UnknownRelease, UnknownSource.
    """
    return queries.list_rejects(queries.find_release(release), source, limit, offset, column)


def count_rejects(source: str, *, release: str | None = None) -> dict[str, int]:
    """How many rejected or flagged rows each column of a source has. Raises NoRelease, UnknownRelease."""
    return queries.count_rejects(queries.find_release(release), source)


def list_retired() -> tuple[RetiredRelease, ...]:
    """The releases that were built here and whose folder is gone or damaged, the newest first. Queries: 1."""
    return queries.list_retired()


def list_errata(*, indicator: str | None = None) -> tuple[Erratum, ...]:
    """Published values that newer releases corrected, by release (the newest first), indicator, period and cause. Queries: 1."""
    return queries.list_errata(indicator=indicator)


def get_differences(before: str, after: str) -> Differences:
    """What changed between two releases: totals by causes, files, definitions, territories, series.

    Seconds the first time, then read from a file beside the releases. Raises NoRelease, ReleaseGone, UnknownRelease, Incomparable.
    """
    opened = [queries.find_release(one) for one in (before, after)]
    return differences.find_differences(Path(settings.RELEASES), *opened)


def list_changes(
    found: Differences, *, chain: str | None = None, indicator: str | None = None, limit: int | None = None, offset: int = 0
) -> Iterator[ChangedFigure]:
    """The figures that changed, all or those of a chain or an indicator, by chain, indicator, period, level, code."""
    root = Path(settings.RELEASES)
    return differences.list_changes(root, found.before, found.after, chain=chain, indicator=indicator, limit=limit, offset=offset)


def list_findings(
    *,
    indicator: str | None = None,
    period: str | None = None,
    source: str | None = None,
    territory: TerritoryRef | None = None,
    release: str | None = None,
) -> tuple[CheckFinding, ...]:
    """What the checks found that touches an indicator (in a period), a source, a territory; all when none is given, by number.

    Raises NoRelease, UnknownRelease. Lookup queries: 1 with a territory, else 0.
    """
    return queries.list_findings(queries.find_release(release), indicator, period, source, territory)


def get_finding(number: int, *, release: str | None = None) -> CheckFinding:
    """One finding of a release. Raises NoRelease, UnknownRelease, UnknownFinding."""
    return queries.find_finding(queries.find_release(release), number)


def list_faulty_cells(number: int, *, release: str | None = None, limit: int = 50, offset: int = 0) -> tuple[FaultyCell, ...]:
    """The cells of a finding, by raw line (the first 5,000 are kept). Raises NoRelease, UnknownRelease, UnknownFinding."""
    return queries.list_cells(queries.find_release(release), number, limit, offset)


def list_source_rows(source: str, territory: TerritoryRef, *, release: str | None = None) -> tuple[SourceRow, ...]:
    """The rows of a source that a territory's own figures are made of, by raw line; none for a territory that is summed from others.

    Raises NoRelease, UnknownRelease, UnknownSource.
    """
    return queries.list_source_rows(queries.find_release(release), get_geography(), source, territory)


def build_release(*, actor: Actor, sources: Path | None = None, on_progress: Progress | None = None) -> ReleaseInfo:
    """Build the release of a folder of sources (that of the settings when None), serve it, and give it a number.

    The same inputs give the same release, and nothing is written again. on_progress: called with (stage, done, total, message).
    Raises NotAllowed, BadDefinition, BuildRunning, DiskFull, NothingToMeasure. Queries: 5 at most.
    """
    check_can(actor, ObservatoryAct.BUILD_RELEASE)
    now = timezone.now()
    release = operations.build(
        root=Path(settings.RELEASES),
        definitions=Path(settings.DEFINITIONS),
        sources=Path(sources or settings.SOURCES),
        reference=read_reference(Path(settings.STARTER) / "territories", get_geography()),
        now=now,
        progress=on_progress or (lambda *_: None),
    )
    operations.register(release, now=now)
    operations.record_corrections(Path(settings.RELEASES), release)
    return get_release(release)
