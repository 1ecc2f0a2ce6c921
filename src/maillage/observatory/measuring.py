"""Harmonise and measure, over DuckDB: from located sources to the observations of one COG year."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc
from ibis.backends.sql.datatypes import DuckDBType

from jauge.indicators import Indicator, Series, Use
from jauge.quantities import Reason, Status
from jauge.releases import (
    DERIVED,
    OBSERVATIONS,
    SourceKey,
    describe_distributions,
    find_key,
    harmonise,
    join_uses,
    keep_base,
    lay_out,
    list_needed,
    measure,
    sum_up,
    withhold,
)
from jauge.territories import Geography, Level
from maillage.observatory.columns import list_distinct, list_values, make_schema, pick_rows
from maillage.observatory.examining import Withheld, pick_withheld
from maillage.observatory.inputs import Progress, Source
from maillage.observatory.places import build_crosswalk, build_places, find_unknown_codes
from maillage.observatory.secrecy import HIDDEN, Hidden, Protector, list_members

# Columns of few distinct texts are kept as numbers (ENUM) inside DuckDB: joined, grouped and sorted as such.
_KINDS = {
    "level": "level", "from_level": "level", "within_level": "level",
    "indicator": "indicator", "source": "source", "status": "status", "reason": "reason",
}  # fmt: skip
MEMORY_LIMIT = "700MB"  # leaves room for Arrow and SQLite under the 2 GiB that a build may take


class Workshop:
    """A DuckDB database in memory where the figures of one COG year are made. Close it when done (it is a context manager).

    overflow: a folder, made and cleared by DuckDB, for what passes MEMORY_LIMIT; None forbids it (one indicator never needs it).
    withheld: by source, the cells that a check hides (in `year`).
    """

    def __init__(
        self,
        geography: Geography,
        year: int,
        sources: Mapping[str, Source],
        progress: Progress,
        overflow: Path | None = None,
        withheld: Mapping[str, Sequence[Withheld]] | None = None,
    ) -> None:
        self._withheld = withheld or {}
        self._kept: set[str] = set()
        self._geography, self.year, self._sources, self._progress = geography, year, sources, progress
        self._connection: Any = ibis.duckdb.connect(
            threads=2, memory_limit=MEMORY_LIMIT, preserve_insertion_order=False, temp_directory=str(overflow or "")
        )
        self._connection.raw_sql("SET enable_progress_bar = false")
        self.places = build_places(geography, year)
        self._declare("level", Level)
        self._declare("status", Status)
        self._declare("reason", Reason)
        self._territories = self._keep("territories", self._store("territories_read", self.places.territories))
        self._membership = self._keep("membership", self._store("membership_read", self.places.membership))
        self._crosswalks = cache(self._read_crosswalk)
        self._bases: dict[tuple[str, str], list[ir.Table]] = {}
        self._laid: dict[object, ir.Table] = {}
        self._observations: Any = None

    def __enter__(self) -> "Workshop":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.disconnect()

    def measure_all(self, indicators: Sequence[Indicator]) -> pa.Table:
        """Measure every indicator of which a source is there, at every level. Ordered by level, code, indicator, period."""
        self._declare("indicator", (one.code for one in indicators))
        self._declare("source", [*self._sources, DERIVED])
        harmonised = self._harmonise_all(indicators)
        for done, indicator in enumerate(indicators):
            self._progress("measure", done, len(indicators), indicator.code)
            for table in self._measure_indicator(indicator, harmonised):
                self._observations = self._keep("observations", table)
        self._progress("measure", len(indicators), len(indicators), "")
        if self._observations is None:
            return _no_observations()
        self._protect(indicators)
        return self._fetch("SELECT * FROM observations ORDER BY level, code, indicator, period")

    def _protect(self, indicators: Sequence[Indicator]) -> None:
        """Hide in the observations what secrecy forbids, before anything is drawn from them."""
        protector = Protector(indicators, self._sources)
        needed = [one for one in indicators if protector.is_needed(one)]
        for indicator in needed:
            bases = [table for (code, _), tables in self._bases.items() if code == indicator.code for table in tables]
            levels = set()
            for base in bases:
                rows = self._connection.raw_sql(
                    f"SELECT level, code, period, numerator::DOUBLE, denominator::DOUBLE, reason FROM {base.get_name()} "  # noqa: S608
                    "WHERE numerator IS NOT NULL OR reason = 'statistical_secrecy' ORDER BY ALL"
                ).fetchall()
                levels |= {row[0] for row in rows}
                protector.gather(indicator, rows, are_sums=False)
            above = self._connection.raw_sql(
                "SELECT level, code, period, numerator, denominator, reason FROM observations "
                "WHERE indicator = ? AND numerator IS NOT NULL AND NOT list_contains(?, level) ORDER BY ALL",
                parameters=[indicator.code, sorted(levels)],
            ).fetchall()
            protector.gather(indicator, above, are_sums=True)
        self.hidden = protector.protect(list_members(self.places.membership)) if needed else Hidden(HIDDEN.empty_table())
        if self.hidden.figures.num_rows:
            self._store("hidden", self.hidden.figures)
            self._connection.raw_sql(
                "UPDATE observations SET value = NULL, numerator = NULL, status = 'secret', reason = hidden.reason, "
                "denominator = CASE WHEN hides_denominator THEN NULL ELSE denominator END FROM hidden "
                "WHERE observations.indicator = hidden.indicator AND observations.period = hidden.period "
                "AND observations.level = hidden.level AND observations.code = hidden.code"
            )

    def list_secrets(self, indicators: Sequence[Indicator]) -> dict[str, frozenset[tuple[str, str, str]]]:
        """By indicator, the (period, level, code) of its figures under secrecy. After `measure_all`."""
        codes = [one.code for one in indicators]
        rows = self._connection.raw_sql(
            "SELECT indicator, period, level, code FROM observations WHERE status = 'secret' AND list_contains(?, indicator)",
            parameters=[codes],
        ).fetchall()
        found: dict[str, set[tuple[str, str, str]]] = {}
        for code, *place in rows:
            found.setdefault(code, set()).add(tuple(place))
        return {code: frozenset(places) for code, places in found.items()}

    def describe_distributions(self) -> pa.Table:
        """How each indicator spreads, at each level and within each larger territory. After `measure_all`."""
        within = self._keep("within", self._store("within_read", self.places.within))
        spread = describe_distributions(self._observations, within)
        self._connection.create_table("distributions", spread, temp=True)
        order = "indicator, period, level, within_level NULLS FIRST, within_code NULLS FIRST"
        columns = "indicator, period, level, within_level, within_code, n, missing, min, q1, median, q3, max"
        return self._fetch(f"SELECT {columns} FROM distributions ORDER BY {order}")  # noqa: S608

    def count_coverage(self, indicators: Sequence[Indicator]) -> dict[str, dict[str, float]]:
        """By indicator and period, the share of the territories of its lowest level that have a figure. After `measure_all`."""
        lowest = {indicator.code: str(indicator.levels.lowest) for indicator in indicators}
        rows = self._connection.raw_sql(
            "SELECT indicator, level, period, round(count(value) / count(*), 4) FROM observations JOIN "
            "(SELECT DISTINCT level, code FROM within) USING (level, code) GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        found: dict[str, dict[str, float]] = {}
        for indicator, level, period, share in rows:
            if lowest[indicator] == level:
                found.setdefault(indicator, {})[period] = share
        return found

    def _harmonise_all(self, indicators: Sequence[Indicator]) -> dict[SourceKey, ir.Table]:
        needs = {key: need for key, need in list_needed(indicators).items() if need.source in self._sources}
        wheres = {find_key(s): s.where for i in indicators for s in i.series if s.where}
        found = {}
        for done, (key, need) in enumerate(needs.items()):
            self._progress("harmonise", done, len(needs), need.source)
            parts = []
            for from_year, rows in self._sources[need.source].tables.items():
                table = self._store(f"rows_{done}_{from_year}", rows)
                if key in wheres:
                    table = table.filter(wheres[key].compile({name: table[name] for name in table.columns}))
                parts.append(harmonise(table, self._crosswalks(from_year), counts=need.counts, values=need.values))
            union = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
            found[key] = self._keep(f"harmonised_{done}", union)
        return found

    def _measure_indicator(self, indicator: Indicator, harmonised: Mapping[SourceKey, ir.Table]) -> list[ir.Table]:
        """The observations of one indicator: its sources' own levels, then the sums above."""
        found = []
        for number, series in enumerate(indicator.series):
            placed = self._place_limits(series)
            laid = self._lay_out(placed, harmonised)
            if laid is None:
                continue
            measured = measure(laid, indicator, placed)
            for hidden, cells in enumerate(self._list_withheld(indicator, series)):
                measured = withhold(measured, self._store(f"withheld_{indicator.code}_{number}_{hidden}", cells))
            base = self._keep(f"base_{indicator.code}_{number}", measured)
            self._bases.setdefault((indicator.code, series.period or ""), []).append(base)
            found.append(base)
        if not found:
            return []
        base = ibis.union(*found, distinct=False) if len(found) > 1 else found[0]
        lowest = base.filter(base.level == str(indicator.levels.lowest))
        above = sum_up(lowest, self._membership, indicator)
        return [keep_base(base)] if above is None else [keep_base(base), above]

    def _list_withheld(self, indicator: Indicator, series: Series) -> list[pa.Table]:
        """The cells that checks hide of a series: level, code, period."""
        names = {*series.formula.names, *(name for rule in indicator.missing for name in rule.when.names)}
        hidden = pick_withheld(self._withheld.get(series.source or "", ()), names)
        if series.period is None:
            return hidden
        # A series of one period names it itself: the file's column is what tells the cells apart.
        return [_set_period(cells, series.period) for cells in hidden]

    def _place_limits(self, series: Series) -> Series:
        """The series with the départements that its source does not cover, as the source's definition says."""
        if series.source is None or series.source not in self._sources:
            return series
        return replace(series, outside=tuple(sorted({*series.outside, *self._sources[series.source].not_covered})))

    def _lay_out(self, series: Series, harmonised: Mapping[SourceKey, ir.Table]) -> ir.Table | None:
        """The territories with the rows that a series reads: made once for all series of the same rows, levels and period."""
        key = (find_key(series), series.at, series.period, series.outside)
        if series.source is not None and key in self._laid:
            return self._laid[key]
        rows = self._find_rows(series, harmonised)
        if rows is None:
            return None
        laid = lay_out(rows, self._territories, series)
        if series.source is None:
            return laid
        self._laid[key] = self._keep(f"laid_{len(self._laid)}", laid)
        return self._laid[key]

    def _find_rows(self, series: Series, harmonised: Mapping[SourceKey, ir.Table]) -> ir.Table | None:
        """The harmonised rows that a series reads, None when its source (or one of those it uses) is not there."""
        if series.source is not None:
            return harmonised.get(find_key(series))
        uses = {use.name: self._find_base(use) for use in series.uses}
        if any(base is None for base in uses.values()):
            return None
        return join_uses({name: base for name, base in uses.items() if base is not None})

    def _find_base(self, use: Use) -> ir.Table | None:
        for period in (use.period, ""):
            for table in self._bases.get((use.indicator, period), ()):
                return table.filter(table.period == use.period)
        return None

    def _read_crosswalk(self, from_year: int) -> ir.Table:
        if not from_year:  # a source without communes has no COG year to come from
            from_year = self.year
        return self._store(f"crosswalk_{from_year}", build_crosswalk(self._geography, from_year, self.year))

    def _fetch(self, sql: str) -> pa.Table:
        """The answer, its texts as texts."""
        table: pa.Table = self._connection.raw_sql(sql).to_arrow_table()
        kinds = [pa.string() if pa.types.is_dictionary(field.type) else field.type for field in table.schema]
        return table.cast(pa.schema(list(zip(table.column_names, kinds, strict=True))))

    def _declare(self, kind: str, words: Iterable[str]) -> None:
        """Number the texts that the columns of a kind may hold, so that their order is that of the texts."""
        listed = ", ".join(f"'{word}'" for word in sorted(set(words)))  # codes and names of ours: none has a quote
        self._connection.raw_sql(f"CREATE TYPE {kind}_name AS ENUM ({listed})")

    def _keep(self, name: str, table: ir.Table) -> Any:
        """Store the rows of an expression in a table, after those that it has already."""
        types = {one: f"{_KINDS[one]}_name" if one in _KINDS else DuckDBType.to_string(kind) for one, kind in table.schema().items()}
        columns = ", ".join(f'"{one}"::{kind} AS "{one}"' for one, kind in types.items())
        rows = f"SELECT {columns} FROM ({self._connection.compile(table)})"  # noqa: S608
        is_new = name not in self._kept
        self._connection.raw_sql(f'CREATE TEMP TABLE "{name}" AS {rows}' if is_new else f'INSERT INTO "{name}" {rows}')
        self._kept.add(name)
        return self._connection.table(name)

    def _store(self, name: str, table: pa.Table) -> Any:
        return self._connection.create_table(name, table, temp=True)


