"""How a file nobody described is written: encoding, separator, notice, header."""

import io

import pytest

from jauge.tables.headers import match_header
from jauge.tables.opening import detect_encoding, open_table

NAMES = ["code", "libellé", "nbr"]
HEADER = "code,libellé,nbr\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_encoding_is_found_and_the_body_comes_in_utf8(encoding: str) -> None:
    stream = io.BytesIO((HEADER + "1,été,2\n").encode(encoding))

    opened = open_table(stream, NAMES, encoding=detect_encoding(stream))

    assert opened.encoding == encoding
    assert (opened.header, opened.body.read()) == (NAMES, "1,été,2\n".encode())


def test_bytes_that_cp1252_has_not_are_latin_1() -> None:
    assert detect_encoding(io.BytesIO(b"\x81\xe9")) == "latin-1"


def test_a_letter_cut_between_two_pieces_is_no_fault() -> None:
    assert detect_encoding(io.BytesIO(b"a" * ((1 << 20) - 1) + "é".encode() * 10)) == "utf-8"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found_by_the_names_it_parts(separator: str) -> None:
    stream = io.BytesIO((HEADER + "1,a,2\n").replace(",", separator).encode())

    assert open_table(stream, NAMES, encoding="utf-8").separator == separator


def test_notice_lines_stand_above_the_header() -> None:
    stream = io.BytesIO(("Fichier du 1er mars ; à lire\n\n" + HEADER + "1,a,2\n").encode())

    opened = open_table(stream, NAMES, encoding="utf-8")

    assert (opened.header, opened.notice_lines, opened.first_line) == (NAMES, 2, 4)


def test_a_header_without_any_known_name_stays_the_first_line() -> None:
    opened = open_table(io.BytesIO(b"a;b;c\n1;2;3\n"), NAMES, encoding="utf-8")

    assert (opened.header, opened.notice_lines, opened.separator) == (["a", "b", "c"], 0, ";")


def test_the_space_after_each_separator_belongs_to_no_cell() -> None:
    stream = io.BytesIO('code, libellé, nbr\n1, "a, b", 2\n'.encode())

    opened = open_table(stream, NAMES, encoding="utf-8")

    assert (opened.header, opened.body.read()) == (NAMES, b'1,"a, b",2\n')


def test_a_line_break_in_a_header_counts_as_a_line() -> None:
    opened = open_table(io.BytesIO('code,"libellé",nbr,"a\nb"\n1,2,3,4\n'.encode()), NAMES, encoding="utf-8")

    assert opened.first_line == 3


@pytest.mark.parametrize(
    ("header", "faults"),
    [
        (["code", "libellé", "nbr"], []),
        (["code", "libellé"], [("nbr", "missing_column")]),
        (["code", "libellé", "nbr", "x"], [("x", "extra_column")]),
        (["code", "libellé", "nbr", ""], [("", "blank_header")]),
        (["code", "libellé", "nbr", "nbr"], [("nbr", "duplicate_column")]),
        (["CODE", "libelle", "nbr "], [("code", "misnamed_column"), ("libellé", "misnamed_column")]),
        (["libellé", "code", "nbr"], [("libellé", "misplaced_column")]),
        ([], [("code", "missing_column"), ("libellé", "missing_column"), ("nbr", "missing_column")]),
    ],
)
def test_a_header_is_told_what_is_wrong(header: list[str], faults: list[tuple[str, str]]) -> None:
    matched = match_header(header, NAMES)

    assert [(fault.column, fault.code) for fault in matched.faults] == faults
    assert len(set(matched.names)) == len(header)


def test_a_name_nearly_right_is_suggested() -> None:
    (extra, _) = match_header(["code", "libellé", "nombr"], ["code", "libellé", "nombre"]).faults

    assert (extra.code, extra.suggestion) == ("extra_column", "nombre")
