"""The one checker of tables in the house, set-oriented in DuckDB.

Two ways in. For a source that a definition describes:
parse_table(data, layout, file=...)   bytes of a delimited file → Arrow table of text columns and `_line`; refuses broken files
check_table(table, spec)              text table → `Checked(table, rejects)`; refuses only when rejects pass the limit

For a file of anybody, against a Table Schema, as a stream of any size:
parse_schema(text)                    JSON → `TableSchema(title, spec, notes)`
check_stream(stream, spec)            → `Report(valid, faults, advice, counts, …)`: every fault is told, none stops the reading
mend_stream(stream, spec, out)        writes the same table with the safe mends made
"""

from jauge.tables.blocks import LINE, UnreadableRow
from jauge.tables.checking import REJECTS, Checked, check_table
from jauge.tables.codes import Code
from jauge.tables.errors import Fault, TableRefused, TooManyRejects
from jauge.tables.finding import Means
from jauge.tables.parsing import parse_table
from jauge.tables.reasons import describe_fault
from jauge.tables.schema import SchemaRefused, TableSchema, parse_schema
from jauge.tables.spec import CodeList, Column, ColumnType, Layout, TableSpec
from jauge.tables.streaming import Mended, Report, StreamOptions, check_stream, mend_stream, read_text_table

__all__ = [
    "LINE",
    "REJECTS",
    "Checked",
    "Code",
    "CodeList",
    "Column",
    "ColumnType",
    "Fault",
    "Layout",
    "Means",
    "Mended",
    "Report",
    "SchemaRefused",
    "StreamOptions",
    "TableRefused",
    "TableSchema",
    "TableSpec",
    "TooManyRejects",
    "UnreadableRow",
    "check_stream",
    "check_table",
    "describe_fault",
    "mend_stream",
    "parse_schema",
    "parse_table",
    "read_text_table",
]
