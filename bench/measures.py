"""The measures of a release beside the same in pandas (`bench._pandas_measures`): equal, and twice as fast on 100 stacked periods.

Both start from the same located rows in Arrow and end with the same table, in the same order: value, counts, status, reason, source and
coverage of every territory at every level. Texts must be equal, numbers to 1e-9.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
from django.conf import settings

from bench import Claim, time_in_turn
from bench._pandas_measures import KEYS, Ground, measure_by_pandas
from jauge.indicators import Absent, Indicator, Kind, Summing
from jauge.releases import OBSERVATIONS
from maillage.observatory.inputs import Source, capture_sources, check_source, load_definitions, take_populations, type_rows
from maillage.observatory.measuring import Workshop, reject_unknown_codes
from maillage.observatory.places import build_crosswalk, build_places
from maillage.observatory.reference import POPULATIONS, read_reference
from maillage.territories.api import get_geography

STACKED = "arcep_fixed_2019"
PERIODS = 100
TOLERANCE = 1e-9
NUMBERS = ("value", "numerator", "denominator", "coverage")


def run() -> Iterator[Claim]:
    """Every comparable indicator of the folder of sources, then one file stacked a hundred times."""
    sources, indicators = read_comparable()
    yield _compare("the release's measures", sources, indicators, goal=None)
    stacked = stack(sources[STACKED], PERIODS)
    free = [replace(one, series=(replace(one.series[0], period=None),)) for one in indicators if one.series[0].source == STACKED]
    yield _compare(f"{PERIODS} stacked periods", {STACKED: stacked}, free, goal=2.0)


def _compare(what: str, sources: Mapping[str, Source], indicators: Sequence[Indicator], *, goal: float | None) -> Claim:
    ground = lay_ground(sources)
    compared = check_equal(measure(sources, indicators), measure_by_pandas(ground, indicators))
    ours, peer = time_in_turn(lambda: measure(sources, indicators), lambda: measure_by_pandas(ground, indicators), runs=3)
    return Claim(f"{what}, {len(indicators)} indicators, {compared:,} equal rows", ours, "pandas", peer, goal_ratio=goal)


def read_comparable() -> tuple[dict[str, Source], list[Indicator]]:
    """The located sources of the settings' folder, and the indicators that sums of their columns make."""
    described, geography = load_definitions(Path(settings.DEFINITIONS)), get_geography()
    reference = read_reference(Path(settings.STARTER) / "territories", geography)
    wanted = [one for one in described.indicators if _is_comparable(one)]
    names = {series.source for one in wanted for series in one.series}
    captured = capture_sources([one for one in described.sources.values() if one.name in names], Path(settings.SOURCES), lambda *_: None)
    sources = {}
    for name, file in captured.captured.items():
        definition = described.sources[name]
        located = replace(check_source(definition, file, type_rows(definition, file), reference), threshold=None)
        sources[name] = reject_unknown_codes(located, definition.territory.column or "", geography, geography.newest)
    sources[POPULATIONS] = take_populations(geography, reference.communes, reference.ref)
    return sources, [one for one in wanted if all(series.source in sources for series in one.series)]


def _is_comparable(indicator: Indicator) -> bool:
    plain = all(series.source and series.where is None and "rows" not in series.formula.names for series in indicator.series)
    summed = indicator.kind is not Kind.VALUE and indicator.levels.by is Summing.SUM_OF_COUNTS
    return plain and summed and indicator.absent is Absent.NOT_COLLECTED


def stack(source: Source, periods: int) -> Source:
    """The rows of a source once for each of so many years."""
    stacked = {}
    for year, table in source.tables.items():
        place = table.schema.get_field_index("period")
        names = (pa.repeat(pa.scalar(str(1900 + number), pa.string()), table.num_rows) for number in range(periods))
        stacked[year] = pa.concat_tables([table.set_column(place, "period", name) for name in names])
    return replace(source, tables=stacked)


def lay_ground(sources: Mapping[str, Source]) -> Ground:
    """What pandas works on."""
    geography = get_geography()
    years = {year for source in sources.values() for year in source.tables}
    places = build_places(geography, geography.newest)
    return Ground(
        rows={name: source.tables for name, source in sources.items()},
        not_covered={name: source.not_covered for name, source in sources.items()},
        crosswalks={year: build_crosswalk(geography, year or geography.newest, geography.newest) for year in years},
        territories=places.territories,
        membership=places.membership,
    )


def measure(sources: Mapping[str, Source], indicators: Sequence[Indicator]) -> pa.Table:
    """Our measures."""
    geography = get_geography()
    with (
        tempfile.TemporaryDirectory() as overflow,
        Workshop(geography, geography.newest, sources, lambda *_: None, Path(overflow)) as workshop,
    ):
        return workshop.measure_all(indicators)


def check_equal(ours: pa.Table, theirs: pd.DataFrame) -> int:
    """How many rows are equal. Raises AssertionError at the first column that is not."""
    if ours.num_rows != len(theirs):
        raise AssertionError(f"{ours.num_rows} rows, {len(theirs)} in pandas")
    for name in OBSERVATIONS:
        mine, other = ours[name].to_pandas(), theirs[name]
        if name in NUMBERS:
            near = np.isclose(mine.astype("float64"), other.astype("float64"), rtol=TOLERANCE, atol=TOLERANCE, equal_nan=True)
        else:
            near = (mine.fillna("") == other.fillna("")).to_numpy()
        if not near.all():
            first = int(np.argmin(near))
            where = theirs.loc[first, KEYS].tolist()
            raise AssertionError(f"{name}: {(~near).sum()} differ, first {where}: {mine[first]!r}, {other[first]!r} in pandas")
    return ours.num_rows
