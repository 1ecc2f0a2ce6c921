"""Rows that were kept although they contradict themselves: their counts stand, the share does not, and the release says so."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from jauge.indicators import Indicator
from jauge.quantities import Reason
from jauge.releases import DERIVED
from jauge.tables.checking import REJECTS
from maillage.observatory.inputs import Source

ABOVE = "numerator_above_denominator"
_REASON = "le numérateur dépasse le dénominateur : les effectifs restent et entrent dans les sommes, la part n’est pas donnée"
_SUGGESTION = "signaler la ligne à l’éditeur ; la page du chiffre montre les deux effectifs"


def flag_impossible(observations: pa.Table, sources: Mapping[str, Source], indicators: Iterable[Indicator]) -> dict[str, Source]:
    """The sources with, among their rejects, the figures whose numerator exceeds the denominator (`flagged` counts them apart).

    observations: those of the release, every level: a sum can be impossible too. The line is given where one row alone made the figure.
    """
    found = _find_impossible(observations, _list_lines(sources))
    by_source: dict[str, list[tuple[Any, ...]]] = {}
    names = {one.code: one for one in indicators}
    for source, indicator, period, *rest in found:
        told = _find_source(names, indicator, period) if source == DERIVED else source
        by_source.setdefault(told, []).append((names[indicator], period, *rest))
    return {name: _add(source, by_source.get(name, [])) for name, source in sources.items()}


def _find_impossible(observations: pa.Table, lines: pa.Table) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        connection.register("observations", observations)
        connection.register("lines", lines)
        rows: list[tuple[Any, ...]] = connection.execute(
            "SELECT o.source, o.indicator, o.period, o.level, o.code, o.numerator, o.denominator, l.line FROM observations o "
            "LEFT JOIN lines l ON (l.source, l.level, l.code) = (o.source, o.level, o.code) "
            "WHERE o.reason = ? AND o.numerator > o.denominator ORDER BY o.source, l.line, o.level, o.code, o.indicator, o.period",
            [str(Reason.SOURCE_ERROR)],
        ).fetchall()
        return rows


def _list_lines(sources: Mapping[str, Source]) -> pa.Table:
    """source, level, code, line of the territories that one row of a source alone speaks of."""
    text = pa.string()
    tables = [pa.table({name: pa.array([], text) for name in ("source", "level", "code")} | {"line": pa.array([], pa.int64())})]
    for name, source in sources.items():
        for table in source.tables.values():
            named = pa.repeat(pa.scalar(name, text), table.num_rows)
            columns = {"source": named, "level": table["level"].cast(text), "code": table["code"].cast(text), "line": table["_line"]}
            tables.append(pa.table(columns).cast(tables[0].schema))
    grouped = pa.concat_tables(tables).group_by(["source", "level", "code"]).aggregate([("line", "min"), ("line", "count")])
    single = grouped.filter(pc.equal(grouped["line_count"], pa.scalar(1, pa.int64())))
    return single.rename_columns({"line_min": "line"})


def _find_source(indicators: Mapping[str, Indicator], code: str, period: str) -> str:
    """The file of the numerator of an indicator that is made from others."""
    series = next(one for one in indicators[code].series if one.period in (None, period))
    if series.source is not None:
        return series.source
    first = next(use for use in series.uses if series.formula.numerator and use.name in series.formula.numerator.names)
    return _find_source(indicators, first.indicator, first.period)


def _add(source: Source, rows: list[tuple[Any, ...]]) -> Source:
    """The source with these figures among its rejects."""
    if not rows:
        return source
    columns: dict[str, list[Any]] = {
        "line": [row[6] for row in rows],
        "column": [f"{row[0].code} {row[1]}" for row in rows],
        "value": [f"{row[2]}:{row[3]} : {row[4]:g} / {row[5]:g}" for row in rows],
        "code": [ABOVE] * len(rows),
        "reason": [_REASON] * len(rows),
        "suggestion": [_SUGGESTION] * len(rows),
    }
    flags = pa.table({name: pa.array(columns[name], REJECTS.field(name).type) for name in REJECTS.names}, schema=REJECTS)
    joined = pa.concat_tables([source.rejects, flags], promote_options="default")
    return replace(source, rejects=joined, ref=replace(source.ref, flagged=len(rows)))
