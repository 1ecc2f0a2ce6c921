"""A figure in another COG year than its release's: measured again from the source's own vintage, never carried back from the release."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq

from jauge.checks import Consequence, Scope
from jauge.indicators import Indicator
from jauge.provenance import SourceDefinition
from jauge.quantities import Reason
from jauge.territories import Geography, TerritoryRef
from maillage.observatory.columns import slice_rows
from maillage.observatory.data import Figure, SourceRef
from maillage.observatory.examining import Withheld, carry_cells
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
            about = definitions.sources[name]
            threshold = about.secrecy.threshold if about.secrecy else None
            sources[name] = Source(source.ref, source.tables, source.rejects, about.territory.not_covered, threshold)
    indicators = [_read_blanks_as_secret(one) if _reads_secrets(one, sources) else one for one in indicators]
    withheld = _read_withheld(opened, geography, year, definitions.sources)
    with Workshop(geography, year, sources, lambda *_: None, withheld=withheld) as workshop:
        table = workshop.measure_all(indicators)
    rows = (
        tuple(row.values()) for row in table.to_pylist() if (row["level"], row["code"], row["indicator"]) == (ref.level, ref.code, code)
    )
    return tuple(make_figure(row, ref, opened.id) for row in rows)


def _reads_secrets(indicator: Indicator, sources: Mapping[str, Source]) -> bool:
    return any(sources[series.source].threshold is not None for series in indicator.series if series.source and series.source in sources)


def _read_blanks_as_secret(indicator: Indicator) -> Indicator:
    """What a release keeps of a source under secrecy is cleared of what it hides (`observatory.secrecy`): a blank there is no absence."""
    return replace(indicator, blank=Reason.STATISTICAL_SECRECY)


def _read_withheld(
    opened: OpenRelease, geography: Geography, year: int, sources: Mapping[str, SourceDefinition]
) -> dict[str, list[Withheld]]:
    """What the checks of the release hide, under the codes of `year`: a withheld figure is so in every vintage."""
    hidden = [one for one in opened.findings if one.consequence == str(Consequence.WITHHELD) and one.scope != str(Scope.ROWS)]
    if not hidden:
        return {}
    cells = pq.ParquetFile(opened.folder / "findings.parquet").read()
    found: dict[str, list[Withheld]] = {}
    for one in hidden:
        source = sources[one.source]
        carried = carry_cells(slice_rows(cells, "finding", one.number), source.territory.cog_year, year, geography)
        columns = frozenset(source.names.get(column, column) for column in one.columns)
        found.setdefault(one.source, []).append(Withheld(columns, carried))
    return found


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
