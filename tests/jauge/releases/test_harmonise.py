"""Carrying rows to another COG year: nothing lost, nothing invented."""

from fractions import Fraction
from typing import Any

import ibis
import pyarrow as pa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jauge.releases import crosswalk_schema, harmonise

CONNECTION = ibis.duckdb.connect()
# A and B become A; C is split into C and E (2 to 1); D stays; 75101 is folded into 75056.
LINKS = [
    ("A", "A", 1, 1, 1, True, False),
    ("B", "A", 1, 1, 1, True, False),
    ("C", "C", 2, 3, 2, True, False),
    ("C", "E", 1, 3, 2, True, False),
    ("D", "D", 1, 1, 1, True, True),
    ("75101", "75056", 1, 1, 1, False, False),
]
COUNTS = st.one_of(st.none(), st.integers(0, 10**7))


def carry(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    schema = pa.schema(
        [(n, pa.string()) for n in ("level", "code", "period")] + [("n", pa.int64()), ("x", pa.float64()), ("rate", pa.float64())]
    )
    table = CONNECTION.create_table(
        "rows", pa.Table.from_pylist([{"level": "commune", "period": "2018", **row} for row in rows], schema), overwrite=True
    )
    columns = dict(zip(crosswalk_schema().names, map(list, zip(*LINKS, strict=True)), strict=True))
    crosswalk = CONNECTION.create_table("crosswalk", pa.table(columns), overwrite=True)
    carried = harmonise(table, crosswalk, counts=["n", "x"], values={"rate": "n"}).to_pyarrow().to_pylist()
    return {row["code"]: row for row in carried}


def test_merged_communes_sum_and_a_split_shares_whole_units() -> None:
    out = carry([{"code": "A", "n": 120}, {"code": "B", "n": 30}, {"code": "C", "n": 10}])

    assert {code: row["n"] for code, row in out.items()} == {"A": 150, "C": 7, "E": 3}
    assert (out["A"]["is_split"], out["C"]["is_split"]) == (False, True)
    assert (out["A"]["parts_found"], out["A"]["parts_expected"]) == (2, 2)


def test_a_count_with_a_blank_part_is_blank_and_never_smaller() -> None:
    assert carry([{"code": "A", "n": 120}, {"code": "B", "n": None}])["A"]["n"] is None


def test_an_absent_part_is_told() -> None:
    row = carry([{"code": "A", "n": 120}])["A"]

    assert (row["n"], row["parts_found"], row["parts_expected"]) == (120, 1, 2)


def test_a_rate_of_merged_communes_is_their_mean_by_weight() -> None:
    out = carry([{"code": "A", "n": 300, "rate": 0.1}, {"code": "B", "n": 100, "rate": 0.5}, {"code": "D", "n": 1, "rate": 0.7}])

    assert round(out["A"]["rate"], 9) == 0.2
    assert out["D"]["rate"] == 0.7


def test_arrondissements_are_folded_into_their_commune() -> None:
    assert carry([{"code": "75101", "n": 4}])["75056"]["n"] == 4


def test_rows_of_other_levels_pass_as_they_are() -> None:
    assert carry([{"code": "22", "level": "departement", "n": 4}])["22"]["n"] == 4


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.fixed_dictionaries({code: st.integers(0, 10**7) for code in ("A", "B", "C", "D", "75101")}))
def test_counts_are_conserved_exactly(counts: dict[str, int]) -> None:
    rows = [{"code": code, "n": count, "x": count / 100} for code, count in counts.items()]

    out = carry(rows)

    assert sum(row["n"] for row in out.values()) == sum(counts.values())
    assert sum(Fraction(row["x"]) for row in out.values()) == Fraction(sum(counts.values()), 100)


@given(st.lists(st.sampled_from("ABCD"), max_size=30))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_places_of_a_directory_are_all_kept_when_a_commune_is_split(codes: list[str]) -> None:
    out = carry([{"code": code, "n": 1} for code in codes])

    assert sum(row["rows"] for row in out.values()) == len(codes)
    assert sum(row["n"] for row in out.values()) == len(codes)
