"""What the portal's pages read from the rooms below."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from django.utils.safestring import SafeString

from jauge.quantities import Status, Unit
from maillage.observatory import api as observatory
from maillage.observatory.data import Distribution, Figure, IndicatorInfo, ReleaseInfo
from maillage.portal.data import Change, Comparison, KeyFigure
from maillage.territories.api import Level, Territory, TerritoryRef, get_geography
from maillage.ui.formats import fold_for_sorting, format_period, format_reading, format_value, in_period
from maillage.ui.scales import Mark, Point, Spread, draw_scale, draw_sparkline
from maillage.ui.words import LEVEL_PLURALS

# The figures that open a territory's page, by order of preference; those without any value there give way to the next ones.
KEY_INDICATORS = (
    "fixed_share_30mbps",
    "fibre_eligible_share",
    "fibre_passed_share",
    "unemployed_share_15_64",
    "poverty_rate",
    "france_services_count",
    "library_count",
    "age_65_plus_share",
    "age_65_plus_share_of_15p",
    "no_diploma_share",
    "fixed_share_1gbps",
    "median_living_standard_eur",
    "household_count",
)
KEY_FIGURE_COUNT = 6
SPARK_MIN_POINTS = 3
_COMMUNE_CODE = re.compile(r"\d{5}|2[AB]\d{3}")
_RATIOS = frozenset({Unit.SHARE, Unit.PER_10000, Unit.EUR})  # units in which a commune and a région can be compared


def find_current_release() -> ReleaseInfo | None:
    """The release in use, None before the first one."""
    try:
        return observatory.get_release()
    except observatory.NoRelease:
        return None


def explain_absence() -> str:
    """Why no release is in use, where there was one: its folder was removed or damaged. Empty before the first one."""
    try:
        observatory.get_release()
    except observatory.NoRelease as no:
        return str(no)
    return ""


def find_successor(code: str) -> TerritoryRef | None:
    """Today's commune for the code of a former, delegated or associated one, or of an arrondissement; None when there is none."""
    geography = get_geography()
    if not _COMMUNE_CODE.fullmatch(code):
        return None
    held = geography.vintage().subcommunes.get(code)
    links = () if held else geography.resolve(code)  # slow the first time: only for codes that no list of today knows
    if not held and not links:
        return None
    successor = held[0].parent if held else max(links, key=lambda link: link.weight).code_to
    return TerritoryRef(Level.COMMUNE, successor) if successor != code else None


def list_merged_names(territory: Territory) -> tuple[str, ...]:
    """Names of the communes of the oldest vintage shipped that this one has taken in and that remain as parts of it."""
    return _index_merged_names().get(territory.ref.code, ())


def warm_up() -> None:
    """Read the names of merged communes, else read by the first page of a commune."""
    _index_merged_names()


@cache
def _index_merged_names() -> dict[str, tuple[str, ...]]:
    """Those names by code of today's commune, in French order; read once per process."""
    geography = get_geography()
    before = geography.vintage(geography.years[0]).communes
    names: dict[str, set[str]] = {}
    for parts in geography.vintage().subcommunes.values():
        for part in parts:
            if part.code in before and part.code != part.parent:
                names.setdefault(part.parent, set()).add(before[part.code].name)
    return {code: tuple(sorted(found, key=fold_for_sorting)) for code, found in names.items()}


def list_key_figures(territory: Territory, parents: Sequence[Territory]) -> list[KeyFigure]:
    """The six figures that open the page. Raises NoRelease. Lookup queries: 3."""
    chain = [territory.ref, *(parent.ref for parent in parents)]
    figures = observatory.get_figures(chain)
    spreads = observatory.get_distributions(territory.ref.level)
    infos = {info.code: info for info in observatory.list_indicators()}
    findings = observatory.list_findings(territory=territory.ref)
    ours = group_by_indicator(figures.get(territory.ref, ()))
    theirs = [(parent, group_by_indicator(figures.get(parent.ref, ()))) for parent in parents]
    return [
        replace(key, is_flagged=any(finding.doubts(key.figure) for finding in findings))
        for code in choose_indicators({code: series for code, series in ours.items() if code in infos})
        for key in [_tell_figure(territory, infos[code], ours[code], theirs, spreads)]
    ]


def choose_indicators(ours: Mapping[str, Sequence[Figure]]) -> list[str]:
    """The first six preferred indicators that have a value here, then those that have none (their reason is worth telling)."""
    asked = [code for code in KEY_INDICATORS if ours.get(code)]
    known = [code for code in asked if get_newest(ours[code]).value is not None]
    return [*known, *(code for code in asked if code not in known)][:KEY_FIGURE_COUNT]


