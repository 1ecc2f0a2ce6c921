"""A wrong value rejects its row and says why; the rest goes on, typed."""

import datetime as dt
import re
from dataclasses import replace
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jauge.tables import Code, Column, ColumnType, TableSpec, TooManyRejects, check_table


def _check(column: Column, *cells: str, decimal: str = ".", max_rejects: int = 100) -> tuple[list[object], list[dict[str, object]]]:
    table = pa.table({column.name: list(cells), "_line": range(2, 2 + len(cells))})
    spec = TableSpec((replace(column, decimal=decimal),), max_rejects=max_rejects)
    checked = check_table(table, spec, file="x.csv")
    return checked.table[column.name].to_pylist(), checked.rejects.to_pylist()


@pytest.mark.parametrize(
    ("kind", "decimal", "cell", "value"),
    [
        (ColumnType.INTEGER, ".", " 12 ", 12),
        (ColumnType.INTEGER, ".", "1 234", 1234),
        (ColumnType.INTEGER, ".", "1\u202f234", 1234),
        (ColumnType.INTEGER, ".", "12.0", 12),
        (ColumnType.INTEGER, ",", "12,0", 12),
        (ColumnType.INTEGER, ".", "", None),
        (ColumnType.INTEGER, ".", "\u00a0", None),
        (ColumnType.DECIMAL, ",", "1\u00a0234,5", 1234.5),
        (ColumnType.DECIMAL, ".", "-0.5", -0.5),
        (ColumnType.DECIMAL, ".", "1e3", 1000.0),
        (ColumnType.DATE, ".", "2019-09-30", dt.date(2019, 9, 30)),
        (ColumnType.DATE, ".", "30/09/2019", dt.date(2019, 9, 30)),
        (ColumnType.BOOLEAN, ".", "Oui", True),
        (ColumnType.BOOLEAN, ".", "0", False),
        (ColumnType.TEXT, ".", " Été ", "Été"),
    ],
)
def test_a_cell_is_typed_as_the_french_write_it(kind: ColumnType, decimal: str, cell: str, value: object) -> None:
    values, rejects = _check(Column("c", kind), cell, decimal=decimal)

    assert (values, rejects) == ([value], [])


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        (Column("c", ColumnType.INTEGER), "12.5", "not_a_whole_number"),
        (Column("c", ColumnType.INTEGER), "12 34", "not_a_whole_number"),
        (Column("c", ColumnType.INTEGER), "99999999999999999999", "not_a_whole_number"),
        (Column("c", ColumnType.INTEGER), "s", "not_a_whole_number"),
        (Column("c", ColumnType.INTEGER, minimum=0), "-1", "negative_count"),
        (Column("c", ColumnType.DECIMAL, maximum=100), "100.1", "above_maximum"),
        (Column("c", ColumnType.DECIMAL, minimum=5), "4", "below_minimum"),
        (Column("c", ColumnType.DECIMAL), "1,5", "not_a_number"),
        (Column("c", ColumnType.DECIMAL), "nan", "not_a_number"),
        (Column("c", ColumnType.DECIMAL), "inf", "not_a_number"),
        (Column("c", ColumnType.DATE), "31/02/2019", "not_a_date"),
        (Column("c", ColumnType.DATE), "2019-9-3", "not_a_date"),
        (Column("c", ColumnType.BOOLEAN), "2", "not_a_boolean"),
        (Column("c", ColumnType.CODE, code=Code.COMMUNE), "é1001", "malformed_code"),
        (Column("c", ColumnType.CODE, code=Code.COMMUNE), "99138", "malformed_code"),
        (Column("c", ColumnType.CODE, code=Code.EPCI), "20006919", "malformed_code"),
        (Column("c", required=True), " ", "missing_value"),
        (Column("c", enum=("COM", "ARM")), "DEP", "not_in_list"),
        (Column("c", pattern="[0-9]+"), "12a", "pattern_mismatch"),
    ],
)
def test_a_wrong_cell_rejects_its_row_by_name(column: Column, cell: str, code: str) -> None:
    values, rejects = _check(column, cell)

    assert values == []
    assert [(r["line"], r["column"], r["value"], r["code"]) for r in rejects] == [(2, "c", cell.strip() or None, code)]
    assert rejects[0]["reason"]


@pytest.mark.parametrize("cell", ["01001", "2A004", "2a004", "97411", "98818", "13055"])
def test_every_family_of_commune_codes_is_accepted_in_capitals(cell: str) -> None:
    values, _ = _check(Column("c", ColumnType.CODE, code=Code.COMMUNE), cell)

    assert values == [cell.upper()]


