"""Bytes of a delimited file → Arrow table of text, exactly as written, with the line of each row. Broken files are refused whole."""

import csv
import io
from difflib import get_close_matches

import pyarrow as pa

from jauge.tables.blocks import LINE, RaggedRow, read_blocks
from jauge.tables.errors import Fault, TableRefused
from jauge.tables.spec import Layout

SEPARATORS = {",": "virgule", ";": "point-virgule", "\t": "tabulation", "|": "barre verticale"}
_BOM = b"\xef\xbb\xbf"
_BROKEN_TEXT = {
    b"\xc3\x83\xc2": "texte encodé deux fois en UTF-8 (« Ã© » au lieu de « é »)",
    b"\xef\xbf\xbd": "caractère de remplacement « \N{REPLACEMENT CHARACTER} » : des lettres ont déjà été perdues",
    b"\x00": "octet nul (fichier UTF-16, ou qui n’est pas du texte)",
}


def parse_table(data: bytes, layout: Layout, *, file: str) -> pa.Table:
    """Read the wanted columns as text, in the file's order, plus `_line` (int64, from 1, the line where the row starts).

    Blank cells are empty strings: what they mean is the definition's to say. Raises TableRefused, with
    its fault.

    >>> parse_table(b"code,nbr\\n01001,12\\n", Layout(columns=("code", "nbr")), file="x.csv").to_pylist()
    [{'code': '01001', 'nbr': '12', '_line': 2}]
    >>> parse_table(b"", Layout(columns=("code",)), file="x.csv")
    Traceback (most recent call last):
    jauge.tables.errors.TableRefused: x.csv : le fichier est vide. Récupérez le fichier de nouveau : celui-ci ne contient aucune donnée.
    """
    if not data.strip():
        raise TableRefused(Fault.EMPTY_FILE, file=file, found="le fichier est vide")
    text = _as_utf8(data, layout, file)
    header, body, first_line = _split_header(text, layout, file)
    _check_header(header, layout, file)
    _check_end(body, layout, file, first_line)
    table = _read_rows(body, header, layout, file, first_line)
    _check_row_count(table, layout, file)
    return table.select([*[name for name in layout.columns if name in header], LINE])


def _as_utf8(data: bytes, layout: Layout, file: str) -> bytes:
    """The same text in UTF-8 without a byte order mark."""
    try:
        text = data.decode(layout.encoding)
    except UnicodeDecodeError as error:
        found = f"octet 0x{data[error.start]:02X} impossible"
        raise _wrong_encoding(data, error.start, layout, file, found) from None
    if layout.encoding.lower().replace("_", "-") not in {"utf-8", "utf8"}:
        _refuse_hidden_utf8(data, layout, file)
        return text.encode()
    for mark, found in _BROKEN_TEXT.items():
        if (offset := data.find(mark)) >= 0:
            raise _wrong_encoding(data, offset, layout, file, found)
    return data.removeprefix(_BOM)


def _refuse_hidden_utf8(data: bytes, layout: Layout, file: str) -> None:
    """A one-byte encoding accepts any byte: real UTF-8 read so would give «Ã©» without an error."""
    if data.isascii():
        return
    try:
        data.decode()
    except UnicodeDecodeError:
        return
    offset = next(i for i, byte in enumerate(data) if byte > 0x7F)
    raise _wrong_encoding(data, offset, layout, file, "le fichier est en UTF-8")


def _wrong_encoding(data: bytes, offset: int, layout: Layout, file: str, found: str) -> TableRefused:
    return TableRefused(
        Fault.WRONG_ENCODING,
        byte_offset=offset,
        file=file,
        line=data.count(b"\n", 0, offset) + 1,
        expected=f"texte en {layout.encoding}",
        found=found,
    )


