"""Small readings of Arrow tables of text."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def pick_rows(table: pa.Table, column: str, value: str | int) -> pa.Table:
    """The rows whose `column` is `value`."""
    return table.filter(pc.equal(table[column], pa.scalar(value, table.schema.field(column).type)))


def slice_rows(table: pa.Table, column: str, value: str | int) -> pa.Table:
    """The rows whose `column` is `value`, where such rows stand together. A page reads by it: unlike a filter, it loads no pandas."""
    values: list[Any] = table[column].to_pylist()
    return table.slice(values.index(value), values.count(value)) if value in values else table.slice(0, 0)


def list_values(table: pa.Table, column: str) -> list[Any]:
    """The values of a column, in order."""
    return table[column].to_pylist()


def list_distinct(table: pa.Table, column: str) -> list[Any]:
    """The values of a column, each once, in order of first sight."""
    return pc.unique(table[column]).to_pylist()


def zip_columns(table: pa.Table | pa.RecordBatch, columns: tuple[str, ...]) -> "zip[tuple[Any, ...]]":
    """The rows of some columns, as tuples."""
    return zip(*(table[name].to_pylist() for name in columns), strict=True)


def make_schema(columns: Mapping[str, pa.DataType]) -> pa.Schema:
    """A schema from names and types."""
    return pa.schema([pa.field(name, kind) for name, kind in columns.items()])
