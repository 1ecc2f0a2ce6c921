"""A figure in another COG year than its release's: measured again from the source's own vintage, never carried back from the release."""

from pathlib import Path

import pyarrow.parquet as pq

from jauge.indicators import Indicator
from jauge.territories import Geography, TerritoryRef
from maillage.observatory.data import Figure, SourceRef
from maillage.observatory.inputs import Source, load_definitions, no_rejects
from maillage.observatory.measuring import Workshop
from maillage.observatory.queries import OpenRelease, make_figure


def measure_in_vintage(opened: OpenRelease, geography: Geography, ref: TerritoryRef, code: str, year: int) -> tuple[Figure, ...]:
    """Every period of an indicator for a territory of `year`, from the rows that the release keeps in their own vintage."""
    definitions = load_definitions(opened.folder / "definitions")
    indicators = _close_over({one.code: one for one in definitions.indicators}, code)
    names = {series.source for one in indicators for series in one.series if series.source}
    sources = {name: source for name, source in _read_sources(opened).items() if name in names}
    for name, source in sources.items():
        if name in definitions.sources:
            not_covered = definitions.sources[name].territory.not_covered
            sources[name] = Source(source.ref, source.tables, source.rejects, not_covered)
    with Workshop(geography, year, sources, lambda *_: None) as workshop:
        table = workshop.measure_all(indicators)
    rows = (
        tuple(row.values()) for row in table.to_pylist() if (row["level"], row["code"], row["indicator"]) == (ref.level, ref.code, code)
    )
    return tuple(make_figure(row, ref, opened.id) for row in rows)


def _close_over(indicators: dict[str, Indicator], code: str) -> list[Indicator]:
    """The indicator and those that it uses, which come first."""
    used = [use.indicator for series in indicators[code].series for use in series.uses]
    found = [one for name in dict.fromkeys(used) for one in _close_over(indicators, name)]
    return [*found, indicators[code]]


def _read_sources(opened: OpenRelease) -> dict[str, Source]:
    sources: dict[str, Source] = {}
    for entry in opened.manifest["sources"]:
        ref = SourceRef(**entry)
        paths = sorted((opened.folder / "sources").glob(f"{ref.name}.*.parquet"))
        sources[ref.name] = Source(ref, {_read_year(path): pq.ParquetFile(path).read() for path in paths}, no_rejects())
    return sources


def _read_year(path: Path) -> int:
    return int(path.name.split(".")[-2])
