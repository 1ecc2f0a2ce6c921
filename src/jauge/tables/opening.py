"""A file nobody described → its encoding, separator, notice lines and header, and its rows as UTF-8; read as a stream, never whole."""

import codecs
import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from jauge.tables.mending import fold

SEPARATORS = {",": "virgule", ";": "point-virgule", "\t": "tabulation", "|": "barre verticale"}
_PIECE = 1 << 20
_HEAD = 1 << 18  # the header and the notice above it stand in the first 256 KiB
_NOTICE_LINES = 20
_BOMS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}


@dataclass(frozen=True, slots=True)
class OpenedTable:
    """A table whose header is read. body: the bytes under it, in UTF-8. first_line: the line of the first row (from 1).

    spaced: each separator is followed by a space («a, b»), that belongs to no cell. quotes: counts those of the body once it is read.
    """

    header: list[str]
    encoding: str
    separator: str
    notice_lines: int
    first_line: int
    spaced: bool
    body: "PieceStream"
    quotes: "QuoteCount"


class QuoteCount:
    """How many quotes passed: an odd number means that one is not closed."""

    def __init__(self) -> None:
        self.count = 0

    def watch(self, pieces: Iterable[bytes]) -> Iterator[bytes]:
        """The same pieces, their quotes counted."""
        for piece in pieces:
            self.count += piece.count(b'"')
            yield piece


def open_table(stream: BinaryIO, names: Iterable[str], *, encoding: str) -> OpenedTable:
    """Find out how a delimited file is written and read its header. names: the columns expected, by which the header is known.

    stream: seekable. encoding: as `guess_encoding` or `detect_encoding` name it. The header is the first line, or the line (of the
    first 20) that holds most of the names; the separator, of those known, the one under which it does.
    """
    stream.seek(0)
    pieces = _decode(stream, encoding)
    head = b""
    for piece in pieces:
        head += piece
        if len(head) >= _HEAD:
            break
    lines = list(io.StringIO(head.decode(errors="ignore"), newline=""))
    separator, notice_lines = _find_header(lines, {fold(name) for name in names})
    header, count = _read_record(lines[notice_lines:], separator)
    spaced = len(header) > 1 and all(name.startswith(" ") for name in header[1:])
    under = len("".join(lines[: notice_lines + count]).encode())
    quotes = QuoteCount()
    rest = quotes.watch(chain([head[under:]], pieces))
    body = _unspace(rest, separator) if spaced else rest
    header = [name.strip() for name in header] if spaced else header
    return OpenedTable(header, encoding, separator, notice_lines, notice_lines + count + 1, spaced, PieceStream(body), quotes)


def guess_encoding(stream: BinaryIO) -> str:
    """The encoding that the start of a file lets hope for: a wrong guess shows later, as bytes that are no UTF-8."""
    start = stream.read(_HEAD)
    stream.seek(0)
    marked = next((name for mark, name in _BOMS.items() if start.startswith(mark)), None)
    return marked or ("utf-8" if _can_decode([start], "utf-8", final=False) else detect_encoding(stream))


def detect_encoding(stream: BinaryIO) -> str:
    """Read the bytes and name their encoding: utf-8, utf-8-sig, utf-16 (by its mark), else cp1252, else latin-1 (which takes any byte).

    >>> detect_encoding(io.BytesIO("é".encode("cp1252")))
    'cp1252'
    """
    stream.seek(0)
    start = stream.read(4)
    for mark, name in _BOMS.items():
        if start.startswith(mark):
            return name
    for encoding in ("utf-8", "cp1252"):
        stream.seek(0)
        if _can_decode(iter(lambda: stream.read(_PIECE), b""), encoding, final=True):
            return encoding
    return "latin-1"


def _can_decode(pieces: Iterable[bytes], encoding: str, *, final: bool) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        for piece in pieces:
            decoder.decode(piece)
        decoder.decode(b"", final=final)
    except UnicodeDecodeError:
        return False
    return True


def _decode(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    """The bytes in UTF-8, without their mark."""
    if encoding == "utf-8-sig":
        stream.seek(len(codecs.BOM_UTF8))
    plain = encoding.startswith("utf-8")
    decoder = codecs.getincrementaldecoder(encoding)()
    while piece := stream.read(_PIECE):
        yield piece if plain else decoder.decode(piece).encode()


def _find_header(lines: list[str], expected: set[str]) -> tuple[str, int]:
    """(separator, lines above the header)."""
    best, found = (0, 0, 0), (",", 0)
    for number in range(min(_NOTICE_LINES, len(lines))):
        for separator in SEPARATORS:
            cells, _ = _read_record(lines[number:], separator)
            known = sum(fold(cell) in expected for cell in cells)
            # With no known name at all, the first line stays the header, cut by the separator that cuts it most.
            rank = (known, -number, len(cells))
            if rank > best and (known or number == 0):
                best, found = rank, (separator, number)
            if expected and known == len(expected):
                return found
    return found


def _read_record(lines: list[str], separator: str) -> tuple[list[str], int]:
    """The cells of the first record and how many lines it takes."""
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=False)
    try:
        return next(reader, []), max(reader.line_num, min(1, len(lines)))
    except csv.Error:
        return [], min(1, len(lines))


def _unspace(pieces: Iterable[bytes], separator: str) -> Iterator[bytes]:
    """The same rows without the space that follows each separator, so that a quoted cell starts with its quote."""
    text = io.TextIOWrapper(io.BufferedReader(PieceStream(pieces)), encoding="utf-8", newline="")
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator, lineterminator="\n")
    for row in csv.reader(text, delimiter=separator, skipinitialspace=True):
        writer.writerow(row)
        if written.tell() >= _PIECE:
            yield written.getvalue().encode()
            written.seek(0)
            written.truncate()
    yield written.getvalue().encode()


class PieceStream(io.RawIOBase):
    """A stream over pieces of bytes as they come."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces, self._left = iter(pieces), b""

    def readable(self) -> bool:
        """It can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """The next piece, or the first `size` bytes of it: no copy of what is already there."""
        piece = self._left or next(self._pieces, b"")
        if 0 <= size < len(piece):
            piece, self._left = piece[:size], piece[size:]
        else:
            self._left = b""
        return piece

    def readinto(self, buffer: "memoryview") -> int:  # type: ignore[override]  # the buffer protocol, as RawIOBase gives it
        """Fill the buffer with what comes next; 0 at the end."""
        piece = self.read(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)
