"""Broken files are refused whole, with the place of the fault; sound ones are read exactly as written."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jauge.tables import Fault, Layout, TableRefused, parse_table
from jauge.tables.errors import ADVICE

LAYOUT = Layout(columns=("code", "nbr"))
SOUND = "code,nbr\n01001,12\n01002,é\n".encode()


def _refusal(data: bytes, layout: Layout = LAYOUT) -> TableRefused:
    with pytest.raises(TableRefused) as caught:
        parse_table(data, layout, file="x.csv")
    return caught.value


def test_a_sound_file_is_read_as_text_with_the_line_of_each_row() -> None:
    table = parse_table(b"\xef\xbb\xbf" + SOUND, LAYOUT, file="x.csv")

    assert table.to_pydict() == {"code": ["01001", "01002"], "nbr": ["12", "é"], "_line": [2, 3]}


def test_a_notice_above_the_header_is_skipped_and_counted() -> None:
    table = parse_table(b"beta version\n" + SOUND, Layout(columns=("code", "nbr"), notice_lines=1), file="x.csv")

    assert table["_line"].to_pylist() == [3, 4]


def test_a_line_break_in_a_quoted_cell_shifts_the_lines_that_follow() -> None:
    table = parse_table(b'code,nbr\n1,"a\nb\nc"\n2,d\n', LAYOUT, file="x.csv")

    assert table["_line"].to_pylist() == [2, 5]


def test_a_blank_line_is_a_row_of_blanks_that_keeps_the_count_of_lines() -> None:
    table = parse_table(b"code,nbr\n1,2\n\n4,5\n", LAYOUT, file="x.csv")

    assert table.to_pydict() == {"code": ["1", "", "4"], "nbr": ["2", "", "5"], "_line": [2, 3, 4]}


def test_ignored_columns_may_be_absent_and_are_left_out() -> None:
    layout = Layout(columns=("code",), ignored=("nbr", "never there"))

    assert parse_table(SOUND, layout, file="x.csv").column_names == ["code", "_line"]


@pytest.mark.parametrize(
    ("data", "fault", "line", "column"),
    [
        (b"", Fault.EMPTY_FILE, None, None),
        (b"  \n\n", Fault.EMPTY_FILE, None, None),
        (b"code,nbr\n", Fault.EMPTY_FILE, 1, None),
        (b"code,nbr\n1,2\n3", Fault.TRUNCATED_FILE, 3, None),
        (b"code,nbr\n1,2\n3,4", Fault.TRUNCATED_FILE, 3, None),
        (b"code,nbr\n1,2\n3\n", Fault.TRUNCATED_FILE, 3, None),
        (b'code,nbr\n1,2\n3,"4\n', Fault.TRUNCATED_FILE, 3, None),
        (b"code;nbr\n1;2\n", Fault.WRONG_SEPARATOR, 1, None),
        (b"code\tnbr\n1\t2\n", Fault.WRONG_SEPARATOR, 1, None),
        (b"code,nbr,nbr\n1,2,3\n", Fault.DUPLICATE_HEADER, 1, "nbr"),
        (b"code,nbrs\n1,2\n", Fault.MISSING_COLUMN, 1, "nbr"),
        (b"code,nbr,new\n1,2,3\n", Fault.EXTRA_COLUMN, 1, "new"),
        (b"code,nbr\n1,2,3\n4,5\n", Fault.RAGGED_ROW, 2, None),
        (b'code,nbr\n1,"a\nb"\n2\n3,4\n', Fault.RAGGED_ROW, 4, None),
    ],
)
def test_a_broken_file_is_refused_with_its_place(data: bytes, fault: Fault, line: int | None, column: str | None) -> None:
    refusal = _refusal(data)

    assert refusal.fault is fault
    assert (refusal.line, refusal.column) == (line, column)
    assert str(refusal).startswith("x.csv")
    assert ADVICE[fault] in str(refusal)


@pytest.mark.parametrize(
    ("data", "encoding", "offset", "line"),
    [
        ("code,nbr\n1,é\n".encode("latin-1"), "utf-8", 11, 2),
        ("code,nbr\n1,é\n".encode(), "cp1252", 11, 2),
        ("code,nbr\n1,Ã©\n".encode(), "utf-8", 11, 2),
        ("code,nbr\n1,\ufffd\n".encode(), "utf-8", 11, 2),
        ("code,nbr\n1,2\n".encode("utf-16-le"), "utf-8", 1, 1),
    ],
)
def test_text_of_another_encoding_is_refused_at_its_byte(data: bytes, encoding: str, offset: int, line: int) -> None:
    refusal = _refusal(data, Layout(columns=("code", "nbr"), encoding=encoding))

    assert refusal.fault is Fault.WRONG_ENCODING
    assert (refusal.byte_offset, refusal.line) == (offset, line)


def test_latin1_text_is_read_when_the_definition_says_so() -> None:
    table = parse_table("code,nbr\n1,é\n".encode("cp1252"), Layout(columns=("code", "nbr"), encoding="cp1252"), file="x.csv")

    assert table["nbr"].to_pylist() == ["é"]


def test_fewer_rows_than_the_definition_knows_is_a_cut_file() -> None:
    assert _refusal(SOUND, Layout(columns=("code", "nbr"), min_rows=3)).fault is Fault.TRUNCATED_FILE


_CELL = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc"), exclude_characters="\ufffd\x00Ã"), max_size=8)


@given(st.lists(st.tuples(_CELL.filter(str.strip), _CELL), min_size=1, max_size=20))
def test_what_is_written_as_csv_is_read_back_unchanged(rows: list[tuple[str, str]]) -> None:
    written = io.StringIO()
    csv.writer(written, lineterminator="\n").writerows([("code", "nbr"), *rows])

    table = parse_table(written.getvalue().encode(), LAYOUT, file="x.csv")

    assert list(zip(table["code"].to_pylist(), table["nbr"].to_pylist(), strict=True)) == rows


@given(st.integers(min_value=0, max_value=len(SOUND) - 1))
def test_a_file_cut_anywhere_is_refused(length: int) -> None:
    # A cut just after a line's end cannot be seen in the bytes alone: the known row count sees it.
    _refusal(SOUND[:length], Layout(columns=("code", "nbr"), min_rows=2))
