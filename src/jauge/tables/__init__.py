"""The one checker of tables in the house: bytes → text table → typed table and rejects, set-oriented in DuckDB.

parse_table(data, layout, file=...)   bytes of a delimited file → Arrow table of text columns and `_line`; refuses broken files
check_table(table, spec)              text table → `Checked(table, rejects)`; refuses only when rejects pass the limit
"""

from jauge.tables.checking import Checked, check_table
from jauge.tables.errors import Fault, TableRefused, TooManyRejects
from jauge.tables.parsing import LINE, parse_table
from jauge.tables.spec import Code, Column, ColumnType, Layout, TableSpec

__all__ = [
    "LINE",
    "Checked",
    "Code",
    "Column",
    "ColumnType",
    "Fault",
    "Layout",
    "TableRefused",
    "TableSpec",
    "TooManyRejects",
    "check_table",
    "parse_table",
]
