"""Which rows of which source a set of indicators needs, and their measures compiled without any data."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

import ibis
import ibis.expr.types as ir

from jauge.indicators import ROWS, Indicator, Series
from jauge.releases.harmonise import COUNT_TYPE, crosswalk_schema, harmonise
from jauge.releases.measure import join_uses, lay_out, measure
from jauge.releases.spread import membership_schema, sum_up

type SourceKey = tuple[str, str]  # a source and the text of the filter over its rows


@dataclass(frozen=True, slots=True)
class Needed:
    """Rows of a source that one or more series need alike: the source, the filter, the counted columns, and the value columns with the
    column that weighs each (None: none does).
    """

    source: str
    where: str
    counts: tuple[str, ...] = ()
    values: Mapping[str, str | None] = field(default_factory=dict)


def find_key(series: Series) -> SourceKey:
    """The rows that a series reads ("" for one made from other indicators)."""
    return (series.source or "", series.where.text if series.where else "")


def list_needed(indicators: Iterable[Indicator]) -> dict[SourceKey, Needed]:
    """What the indicators need of each source, in order of key. A column that is counted once is counted everywhere."""
    found: dict[SourceKey, Needed] = {}
    for indicator in indicators:
        for series in indicator.series:
            if series.source is None:
                continue
            key = find_key(series)
            before = found.get(key, Needed(*key))
            counts, values = _split_names(indicator, series)
            found[key] = replace(before, counts=_merge(before.counts, counts), values={**before.values, **values})
    return {key: replace(need, values=_without(need.values, need.counts)) for key, need in sorted(found.items())}


def _split_names(indicator: Indicator, series: Series) -> tuple[set[str], dict[str, str | None]]:
    """Columns that are counted; columns that are values which cannot be added, with their weight where it is one column."""
    formula = series.formula
    weights = formula.weight.names if formula.weight else ()
    weight: str | None = weights[0] if len(weights) == 1 else None
    values: dict[str, str | None] = dict.fromkeys(formula.value.names if formula.value else (), weight)
    ruled = {name for rule in indicator.missing for name in rule.when.names}
    return (set(formula.names) | ruled) - set(values) - {ROWS}, values


def _merge(before: tuple[str, ...], more: set[str]) -> tuple[str, ...]:
    return tuple(sorted({*before, *more}))


def _without(values: Mapping[str, str | None], counts: tuple[str, ...]) -> dict[str, str | None]:
    return {name: values[name] for name in sorted(values) if name not in counts}


def compile_measures(indicators: Iterable[Indicator]) -> Iterator[ir.Table]:
    """Every measure over tables without data, harmonising and sums included: what their text hashes to is part of a release's id."""
    indicators = list(indicators)
    rows = {key: _harmonise_unbound(need) for key, need in list_needed(indicators).items()}
    yield from rows.values()
    territories = ibis.table(ibis.schema({"level": "string", "code": "string", "departement": "string"}), name="territories")
    membership = ibis.table(membership_schema(), name="membership")
    for indicator in indicators:
        for series in indicator.series:
            rows = _find_unbound_rows(series, list_needed([indicator]))
            base = measure(lay_out(rows, territories, series), indicator, series)
            yield base
        unbound = ibis.table(base.schema(), name="base")
        if (above := sum_up(unbound, membership, indicator)) is not None:
            yield above


def _harmonise_unbound(need: Needed) -> ir.Table:
    columns = {"level": "string", "code": "string", "period": "string"}
    columns |= dict.fromkeys(need.counts, "int64") | dict.fromkeys(need.values, "float64")
    crosswalk = ibis.table(crosswalk_schema(), name="crosswalk")
    return harmonise(ibis.table(ibis.schema(columns), name=need.source), crosswalk, counts=need.counts, values=need.values)


def _find_unbound_rows(series: Series, needs: Mapping[SourceKey, Needed]) -> ir.Table:
    if series.source is None:
        used = {"level": "string", "code": "string", "status": "string", "numerator": COUNT_TYPE, "coverage": "float64"}
        return join_uses({use.name: ibis.table(ibis.schema(used), name=f"used_{use.name}") for use in series.uses})
    need = needs[find_key(series)]
    columns = {"level": "string", "code": "string", "period": "string"}
    columns |= dict.fromkeys(need.counts, COUNT_TYPE) | dict.fromkeys(need.values, "float64")
    columns |= {ROWS: "int64", "parts_found": "int64", "parts_expected": "int64", "is_split": "boolean"}
    return ibis.table(ibis.schema(columns), name="harmonised")
