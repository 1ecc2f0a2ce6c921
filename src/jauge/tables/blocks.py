"""A stream of delimited UTF-8 text → blocks of rows, each cell as written, each row with its line: memory stays bounded."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import BinaryIO, Literal, cast

import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

LINE = "_line"
_BLOCK_BYTES = 4 << 20  # a row longer than a block cannot be read: 4 MiB is far beyond any cell that means something
_CHUNK_BYTES = 16 << 20  # blocks are gathered so that each statement over them has enough rows to be worth its planning
type _Lines = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(frozen=True, slots=True)
class RaggedRow:
    """A row that has not the header's number of cells: its line, its cells, how many were expected, and its text as written."""

    line: int
    cells: int
    expected: int
    text: str


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows, in the file's order: `table` (text columns and `_line`, int64, from 1), and the rows that have no shape.

    unclosed: the line of the row whose quote is never closed, where reading stopped.
    """

    table: pa.Table
    ragged: tuple[RaggedRow, ...] = ()
    unclosed: int | None = None


class UnreadableRow(Exception):
    """A row has no end: a quote that is never closed swallowed the rest. `line`: where it starts."""

    def __init__(self, line: int) -> None:
        self.line = line
        super().__init__(f"the row of line {line} has no end")


class NotUtf8(Exception):
    """Bytes that are no UTF-8: the file is in another encoding than hoped."""


def read_ahead(blocks: Iterator[Block]) -> Iterator[Block]:
    """The same blocks, each read while the one before it is used."""
    with ThreadPoolExecutor(1) as pool:
        coming = pool.submit(next, blocks, None)
        while block := coming.result():
            coming = pool.submit(next, blocks, None)
            yield block


def read_blocks(
    stream: io.RawIOBase | BinaryIO, header: list[str], *, separator: str, first_line: int, count_rows: bool = False
) -> Iterator[Block]:
    """Read the rows under a header, block after block; at least one block, empty when there is no row.

    header: names by position, all different. count_rows: `_line` counts rows, not lines (a sheet of a spreadsheet has no lines).
    Raises UnreadableRow, NotUtf8.
    """
    numbering = _Numbering(first_line, count_rows=count_rows)
    try:
        reader = _open(stream, header, separator, numbering)
    except pa.ArrowInvalid as error:
        if "Empty CSV" not in str(error):
            raise _meaning(error, first_line) from None
        yield Block(empty_rows(header))
        return
    gathered: list[pa.RecordBatch] = []
    size = 0
    for batch in _batches(reader, numbering):
        gathered.append(numbering.number(batch))
        size += batch.nbytes
        if size >= _CHUNK_BYTES:
            yield Block(pa.Table.from_batches(gathered), numbering.take_ragged())
            gathered, size = [], 0
    ragged = numbering.take_ragged()
    if gathered or ragged or not numbering.rows:
        yield Block(pa.Table.from_batches(gathered) if gathered else empty_rows(header), ragged)


def _open(stream: io.RawIOBase | BinaryIO, header: list[str], separator: str, numbering: "_Numbering") -> pa_csv.CSVStreamingReader:
    return pa_csv.open_csv(
        cast(BinaryIO, stream),
        # One thread: only then do faulty rows carry their number.
        read_options=pa_csv.ReadOptions(column_names=header, use_threads=False, block_size=_BLOCK_BYTES),
        parse_options=pa_csv.ParseOptions(
            delimiter=separator, newlines_in_values=True, ignore_empty_lines=False, invalid_row_handler=numbering.note
        ),
        convert_options=pa_csv.ConvertOptions(column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False),
    )


def _batches(reader: pa_csv.CSVStreamingReader, numbering: "_Numbering") -> Iterator[pa.RecordBatch]:
    while True:
        try:
            yield reader.read_next_batch()
        except StopIteration:
            return
        except pa.ArrowInvalid as error:
            raise _meaning(error, numbering.next_line) from None


def _meaning(error: pa.ArrowInvalid, line: int) -> Exception:
    return NotUtf8() if "UTF8" in str(error) else UnreadableRow(line)


def empty_rows(names: list[str]) -> pa.Table:
    """No row, with the columns of a block."""
    return pa.table({name: pa.array([], pa.string()) for name in names} | {LINE: pa.array([], pa.int64())})


class _Numbering:
    """Gives each row the line where it starts: rows without shape and line breaks inside cells shift those that follow."""

    def __init__(self, first_line: int, *, count_rows: bool) -> None:
        self.next_line, self._row, self._count_rows = first_line, 1, count_rows
        self._noted: list[tuple[int, pa_csv.InvalidRow]] = []
        self._ragged: list[RaggedRow] = []

    def note(self, row: pa_csv.InvalidRow) -> Literal["skip", "error"]:
        self._noted.append((row.number or 0, row))
        return "skip"

    @property
    def rows(self) -> int:
        """How many rows were numbered."""
        return self._row - 1

    def take_ragged(self) -> tuple[RaggedRow, ...]:
        """The rows without shape since the last call; those that follow the last numbered row at once among them."""
        self._pass_noted(self._row)
        ragged, self._ragged = tuple(self._ragged), []
        return ragged

    def number(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch with its `_line`."""
        breaks = np.zeros(batch.num_rows, np.int64) if self._count_rows else _count_breaks(batch)
        lines = np.empty(batch.num_rows, np.int64)
        done = 0
        while done < batch.num_rows:
            self._pass_noted(self._row)
            until = min(batch.num_rows, done + self._noted[0][0] - self._row) if self._noted else batch.num_rows
            self._number_run(lines[done:until], breaks[done:until])
            done = until
        # Straight from the buffer: pa.array would import pandas, which takes longer than the whole check of a usual file.
        return batch.append_column(LINE, pa.Array.from_buffers(pa.int64(), len(lines), [None, pa.py_buffer(lines)]))

    def _number_run(self, lines: _Lines, breaks: _Lines) -> None:
        """Number rows that follow each other in the file."""
        steps = 1 + breaks
        ends = np.cumsum(steps)
        lines[:] = self.next_line + ends - steps
        self.next_line += int(ends[-1])
        self._row += len(lines)

    def _pass_noted(self, row: int) -> None:
        """Number the rows without shape that stand at `row` (its number in the file), and those that follow them at once."""
        while self._noted and self._noted[0][0] <= row:
            number, noted = self._noted.pop(0)
            self._ragged.append(RaggedRow(self.next_line, noted.actual_columns, noted.expected_columns, noted.text))
            self.next_line += 1 if self._count_rows else 1 + noted.text.count("\n")
            self._row = row = number + 1


def _count_breaks(batch: pa.RecordBatch) -> _Lines:
    """Line breaks inside the cells of each row, array (n_rows,)."""
    breaks = np.zeros(batch.num_rows, np.int64)
    for column in batch.columns:
        _, offsets, data = column.buffers()
        if data is None or offsets is None:
            continue
        starts = np.frombuffer(offsets, np.int32)[column.offset : column.offset + len(column) + 1]
        letters = np.frombuffer(data, np.uint8)[starts[0] : starts[-1]]
        found = np.flatnonzero(letters == ord("\n"))
        if len(found):
            breaks += np.bincount(np.searchsorted(starts - starts[0], found, side="right") - 1, minlength=batch.num_rows)
    return breaks
