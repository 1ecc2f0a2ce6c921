"""Carrying a source's rows from its own COG year to another: counts conserved to the unit, values only where they stay true.

Rows in: `level, code, period` and the source's columns. Rows out: one per (level, code, period) of the target year, with

- each counted column summed over the parts (null as soon as a part is blank: a part that is not known is not zero),
- each value column where one part alone makes the whole, else the mean by its weight where it has one, else null,
- `rows` (source rows), `parts_found` and `parts_expected` (communes of the source's year), `is_split` (a part was shared by population).

See docs/algorithms/measure.md.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import ibis.expr.types as ir

from jauge.indicators import ROWS
from jauge.territories import Level

KEYS = ("level", "code", "period")
_PRODUCT_TYPE = "decimal(24, 6)"
COUNT_TYPE = "decimal(18, 4)"  # exact sums whatever the order of rows; census counts have two decimals


def crosswalk_schema() -> ibis.Schema:
    """The columns of a crosswalk: one row per (code_from, code_to).

    weight: municipal population of the part in the first later vintage; weight_all: of all the parts of code_from (> 0).
    parts: how many codes a code_from becomes. is_commune: false for a code that is no commune of its vintage (an arrondissement,
    a delegated commune), which is folded and not waited for. is_alone: a commune that nothing else makes and that makes nothing else.
    """
    columns = {
        "code_from": "string",
        "code_to": "string",
        "weight": "int64",
        "weight_all": "int64",
        "parts": "int64",
        "is_commune": "boolean",
        "is_alone": "boolean",
    }
    return ibis.schema(columns)


def harmonise(table: ir.Table, crosswalk: ir.Table, *, counts: Sequence[str], values: Mapping[str, str | None] | None = None) -> ir.Table:
    """Carry the commune rows of `table` along `crosswalk`; rows of other levels pass as they are (their codes do not change hands).

    values: the value columns, each with the counted column that weighs it (None: it cannot be carried into a merged commune).
    """
    values = values or {}
    numbered = table.mutate(**{ROWS: ibis.literal(1).cast("int64")})
    return _carry_communes(numbered, crosswalk, counts, values).union(_keep_others(numbered, counts, list(values)), distinct=False)


def _keep_others(table: ir.Table, counts: Sequence[str], values: Sequence[str]) -> ir.Table:
    rows = table.filter(table.level != str(Level.COMMUNE))
    one = ibis.literal(1).cast("int64")
    summed = rows.group_by(list(KEYS)).agg(
        **{name: _sum_known(rows[name]) for name in counts},
        **{name: rows[name].cast("float64").max() for name in values},
        rows=rows[ROWS].sum(),
    )
    return summed.mutate(parts_found=one, parts_expected=one, is_split=ibis.literal(False))


def _carry_communes(table: ir.Table, crosswalk: ir.Table, counts: Sequence[str], values: Mapping[str, str | None]) -> ir.Table:
    rows = table.filter(table.level == str(Level.COMMUNE))
    joined = rows.join(crosswalk, rows.code == crosswalk.code_from).drop("code_from")
    # Nearly every commune: what has neither parts nor fellows has none to be counted.
    alone = _sum_alone(_cast(joined.filter(joined.is_alone), counts, values), counts, list(values))
    joined = joined.filter(~joined.is_alone)
    whole = joined.filter(joined.parts == 1)
    shared = _share(_gather(joined.filter(joined.parts > 1), [*counts, ROWS], list(values)), [*counts, ROWS])
    names = ["level", "period", "code", "code_to", "is_commune", *counts, *values, ROWS]
    parts = _cast(whole, counts, values).select(*names, is_split=ibis.literal(False)).union(
        _cast(shared, counts, values).select(*names, is_split=ibis.literal(True)), distinct=False
    )  # fmt: skip
    return _sum_parts(parts, _count_expected(crosswalk), counts, values).union(alone, distinct=False)


def _sum_alone(rows: ir.Table, counts: Sequence[str], values: Sequence[str]) -> ir.Table:
    """The rows of each commune that stayed itself, as `_sum_parts` would give them: a file has one, a directory one per place."""
    one = ibis.literal(1).cast("int64")
    summed = rows.group_by(["level", "code_to", "period"]).agg(
        **{name: _sum_known(rows[name]) for name in counts},
        **{name: rows[name].max() for name in values},
        rows=rows[ROWS].sum(),
    )
    told = summed.mutate(code=summed.code_to, parts_found=one, parts_expected=one, is_split=ibis.literal(False))
    return told.select(*KEYS, *counts, *values, ROWS, "parts_found", "parts_expected", "is_split")


def _cast(table: ir.Table, counts: Sequence[str], values: Mapping[str, str | None]) -> ir.Table:
    kinds = dict.fromkeys(counts, COUNT_TYPE) | dict.fromkeys(values, "float64") | {ROWS: "int64"}
    return table.mutate(**{name: table[name].cast(kind) for name, kind in kinds.items()})


def _gather(rows: ir.Table, counts: Sequence[str], values: Sequence[str]) -> ir.Table:
    """One row per commune and part: a directory has a row per place, and its places are shared together, not one by one."""
    keys = ["level", "period", "code", "code_to", "weight", "weight_all", "is_commune"]

    def sum_known(column: Any) -> Any:  # keeps the type: whole counts are shared by units
        column = column.cast("int64") if column.type().is_boolean() else column
        return ibis.cases((column.isnull().sum() > 0, ibis.null(column.type())), else_=column.sum()).cast(column.type())

    gathered = {name: sum_known(rows[name]) for name in counts} | {name: rows[name].max() for name in values}
    return rows.group_by(keys).agg(**gathered)


def _share(rows: ir.Table, counts: Sequence[str]) -> ir.Table:
    """Share each count of a split commune by largest remainder: whole units, or hundredths where the source has decimals."""
    return rows.mutate(**{name: _largest_remainder(rows, name) for name in counts})


def _largest_remainder(rows: ir.Table, name: str) -> Any:
    column: Any = rows[name]
    unit = 1 if column.type().is_integer() else 100
    units = (column.cast(COUNT_TYPE) * unit).round(0).cast("int64")
    floor = (units * rows.weight) // rows.weight_all
    remainder = (units * rows.weight) % rows.weight_all
    row = [rows.period, rows.code]
    left = units - floor.sum().over(group_by=row)
    rank = ibis.row_number().over(group_by=row, order_by=[remainder.desc(), rows.code_to])
    return (floor + ibis.cases((rank < left, 1), else_=0)).cast(COUNT_TYPE) / unit


def _count_expected(crosswalk: ir.Table) -> ir.Table:
    communes = crosswalk.filter(crosswalk.is_commune)
    return communes.group_by(target=communes.code_to).agg(parts_expected=communes.code_from.nunique())


def _sum_parts(parts: ir.Table, expected: ir.Table, counts: Sequence[str], values: Mapping[str, str | None]) -> ir.Table:
    found = parts.is_commune.ifelse(parts.code, "folded").nunique()
    summed = parts.group_by(["level", "code_to", "period"]).agg(
        **{name: _sum_known(parts[name]) for name in counts},
        **{name: ibis.cases((found == 1, parts[name].max()), else_=_weigh(parts, name, weight)) for name, weight in values.items()},
        rows=parts[ROWS].sum(),
        parts_found=found,
        is_split=parts.is_split.max(),
    )
    joined = summed.left_join(expected, summed.code_to == expected.target)
    return joined.select(
        "level", "period", *counts, *values, ROWS, "parts_found", "is_split",
        code=joined.code_to, parts_expected=joined.parts_expected.fill_null(1),
    ).select(*KEYS, *counts, *values, ROWS, "parts_found", "parts_expected", "is_split")  # fmt: skip


def _weigh(parts: ir.Table, name: str, weight: str | None) -> Any:
    """The mean of a value over the parts of a merged commune; null without a weight, or where a part is not known."""
    if weight is None:
        return ibis.null("float64")
    product = (parts[name] * parts[weight].cast("float64")).cast(_PRODUCT_TYPE)
    mean = product.sum().cast("float64") / parts[weight].sum().cast("float64").nullif(0)
    return ibis.cases((product.isnull().sum() > 0, ibis.null("float64")), else_=mean)


def _sum_known(column: Any) -> Any:
    """The sum of a column, null as soon as one part is."""
    exact = column.cast(COUNT_TYPE)
    return ibis.cases((exact.isnull().sum() > 0, ibis.null(COUNT_TYPE)), else_=exact.sum().cast(COUNT_TYPE))
