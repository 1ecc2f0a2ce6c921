"""An exported cell never runs in a spreadsheet, and comes back as it was when it is harmless."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.ui.exports import safe_cell, write_csv


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "\u00a0=1", "＝1"])
def test_a_cell_that_would_be_a_formula_is_written_as_text(cell: str) -> None:
    assert safe_cell(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["Saint-Malo", "01001", "a=b", "", -3, 0.5, True])
def test_a_harmless_cell_is_untouched(cell: object) -> None:
    assert safe_cell(cell) == cell


def test_a_missing_value_is_a_blank_and_not_a_zero() -> None:
    assert safe_cell(None) == ""


def test_the_header_too_is_made_safe() -> None:
    out = io.StringIO()

    write_csv(out, ["=a", "b"], [["x;y", -1]], separator=";")

    assert out.getvalue() == '\'=a;b\r\n"x;y";-1\r\n'


@given(
    st.lists(st.lists(st.text(st.characters(codec="utf-8", exclude_categories=("Cs",), exclude_characters="\x00")), min_size=2, max_size=2))
)
def test_no_exported_cell_begins_like_a_formula(rows: list[list[str]]) -> None:
    out = io.StringIO(newline="")

    write_csv(out, ["a", "b"], rows)

    read = list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1:]
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [[cell.removeprefix("'") for cell in row] for row in rows]
    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for row in read for cell in row)
