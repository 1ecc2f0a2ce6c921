"""Rows keep the line where they start, whatever stands between them, block after block."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jauge.tables import blocks
from jauge.tables.blocks import NotUtf8, UnreadableRow, read_ahead, read_blocks

CELLS = st.text('ab \n,;"é', max_size=4)


def _read(data: bytes, names: list[str], **options: bool) -> tuple[list[dict[str, object]], list[tuple[int, int]]]:
    rows, ragged = [], []
    for block in read_ahead(read_blocks(io.BytesIO(data), names, separator=",", first_line=2, **options)):
        rows += block.table.to_pylist()
        ragged += [(row.line, row.cells) for row in block.ragged]
    return rows, ragged


def _oracle(data: bytes, width: int) -> tuple[list[dict[str, object]], list[tuple[int, int]]]:
    """Python's own reader, one row at a time."""
    rows, ragged = [], []
    reader = csv.reader(io.StringIO(data.decode(), newline=""))
    line = 2
    for cells in reader:
        padded = cells or [""] * width
        if len(padded) == width:
            rows.append(dict(zip("abc", padded, strict=False)) | {"_line": line})
        else:
            ragged.append((line, len(padded)))
        line = reader.line_num + 2
    return rows, ragged


@pytest.mark.parametrize("block_bytes", [64, 1 << 20])
@settings(max_examples=50)
@given(rows=st.lists(st.lists(CELLS, min_size=1, max_size=4), max_size=25))
def test_lines_agree_with_a_slow_reading(block_bytes: int, rows: list[list[str]]) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, lineterminator="\n", quoting=csv.QUOTE_ALL).writerows(rows)
    data = written.getvalue().encode()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "_BLOCK_BYTES", block_bytes)
        patch.setattr(blocks, "_CHUNK_BYTES", block_bytes)
        assert _read(data, ["a", "b", "c"]) == _oracle(data, 3)


def test_a_table_without_rows_is_one_empty_block() -> None:
    (block,) = read_blocks(io.BytesIO(b""), ["a"], separator=",", first_line=2)

    assert (block.table.num_rows, block.table.column_names) == (0, ["a", "_line"])


def test_rows_of_a_sheet_are_counted_without_their_line_breaks() -> None:
    rows, _ = _read(b'"a\nb",1\nc,2\n', ["a", "b"], count_rows=True)

    assert [row["_line"] for row in rows] == [2, 3]


def test_a_quote_that_swallows_blocks_is_told_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "_BLOCK_BYTES", 64)

    with pytest.raises(UnreadableRow) as caught:
        _read(b'1,2\n3,"4\n' + b"5,6\n" * 100, ["a", "b"])

    assert caught.value.line <= 3


def test_bytes_that_are_no_utf8_are_told() -> None:
    with pytest.raises(NotUtf8):
        _read("é,1\n".encode("cp1252"), ["a", "b"])
