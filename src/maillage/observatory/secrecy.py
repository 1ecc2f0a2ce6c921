"""Statistical secrecy between measure and release: what must not stand in a release is found, hidden, and told.

A *system* is all that one source's counts of one period say together: its quantities (numerators, denominators, counts) over the
territories of its lowest level and the sums above. `jauge.secrecy` hides the small counts and what would betray them; figures follow.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jauge.expressions import Expression
from jauge.indicators import Indicator, Kind, Series
from jauge.quantities import Reason
from jauge.secrecy import Count, Protection, State, find_links, lay_out, protect, read_sum
from jauge.secrecy.layout import Place
from jauge.territories import Geography, Level
from maillage.observatory.columns import list_values, make_schema
from maillage.observatory.inputs import Source

type SystemKey = tuple[str, str, str, str]  # source, text of the filter over its rows, period, lowest level
HIDDEN = make_schema(dict.fromkeys(("indicator", "period", "level", "code", "reason"), pa.string()) | {"hides_denominator": pa.bool_()})


@dataclass(frozen=True, slots=True)
class Part:
    """One count of a figure: its quantity, and the columns that it adds up (None: another formula, a quantity by itself)."""

    quantity: str
    columns: frozenset[str] | None
    is_secret: bool


@dataclass(slots=True)
class System:
    """What one source says of one period. figures: (indicator, numerator, denominator or None) by place; counts by (quantity, place)."""

    threshold: int
    lowest: str
    counts: dict[tuple[str, Place], Count] = field(default_factory=dict)
    forms: dict[str, frozenset[str]] = field(default_factory=dict)
    shares: set[tuple[str, str]] = field(default_factory=set)
    figures: list[tuple[str, Place, str, str | None]] = field(default_factory=list)


class Protector:
    """Gathers the figures under secrecy of a build, then hides what must be.

    indicators: all of the build, each after those it uses. sources: by name.
    """

    def __init__(self, indicators: Sequence[Indicator], sources: Mapping[str, Source]) -> None:
        self._indicators = {one.code: one for one in indicators}
        self._sources = sources
        self._systems: dict[SystemKey, System] = {}

    def is_needed(self, indicator: Indicator) -> bool:
        """Whether counts of the indicator come from a source with a threshold."""
        return indicator.kind is not Kind.VALUE and any(self._find_secret(series) for series in indicator.series)

    def _find_secret(self, series: Series) -> tuple[str, str] | None:
        """The source under secrecy and the filter that a series reads, by itself or through the indicators that it uses."""
        if series.source is not None:
            source = self._sources.get(series.source)
            return (series.source, series.where.text if series.where else "") if source and source.threshold else None
        used = (one for use in series.uses for one in self._indicators[use.indicator].series if one.period in (None, use.period))
        return next((found for one in used if (found := self._find_secret(one))), None)

    def gather(self, indicator: Indicator, rows: Iterable[tuple[Any, ...]], *, are_sums: bool) -> None:
        """Take figures of an indicator: level, code, period, numerator, denominator, reason. are_sums: we made them from their members."""
        for level, code, period, numerator, denominator, reason in rows:
            series = self._find_series(indicator, period)
            found = self._find_secret(series)
            if found is None or (numerator is None and reason != Reason.STATISTICAL_SECRECY):
                continue
            key = (*found, period, str(indicator.levels.lowest))
            system = self._systems.setdefault(key, System(self._sources[found[0]].threshold or 0, str(indicator.levels.lowest)))
            is_hidden = reason == Reason.STATISTICAL_SECRECY and numerator is None
            if is_hidden and are_sums:
                continue  # the sum of what is not known: neither do we know it
            state = State.INHERITED if is_hidden else State.LATENT if reason == Reason.TERRITORY_CHANGED else State.GIVEN
            self._add(system, indicator, series, (level, code), (numerator, denominator), state, are_sums)

    def _find_series(self, indicator: Indicator, period: str) -> Series:
        return next((one for one in indicator.series if one.period == period), indicator.series[0])

    def _add(
        self,
        system: System,
        indicator: Indicator,
        series: Series,
        place: Place,
        values: tuple[float | None, float | None],
        state: State,
        are_sums: bool,
    ) -> None:
        formula = series.formula
        top = self._describe(series, formula.count or formula.numerator)
        bottom = self._describe(series, formula.denominator) if formula.denominator else None
        for part, value in zip((top, bottom), values, strict=True):
            if part is None:
                continue
            if part.columns is not None:
                system.forms[part.quantity] = part.columns
            known = None if value is None or state is State.INHERITED else float(value)
            count = Count(part.quantity, place, known, state, are_sums, part.is_secret, is_fixed=not part.is_secret)
            if known is not None or part.is_secret:
                system.counts.setdefault((part.quantity, place), count)
        if bottom is not None and indicator.scale == 1 and not indicator.signed:
            system.shares.add((top.quantity, bottom.quantity))
        system.figures.append((indicator.code, place, top.quantity, bottom.quantity if bottom else None))

    def _describe(self, series: Series, expression: Expression | None) -> Part:
        """Name a count by what it adds up, so that two indicators that publish the same one share a cell."""
        if expression is None:
            raise ValueError("a formula under secrecy has counts")
        columns = read_sum(expression)
        if columns is None:
            return Part(expression.text, None, is_secret=True)
        if series.source is None:
            uses = {use.name: use for use in series.uses}
            if len(columns) == 1:
                use = uses[next(iter(columns))]
                used = self._find_series(self._indicators[use.indicator], use.period)
                part = self._describe(used, used.formula.count or used.formula.numerator)
                return replace(part, is_secret=self._find_secret(used) is not None)
            return Part(expression.text, None, is_secret=True)
        return Part(" + ".join(sorted(columns)), columns, is_secret=True)

    def protect(self, members: Mapping[str, Mapping[Place, Sequence[Place]]]) -> "Hidden":
        """Hide what must be. members: by lowest level, the territories of each larger one."""
        rows: list[tuple[str, str, str, str, str, bool]] = []
        reports: list[dict[str, Any]] = []
        for (source, where, period, lowest), system in sorted(self._systems.items()):
            counts = list(system.counts.values())
            links = find_links(system.forms, system.shares)
            protection = protect(lay_out(counts, members.get(lowest, {}), links, threshold=system.threshold))
            rows += _list_hidden(system, counts, protection, period)
            reports.append({"source": source, "where": where, "period": period, **_report(system, counts, protection)})
        columns = list(zip(*sorted(set(rows)), strict=True)) or [()] * 6
        table = pa.table({
            name: pa.array(values, HIDDEN.field(name).type)
            for name, values in zip(("indicator", "period", "level", "code", "reason", "hides_denominator"), columns, strict=True)
        })  # fmt: skip
        return Hidden(table, tuple(reports))


@dataclass(frozen=True, slots=True)
class Hidden:
    """The figures to hide (indicator, period, level, code, reason, hides_denominator), and the report of each system."""

    figures: pa.Table
    reports: tuple[dict[str, Any], ...] = ()


def _list_hidden(
    system: System, counts: Sequence[Count], protection: Protection, period: str
) -> list[tuple[str, str, str, str, str, bool]]:
    """The figures one of whose counts is hidden by us. A figure is hidden whole when its denominator is, else it keeps it."""
    states = {(count.quantity, count.place): State(state) for count, state in zip(counts, protection.states[: len(counts)], strict=True)}
    ours = (State.SMALL, State.MASKED, State.WITHHELD)
    found = []
    for indicator, place, top, bottom in system.figures:
        above, below = states.get((top, place)), states.get((bottom, place)) if bottom else None
        if above in ours or below in ours:
            small = State.SMALL in (above, below)
            reason = Reason.STATISTICAL_SECRECY if small else Reason.COMPLEMENTARY_SECRECY
            found.append((indicator, period, place[0], place[1], str(reason), below in ours))
    return found


def _report(system: System, counts: Sequence[Count], protection: Protection) -> dict[str, Any]:
    """What is hidden and what it costs: cells by level and by state, and the share of the lowest level's counts that is masked."""
    states = protection.states[: len(counts)]
    names = {State.SMALL: "small", State.INHERITED: "inherited", State.MASKED: "masked", State.WITHHELD: "withheld", State.GIVEN: "given"}
    levels: dict[str, dict[str, int]] = {}
    for (level, name), n in sorted(Counter((c.place[0], names.get(State(s), "")) for c, s in zip(counts, states, strict=True)).items()):
        if name:
            levels.setdefault(level, {})[name] = n
    values = np.array([0.0 if count.value is None or count.place[0] != system.lowest else count.value for count in counts])
    masked = (states == State.MASKED) | (states == State.WITHHELD)
    return {
        "threshold": system.threshold,
        "verdict": str(protection.verdict),
        "why": protection.why,
        "levels": levels,
        "masked_share": round(float(values[masked].sum() / max(values.sum(), 1.0)), 6),
        "gap": None if protection.gap is None else round(protection.gap, 6),
    }