def _split_header(text: bytes, layout: Layout, file: str) -> tuple[list[str], bytes, int]:
    """The header's names, the bytes under it, and the number of the first line under it."""
    rest = text
    for _ in range(layout.notice_lines):
        rest = rest.partition(b"\n")[2]
    line, _, body = rest.partition(b"\n")
    number = layout.notice_lines + 1
    if not body.strip():
        raise TableRefused(Fault.EMPTY_FILE, file=file, line=number, found="aucune ligne de données sous l’en-tête")
    return _cells(line.decode().rstrip("\r"), layout.separator), body, number + 1


def _cells(line: str, separator: str) -> list[str]:
    return next(csv.reader(io.StringIO(line), delimiter=separator), [])


def _check_header(header: list[str], layout: Layout, file: str) -> None:
    line = layout.notice_lines + 1
    _check_separator(header, layout, file, line)
    seen: set[str] = set()
    for name in header:
        if name in seen:
            raise TableRefused(Fault.DUPLICATE_HEADER, file=file, line=line, column=name, found="l’en-tête porte deux fois ce nom")
        seen.add(name)
    for name in layout.columns:
        if name not in seen:
            near = get_close_matches(name, header, 1)
            hint = f" (le plus proche : « {near[0]} »)" if near else ""
            raise TableRefused(Fault.MISSING_COLUMN, file=file, line=line, column=name, found=f"la colonne manque{hint}")
    for name in header:
        if name not in layout.columns and name not in layout.ignored:
            raise TableRefused(Fault.EXTRA_COLUMN, file=file, line=line, column=name, found="colonne que la définition ne connaît pas")


def _check_separator(header: list[str], layout: Layout, file: str, line: int) -> None:
    wanted = set(layout.columns)
    if wanted <= set(header) or len(header) > 1:
        return
    for separator, name in SEPARATORS.items():
        if separator != layout.separator and wanted & set(_cells(header[0] if header else "", separator)):
            found = f"l’en-tête est séparé par « {separator!r} » ({name})".replace("'", "")
            raise TableRefused(
                Fault.WRONG_SEPARATOR, file=file, line=line, found=found, expected=SEPARATORS.get(layout.separator, repr(layout.separator))
            )


def _check_end(body: bytes, layout: Layout, file: str, first_line: int) -> None:
    """A cut download ends in mid-line, or in a quoted cell."""
    last_line = first_line + body.rstrip(b"\r\n").count(b"\n")
    if body.count(b'"') % 2:
        raise TableRefused(Fault.TRUNCATED_FILE, file=file, line=last_line, found="un guillemet n’est pas fermé avant la fin du fichier")
    if layout.final_newline and not body.endswith(b"\n"):
        raise TableRefused(Fault.TRUNCATED_FILE, file=file, line=last_line, found="la dernière ligne ne finit pas par un retour à la ligne")


def _read_rows(body: bytes, header: list[str], layout: Layout, file: str, first_line: int) -> pa.Table:
    whole = body.rstrip(b"\r\n") + b"\n"
    blocks = list(read_blocks(io.BytesIO(whole), header, separator=layout.separator, first_line=first_line))
    for block in blocks:
        if block.ragged:
            raise _refuse_ragged(block.ragged[0], first_line + whole.count(b"\n") - 1, file)
    return pa.concat_tables([block.table for block in blocks])


def _refuse_ragged(row: RaggedRow, last_line: int, file: str) -> TableRefused:
    """A short last row is the mark of a cut; elsewhere the row itself is broken."""
    cut = row.line == last_line and row.cells < row.expected
    fault = Fault.TRUNCATED_FILE if cut else Fault.RAGGED_ROW
    return TableRefused(fault, file=file, line=row.line, expected=f"{row.expected} cellules", found=f"{row.cells} cellules")


def _check_row_count(table: pa.Table, layout: Layout, file: str) -> None:
    if table.num_rows < layout.min_rows:
        raise TableRefused(
            Fault.TRUNCATED_FILE, file=file, found=f"lignes de données : {table.num_rows}", expected=f"au moins {layout.min_rows}"
        )