def _set_period(cells: pa.Table, period: str) -> pa.Table:
    periods = pa.repeat(pa.scalar(period, pa.string()), cells.num_rows)
    return cells.set_column(cells.schema.get_field_index("period"), "period", periods)


def reject_unknown_codes(source: Source, column: str, geography: Geography, year: int) -> Source:
    """Take away the rows whose territory leads nowhere in `year`; each becomes a reject of the file's `column` with its reason."""
    tables, rejects = {}, [source.rejects]
    for from_year, table in source.tables.items():
        unknown = _find_unknown(table, geography, from_year or year, year)
        wrong = pc.is_in(table["code"], value_set=pa.array(sorted(unknown), pa.string()))
        tables[from_year] = table.filter(pc.invert(wrong))
        rejects.append(_describe_rejects(table.filter(wrong), column, unknown))
    joined = pa.concat_tables(rejects, promote_options="default")
    return replace(source, tables=tables, rejects=joined, ref=replace(source.ref, rejects=joined.num_rows))


def _find_unknown(table: pa.Table, geography: Geography, from_year: int, year: int) -> dict[str, tuple[str, str]]:
    unknown: dict[str, tuple[str, str]] = {}
    for level in list_distinct(table, "level"):
        codes = list_distinct(pick_rows(table, "level", level), "code")
        if level == Level.COMMUNE:
            unknown |= find_unknown_codes(geography, from_year, year, codes)
        else:
            known = {ref.code for ref in geography.list_refs(Level(level), year)}
            unknown |= {code: ("territory_changed", "") for code in codes if code not in known}
    return unknown


def _describe_rejects(rows: pa.Table, column: str, unknown: Mapping[str, tuple[str, str]]) -> pa.Table:
    codes = list_values(rows, "code")
    names = {"unknown_code": "ce code n’est celui d’aucune commune", "malformed_code": "ce n’est pas un code de commune"}
    columns: dict[str, list[Any]] = {
        "line": list_values(rows, "_line"),
        "column": [column] * len(codes),
        "value": codes,
        "code": [unknown[code][0] for code in codes],
        "reason": [names.get(unknown[code][0], "ce territoire n’existe plus dans le millésime de la livraison") for code in codes],
        "suggestion": [unknown[code][1] or None for code in codes],
    }
    return pa.table({name: pa.array(values, pa.int64() if name == "line" else pa.string()) for name, values in columns.items()})


def _no_observations() -> pa.Table:
    numbers = {"value", "numerator", "denominator", "coverage"}
    return make_schema({name: pa.float64() if name in numbers else pa.string() for name in OBSERVATIONS}).empty_table()
