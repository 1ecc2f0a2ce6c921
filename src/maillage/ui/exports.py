"""CSV exports that a spreadsheet opens without harm: no cell of ours can become a formula."""

import csv
from collections.abc import Iterable, Sequence
from typing import Protocol

# Source: OWASP, «CSV Injection» (checked 2026-11-25); the full-width signs are read as formulas by some spreadsheets too.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class TextWriter(Protocol):
    """Whatever receives text: an open file, an HTTP response."""

    def write(self, text: str, /) -> object:
        """Take some text."""
        ...


def safe_cell(value: object) -> object:
    """Give back a cell that no spreadsheet will run: text that begins like a formula gets an apostrophe before it.

    Numbers are untouched, also negative ones: a number is not text. None is a blank cell.

    >>> safe_cell("=1+1"), safe_cell(-3), safe_cell(None)
    ("'=1+1", -3, '')
    """
    if value is None:
        return ""
    if isinstance(value, str) and value.lstrip(" \N{NO-BREAK SPACE}").startswith(_FORMULA_STARTS):
        return "'" + value
    return value


def write_csv(out: TextWriter, header: Sequence[str], rows: Iterable[Sequence[object]], *, separator: str = ",") -> None:
    """Write a header and rows, every cell made safe. Lines end with CRLF (RFC 4180); text that needs quotes has them."""
    writer = csv.writer(out, delimiter=separator)
    writer.writerow([safe_cell(name) for name in header])
    writer.writerows([safe_cell(cell) for cell in row] for row in rows)