def test_a_code_that_lost_its_zero_is_rejected_with_the_code_it_was() -> None:
    _, rejects = _check(Column("c", ColumnType.CODE, code=Code.COMMUNE), "1001")

    assert rejects[0]["suggestion"] == "01001"


def test_a_decimal_comma_where_a_point_is_declared_is_suggested() -> None:
    _, rejects = _check(Column("c", ColumnType.DECIMAL), "1,5")

    assert rejects[0]["suggestion"] == "1.5"


def test_a_mark_of_suppression_is_missing_and_not_an_error() -> None:
    values, rejects = _check(Column("c", ColumnType.INTEGER, minimum=0, secret=("s", "nd")), "s", "nd", "3")

    assert (values, rejects) == ([None, None, 3], [])


def test_a_cell_that_looks_like_sql_stays_a_cell() -> None:
    values, _ = _check(Column('c"; DROP TABLE raw; --'), "'); DROP TABLE raw; --")

    assert values == ["'); DROP TABLE raw; --"]


def _keyed(*rows: tuple[str, str], max_rejects: int = 100) -> tuple[list[str], list[tuple[int, str]]]:
    table = pa.table({"code": [row[0] for row in rows], "n": [row[1] for row in rows], "_line": range(2, 2 + len(rows))})
    spec = TableSpec((Column("code"), Column("n", ColumnType.INTEGER)), key=("code",), max_rejects=max_rejects)
    checked = check_table(table, spec, file="x.csv")
    return checked.table["code"].to_pylist(), [(r["line"], r["code"]) for r in checked.rejects.to_pylist()]


def test_of_identical_rows_the_first_is_kept() -> None:
    assert _keyed(("a", "1"), ("b", "2"), ("a", "1")) == (["a", "b"], [(4, "duplicate_row")])


def test_of_contradictory_rows_none_is_kept() -> None:
    assert _keyed(("a", "1"), ("b", "2"), ("a", "3")) == (["b"], [(2, "duplicate_key"), (4, "duplicate_key")])


def test_a_rejected_row_does_not_make_its_sound_twin_a_duplicate() -> None:
    assert _keyed(("a", "1"), ("a", "x")) == (["a"], [(3, "not_a_whole_number")])


def test_rows_outside_the_concern_are_set_aside_unchecked() -> None:
    table = pa.table({"level": ["COM", "ARM"], "n": ["1", "broken"], "_line": [2, 3]})
    spec = TableSpec((Column("level"), Column("n", ColumnType.INTEGER)), keep=(("level", ("COM",)),))

    checked = check_table(table, spec)

    assert (checked.rows, checked.set_aside, checked.table.num_rows, checked.rejects.num_rows) == (2, 1, 1, 0)


def test_rejects_beyond_the_limit_refuse_the_file_and_show_them_all() -> None:
    with pytest.raises(TooManyRejects, match=re.escape("2 lignes refusées")) as caught:
        _check(Column("c", ColumnType.INTEGER), "a", "1", "b", max_rejects=1)

    assert caught.value.rejects.num_rows == 2


def test_the_limit_counts_rows_and_not_faults() -> None:
    table = pa.table({"a": ["x"], "b": ["y"], "_line": [2]})
    spec = TableSpec((Column("a", ColumnType.INTEGER), Column("b", ColumnType.INTEGER)), max_rejects=1)

    assert check_table(table, spec).rejects.num_rows == 2


def test_an_empty_table_is_checked_to_an_empty_table() -> None:
    values, rejects = _check(Column("c", ColumnType.INTEGER))

    assert (values, rejects) == ([], [])


def _is_whole(cell: str) -> bool:
    """The oracle: slow, obvious, one cell at a time."""
    text = cell.strip(" \t\u00a0\u202f")
    return text == "" or (re.fullmatch(r"[+-]?[0-9]+(\.0*)?", text) is not None and abs(Decimal(text)) < 2**63)


@given(st.lists(st.text("0123456789+-. eé\u202f", max_size=6), max_size=30))
def test_whole_numbers_agree_with_a_slow_reading(cells: list[str]) -> None:
    cells = [cell for cell in cells if not re.search(r"[0-9][ \u202f]", cell)]

    values, rejects = _check(Column("c", ColumnType.INTEGER), *cells)

    assert len(values) == sum(map(_is_whole, cells))
    assert len(values) + len(rejects) == len(cells)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["1", "2", "x"])), max_size=12), st.randoms())
def test_which_rows_are_accepted_does_not_depend_on_their_order(rows: list[tuple[str, str]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]

    assert sorted(_keyed(*rows)[0]) == sorted(_keyed(*shuffled)[0])
