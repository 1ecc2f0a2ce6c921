"""Carrying counts along weights: exact for whole numbers, to rounding for others."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jauge.territories.shares import split_by_largest_remainder


def share_count(count: Any, weights: Sequence[int]) -> list[Any]:
    """Share a count among weights (not all zero): whole ones by largest remainder, others in proportion, missing as missing.

    >>> share_count(5, [1, 1]), share_count(5.0, [1, 1]), share_count(None, [1, 1])
    ([3, 2], [2.5, 2.5], [None, None])
    """
    if count is None or len(weights) == 1:
        return [count] * len(weights)
    if isinstance(count, int):
        shares = split_by_largest_remainder(abs(count), weights)
        return shares if count >= 0 else [-share for share in shares]
    total = sum(weights)
    return [count * weight / total for weight in weights]


def carry_table(
    table: pa.Table, targets: Mapping[str, Sequence[tuple[str, int]]], *, key: str, counts: Sequence[str], by: Sequence[str]
) -> pa.Table:
    """Carry the rows of a table to their targets and sum: (key, *by, *counts, estimated), ordered by key then `by`.

    targets: for each code, (target, weight). A code without target is left out. Types of the columns are kept.
    """
    columns = [key, *by, *counts]
    table = table.select(columns)
    codes: list[Any] = table[key].to_pylist()
    whole = [row for row, code in enumerate(codes) if len(targets.get(code, ())) == 1]
    shared = [row for row, code in enumerate(codes) if len(targets.get(code, ())) > 1]
    kept = table.take(pa.array(whole, pa.int64()))
    kept = kept.set_column(0, key, pa.array([targets[codes[row]][0][0] for row in whole], table.schema.field(key).type))
    parts = [
        part for row in table.take(pa.array(shared, pa.int64())).to_pylist() for part in _share_row(row, targets[row[key]], key, counts)
    ]
    split = pa.Table.from_pylist(parts, table.schema)
    marked = [t.append_column("estimated", pa.repeat(flag, t.num_rows)) for t, flag in ((kept, False), (split, True))]
    strict = pc.ScalarAggregateOptions(skip_nulls=False)  # a sum with a missing part is missing, not smaller
    sums: list[Any] = [(name, "sum", strict) for name in counts]
    summed = pa.concat_tables(marked).group_by([key, *by]).aggregate([*sums, ("estimated", "any")])
    summed = summed.rename_columns([name.removesuffix("_sum").removesuffix("_any") for name in summed.column_names])
    schema = table.schema.append(pa.field("estimated", pa.bool_()))
    return summed.select(schema.names).cast(schema).sort_by([(name, "ascending") for name in (key, *by)])


def _share_row(row: dict[str, Any], targets: Sequence[tuple[str, int]], key: str, counts: Sequence[str]) -> list[dict[str, Any]]:
    parts = [row | {key: target} for target, _ in targets]
    for name in counts:
        for part, share in zip(parts, share_count(row[name], [weight for _, weight in targets]), strict=True):
            part[name] = share
    return parts