def list_members(membership: pa.Table) -> dict[str, dict[Place, list[Place]]]:
    """By lowest level, the territories that each larger one holds."""
    found: dict[str, dict[Place, list[Place]]] = {}
    names = ("from_level", "code", "level", "group_code")
    for from_level, code, level, group in zip(*(list_values(membership, name) for name in names), strict=True):
        found.setdefault(from_level, {}).setdefault((level, group), []).append((from_level, code))
    return found


def clear_sources(
    indicators: Sequence[Indicator],
    sources: Mapping[str, Source],
    secrets: Mapping[str, frozenset[tuple[str, str, str]]],
    geography: Geography,
) -> dict[str, Source]:
    """The sources as a release may keep them. secrets: by indicator, the (period, level, code) of its figures under secrecy."""
    cleared = dict(sources)
    for name, source in sources.items():
        reading = [(one, series) for one in indicators if one.kind is not Kind.VALUE for series in one.series if series.source == name]
        if source.threshold is None or not reading:
            continue
        columns = sorted({column for _, series in reading for column in series.formula.names})
        hidden = {
            (period if series.period is None else None, level, code)
            for one, series in reading
            for period, level, code in secrets.get(one.code, ())
            if series.period in (None, period)
        }
        targets = {year: _list_targets(geography, year) for year in source.tables if year}
        tables = {
            year: _clear_table(table, columns, frozenset(hidden), targets.get(year, {}), source.threshold)
            for year, table in source.tables.items()
        }
        cleared[name] = replace(source, tables=tables, rejects=_clear_rejects(source.rejects, columns, source.threshold))
    return cleared


