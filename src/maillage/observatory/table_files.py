"""Files of tables as people have them: delimited text, or a sheet of a spreadsheet read as such."""

import csv
import io
from collections.abc import Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import pyarrow as pa
from python_calamine import CalamineError, CalamineWorkbook

from jauge.tables import Code, CodeList, TableSpec, read_text_table
from maillage.territories import api as territories

if TYPE_CHECKING:
    from collections.abc import Iterator

SHEETS = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
type _Cell = str | float | bool | datetime | date | time | timedelta


class UnreadableSheet(Exception):
    """The spreadsheet cannot be opened. `file`."""

    code = "unreadable_sheet"

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(f"{file} : classeur illisible. Ouvrez-le dans un tableur et enregistrez-le en CSV.")


def is_sheet(path: Path) -> bool:
    """Is the file a spreadsheet, by its name?"""
    return path.suffix.lower() in SHEETS


@contextmanager
def open_table_file(path: Path) -> "Iterator[BinaryIO]":
    """The bytes of a delimited file; of a spreadsheet, its first sheet as CSV in UTF-8. Raises OSError, UnreadableSheet."""
    if is_sheet(path):
        yield io.BytesIO(_read_sheet(path))
        return
    with path.open("rb") as stream:
        yield stream


def _read_sheet(path: Path) -> bytes:
    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError, IndexError):
        raise UnreadableSheet(path.name) from None
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n").writerows([[_write_cell(cell) for cell in row] for row in rows])
    return written.getvalue().encode()


def _write_cell(cell: _Cell) -> str:
    """The cell as a CSV would hold it: «3», not «3.0»; ISO dates; `true`, `false`."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date | time) else str(cell)


def read_tables(files: Mapping[str, Path]) -> dict[str, pa.Table]:
    """The tables that foreign keys point to, by name, as text. Raises OSError, UnreadableSheet."""
    tables = {}
    for name, path in files.items():
        with open_table_file(path) as stream:
            tables[name] = read_text_table(stream)
    return tables


def list_codes(spec: TableSpec) -> dict[tuple[Code, int], CodeList]:
    """The codes of the vintages that the columns of a table are held against. Raises UnknownVintage."""
    asked = {(column.code, column.cog_year) for column in spec.columns if column.code and column.cog_year}
    return {(code, year): _list_codes(code, year) for code, year in asked if code and year}


def _list_codes(code: Code, year: int) -> CodeList:
    """The territories of a level in a vintage, and which commune answers there for a code of another year (since 2008)."""
    geography = territories.get_geography()
    codes = frozenset(ref.code for ref in geography.list_refs(territories.Level(code.value), year))
    if code is not Code.COMMUNE:
        return CodeList(codes)
    links = geography.crosswalk(year, year).links
    former = {old: max(found, key=lambda link: link.weight).code_to for old, found in links.items() if found and old not in codes}
    return CodeList(codes, former)