def group_by_indicator(figures: Sequence[Figure]) -> dict[str, list[Figure]]:
    """Series by indicator, oldest period first."""
    series: dict[str, list[Figure]] = {}
    for figure in sorted(figures, key=lambda figure: figure.period):
        series.setdefault(figure.indicator, []).append(figure)
    return series


def get_newest(series: Sequence[Figure]) -> Figure:
    """The newest figure that has a value, else the newest. `series`: not empty, oldest first."""
    return next((figure for figure in reversed(series) if figure.value is not None), series[-1])


def _tell_figure(
    territory: Territory,
    info: IndicatorInfo,
    series: Sequence[Figure],
    theirs: Sequence[tuple[Territory, Mapping[str, Sequence[Figure]]]],
    spreads: Mapping[tuple[str, str], Distribution],
) -> KeyFigure:
    """One key figure with its comparisons at the same period."""
    figure = get_newest(series)
    above = [
        (parent.name, same.value)
        for parent, groups in theirs
        for same in groups.get(info.code, ())
        if same.period == figure.period and same.value is not None and info.unit in _RATIOS
    ]
    spread = spreads.get((info.code, figure.period))
    return KeyFigure(
        figure=figure,
        indicator=info,
        label=info.label["fr"],
        population=territory.population,
        comparisons=tuple(Comparison(name, format_value(value, info.unit, info.decimals)) for name, value in above),
        scale=draw_figure_scale(territory, figure, info, above, spread),
        spark=draw_series(series, info),
    )


def draw_figure_scale(
    territory: Territory, figure: Figure, info: IndicatorInfo, above: Sequence[tuple[str, float]], spread: Distribution | None
) -> SafeString:
    """The scale of a figure among its peers; nothing without a value or with fewer than two peers."""
    if figure.value is None or spread is None or spread.count < 2 or info.unit not in _RATIOS:
        return SafeString("")

    def write(value: float) -> str:
        return format_value(value, info.unit, info.decimals)

    peers = LEVEL_PLURALS[figure.territory.level]
    marks = [Mark(other, value, write(value)) for other, value in above]
    here = format_reading(figure, info.unit, info.decimals, territory.population)
    description = (
        f"{territory.name} : {here} ; {peers} : médiane {write(spread.median)}, "
        f"de {write(spread.minimum)} à {write(spread.maximum)}, la moitié entre {write(spread.q1)} et {write(spread.q3)}"
    )
    return draw_scale(
        spread=Spread(spread.minimum, spread.q1, spread.median, spread.q3, spread.maximum),
        marks=[*marks, Mark(territory.name, figure.value, here, here=True)],
        ends=(write(spread.minimum), write(spread.maximum)),
        description=description,
    )


def draw_series(series: Sequence[Figure], info: IndicatorInfo) -> SafeString:
    """The spark line of an indicator's periods, breaks drawn; nothing below three known points."""
    known = [figure for figure in series if figure.value is not None]
    if len(known) < SPARK_MIN_POINTS:
        return SafeString("")
    points = []
    previous = ""
    for figure in series:
        broken = any(previous < cut <= figure.period for cut in info.breaks) if previous else False
        written = format_reading(figure, info.unit, info.decimals)
        points.append(Point(format_period(figure.period), figure.value, written, after_break=broken))
        previous = figure.period
    first, last = known[0], known[-1]
    description = (
        f"{info.label['fr']} : {format_reading(first, info.unit, info.decimals)} {in_period(first.period)}, "
        f"{format_reading(last, info.unit, info.decimals)} {in_period(last.period)}"
    )
    return draw_sparkline(points=points, description=description)


def list_changes(ref: TerritoryRef) -> list[Change] | None:
    """What the current release changed here; None where there is no earlier release. Lookup queries: 2 when there is one."""
    releases = observatory.list_releases()
    if len(releases) < 2:
        return None
    infos = {info.code: info for info in observatory.list_indicators()}
    now = group_by_indicator(observatory.get_figures([ref]).get(ref, ()))
    before = group_by_indicator(observatory.get_figures([ref], release=releases[1].id).get(ref, ()))
    changes = []
    for code, series in now.items():
        old = get_newest(before[code]) if code in before else None
        new = get_newest(series)
        if code in infos and new.status is not Status.MISSING and (old is None or (old.period, old.value) != (new.period, new.value)):
            changes.append(Change(infos[code].label["fr"], new, old, infos[code]))
    return changes