def _list_targets(geography: Geography, year: int) -> dict[str, list[str]]:
    """The communes of the newest year that each code of `year` leads to."""
    table = geography.crosswalk(year, geography.newest).table
    found: dict[str, list[str]] = {}
    for before, after in zip(list_values(table, "code_from"), list_values(table, "code_to"), strict=True):
        found.setdefault(before, []).append(after)
    return found


def _clear_rejects(rejects: pa.Table, columns: Sequence[str], threshold: int) -> pa.Table:
    """The rejects, without the value of a count that may be a small one written wrongly (« 3,0 »)."""
    names, values = list_values(rejects, "column"), list_values(rejects, "value")
    kept = [None if name in columns and _is_small(value, threshold) else value for name, value in zip(names, values, strict=True)]
    return rejects.set_column(rejects.column_names.index("value"), "value", pa.array(kept, pa.string()))


def _is_small(text: str | None, threshold: int) -> bool:
    try:
        return 0 < float((text or "").replace(",", ".")) < threshold
    except ValueError:
        return False


def _clear_table(
    table: pa.Table,
    columns: Sequence[str],
    hidden: frozenset[tuple[str | None, str, str]],
    targets: Mapping[str, Sequence[str]],
    threshold: int,
) -> pa.Table:
    """The rows without the counts that a release may not hold, in the vintage in which they are kept.

    hidden: (period, or None for every one; level; code) of the figures that are secret. targets: the communes that each commune of the
    rows' year leads to. Rows that lead to one commune together are cleared together: its figure and the other row would give the first.
    """
    levels, codes, periods = (list_values(table, name) for name in ("level", "code", "period"))
    leads = [targets.get(code, (code,)) if level == Level.COMMUNE else (code,) for level, code in zip(levels, codes, strict=True)]
    cleared = _find_small(table, columns, threshold)
    groups: dict[tuple[str, str, str], list[int]] = {}
    for row, (level, period, codes_to) in enumerate(zip(levels, periods, leads, strict=True)):
        for code in codes_to:
            groups.setdefault((period, level, code), []).append(row)
            cleared[row] |= (period, level, code) in hidden or (None, level, code) in hidden
    waiting = {key for key, rows in groups.items() if len(rows) > 1 or any(len(leads[row]) > 1 for row in rows)}
    while spread := {key for key in waiting if cleared[groups[key]].any()}:
        waiting -= spread
        for key in spread:
            cleared[groups[key]] = True
    if not cleared.any():
        return table
    mask = pa.array(cleared)
    for name in columns:
        if name in table.column_names:
            column = table[name].combine_chunks() if table[name].num_chunks != 1 else table[name].chunk(0)
            table = table.set_column(table.column_names.index(name), name, pc.if_else(mask, pa.scalar(None, column.type), column))
    return table


def _find_small(table: pa.Table, columns: Sequence[str], threshold: int) -> Any:
    """The rows (n,) with a count from 1 to threshold - 1."""
    small = np.zeros(table.num_rows, dtype=np.bool_)
    for name in columns:
        if name in table.column_names:
            values = table[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
            with np.errstate(invalid="ignore"):
                small |= (values > 0) & (values < threshold)
    return small
