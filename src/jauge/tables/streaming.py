"""A file and a schema → its faults, or a mended copy: read as a stream, in bounded memory, whatever its size."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, TextIO

import pyarrow as pa

from jauge.tables.blocks import LINE, Block, NotUtf8, UnreadableRow, empty_rows, read_ahead, read_blocks
from jauge.tables.checking import REJECTS
from jauge.tables.finding import Finder, Means
from jauge.tables.headers import MatchedHeader, match_header
from jauge.tables.mending import guess
from jauge.tables.opening import OpenedTable, detect_encoding, guess_encoding, open_table
from jauge.tables.reasons import tell_faults
from jauge.tables.spec import CodeLists, TableSpec

_QUOTED = 200  # characters of a faulty row that a fault quotes


@dataclass(frozen=True, slots=True)
class Report:
    """What a file is worth against a schema. faults, advice: tables of `REJECTS`, by line; advice does not make a table invalid.

    counts: faults by code, all of them, also those past the limit that `faults` stops at. encoding, separator: as found in the file.
    """

    rows: int
    faults: pa.Table
    advice: pa.Table
    counts: Mapping[str, int]
    encoding: str
    separator: str
    notice_lines: int

    @property
    def valid(self) -> bool:
        """Without any fault."""
        return not self.counts

    @property
    def left_out(self) -> int:
        """Faults counted and not listed."""
        return sum(self.counts.values()) - self.faults.num_rows


@dataclass(frozen=True, slots=True)
class StreamOptions:
    """limit: faults listed. codes: vintages. tables: those that links point to."""

    limit: int = 10_000
    codes: CodeLists = field(default_factory=dict)
    tables: Mapping[str, pa.Table] = field(default_factory=dict)
    means: Means = field(default_factory=Means)


def check_stream(stream: BinaryIO, spec: TableSpec, options: StreamOptions | None = None) -> Report:
    """Check a delimited file (seekable, at its start) against a table's description.

    >>> columns = (Column("code", strict=True, required=True), Column("nbr", ColumnType.INTEGER, strict=True))
    >>> report = check_stream(io.BytesIO(b"code,nbr\\n01001,12\\n,x\\n"), TableSpec(columns))
    >>> report.valid, [(f["line"], f["column"], f["code"]) for f in report.faults.to_pylist()]
    (False, [(3, 'code', 'missing_value'), (3, 'nbr', 'not_a_whole_number')])
    """
    options = options or StreamOptions()
    try:
        return _check(stream, spec, options, guess_encoding(stream))
    except (NotUtf8, UnicodeDecodeError):
        return _check(stream, spec, options, detect_encoding(stream))


def _check(stream: BinaryIO, spec: TableSpec, options: StreamOptions, encoding: str) -> Report:
    opened = open_table(stream, [column.name for column in spec.columns], encoding=encoding)
    matched = match_header(opened.header, [column.name for column in spec.columns])
    with Finder(spec, matched.names, codes=options.codes, tables=options.tables, means=options.means, limit=options.limit) as finder:
        _note_header(finder, opened, matched)
        rows = 0
        for block in read_ahead(_blocks(opened, matched)):
            if block.unclosed is not None:
                finder.note(block.unclosed, "", "unclosed_quote")
            rows += block.table.num_rows + len(block.ragged)
            finder.take(block.table, blank_rows=True)
            for row in block.ragged:
                code = "missing_cells" if row.cells < row.expected else "extra_cells"
                detail = f"{row.cells} au lieu de {row.expected}"
                finder.note(row.line, "", code, value=row.text[:_QUOTED], detail=detail)
        finder.find_repeated()
        finder.suggest(options.codes)
        return _report(finder, opened, rows)


def _blocks(opened: OpenedTable, matched: MatchedHeader) -> Iterator[Block]:
    """The blocks of rows, numbered as a spreadsheet shows them: the header is a row, a cell of several lines makes no other.

    One block more, empty, where a quote is not closed.
    """
    if not opened.header:
        return
    first = opened.notice_lines + 2
    try:
        yield from read_blocks(opened.body, matched.names, separator=opened.separator, first_line=first, count_rows=True)
    except UnreadableRow as row:
        yield Block(empty_rows(matched.names), unclosed=row.line)
        return
    if opened.quotes.count % 2:
        yield Block(empty_rows(matched.names), unclosed=first)


def _note_header(finder: Finder, opened: OpenedTable, matched: MatchedHeader) -> None:
    if not opened.header:
        finder.note(1, "", "empty_file")
        return
    line = opened.notice_lines + 1
    if opened.notice_lines:
        finder.note(1, "", "notice_lines", detail=f"{opened.notice_lines}")
    for fault in matched.faults:
        finder.note(line, fault.column, fault.code, value=fault.value, suggestion=fault.suggestion)


def _report(finder: Finder, opened: OpenedTable, rows: int) -> Report:
    faults, advice = (
        tell_faults(finder.list_faults(advisory=advisory), finder.columns, finder.rules).select(REJECTS.names).cast(REJECTS)
        for advisory in (False, True)
    )
    return Report(
        rows=rows,
        faults=_guess(faults, finder),
        advice=advice,
        counts=finder.count_faults(),
        encoding=opened.encoding,
        separator=opened.separator,
        notice_lines=opened.notice_lines,
    )


def _guess(faults: pa.Table, finder: Finder) -> pa.Table:
    """Where no mend is safe, the nearest allowed value: for the eye only."""
    listed = {column.name: column for column in finder.columns if column.enum}
    guesses: dict[tuple[str, str], str | None] = {}
    told = []
    for name, code, value, mended in zip(*(faults[c].to_pylist() for c in ("column", "code", "value", "suggestion")), strict=True):
        suggestion = mended
        if code == "not_in_list" and mended is None:
            if (name, value) not in guesses:
                guesses[name, value] = guess(listed[name], value)
            suggestion = guesses[name, value]
        told.append(suggestion)
    return faults.set_column(REJECTS.get_field_index("suggestion"), "suggestion", pa.array(told, pa.string()))


@dataclass(frozen=True, slots=True)
class Mended:
    """What a mended copy changed: cells by column, names of columns, and whether the bytes were turned into UTF-8."""

    cells: Mapping[str, int]
    headers: Mapping[str, str]
    transcoded: bool
    notice_lines: int

    @property
    def nothing(self) -> bool:
        """Is the copy the same table?"""
        return not (self.cells or self.headers or self.transcoded or self.notice_lines)


def mend_stream(stream: BinaryIO, spec: TableSpec, out: BinaryIO, options: StreamOptions | None = None) -> Mended:
    """Write to `out` the same table in UTF-8 with every safe mend made: no row, column or value is lost, and none is invented.

    What cannot be mended safely stays as it is, rows without shape too.
    """
    options = options or StreamOptions()
    opened = open_table(stream, [column.name for column in spec.columns], encoding=detect_encoding(stream))
    matched = match_header(opened.header, [column.name for column in spec.columns])
    changed: dict[str, int] = {}
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    csv.writer(text, delimiter=opened.separator, lineterminator="\n").writerow(matched.mended)
    with Finder(spec, matched.names, codes=options.codes, means=options.means) as finder:
        for block in read_blocks(opened.body, matched.names, separator=opened.separator, first_line=opened.first_line):
            mended, counts = finder.mend(block.table)
            changed |= {name: changed.get(name, 0) + count for name, count in counts.items()}
            _write_rows(text, opened.separator, mended, block)
    text.detach()
    headers = {before: after for before, after in zip(opened.header, matched.mended, strict=True) if before != after}
    return Mended(changed, headers, opened.encoding != "utf-8", opened.notice_lines)


def _write_rows(text: TextIO, separator: str, mended: pa.Table, block: Block) -> None:
    """Rows in the file's order, those without shape as they were written."""
    writer = csv.writer(text, delimiter=separator, lineterminator="\n")
    lines: list[int] = mended[LINE].to_numpy().tolist()
    rows = zip(*(mended[name].to_pylist() for name in mended.column_names if name != LINE), strict=True)
    ragged = list(block.ragged)
    for line, row in zip(lines, rows, strict=True):
        while ragged and ragged[0].line < line:
            text.write(ragged.pop(0).text.rstrip("\r\n") + "\n")
        writer.writerow(row)
    for left in ragged:
        text.write(left.text.rstrip("\r\n") + "\n")


def read_text_table(stream: BinaryIO) -> pa.Table:
    """The whole of a small delimited file as text columns and `_line`, whatever its encoding and separator. Raises UnreadableRow."""
    opened = open_table(stream, [], encoding=detect_encoding(stream))
    blocks = read_blocks(opened.body, opened.header, separator=opened.separator, first_line=opened.first_line)
    return pa.concat_tables([block.table for block in blocks])
