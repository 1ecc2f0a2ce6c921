"""Changes between two tables of observations and their chains, on tables of a few rows."""

from collections.abc import Mapping, Sequence

import ibis
import pyarrow as pa
import pytest

from jauge.releases import Change, carry_touched, compare, explain, find_moved, find_touched, lay_ground

NAMES = ("level", "code", "indicator", "period", "value", "numerator", "denominator", "status", "reason", "source")
TYPES = dict.fromkeys(NAMES, pa.string()) | dict.fromkeys(("value", "numerator", "denominator"), pa.float64())


def observe(*rows: tuple[str, float | None, str, str | None]) -> ibis.Table:
    """Observations of communes: code, value, status, reason."""
    columns = [("commune", code, "a", "2020", value, None, None, status, reason, "s") for code, value, status, reason in rows]
    return make(TYPES, columns)


def make(types: Mapping[str, pa.DataType], rows: Sequence[Sequence[object]]) -> ibis.Table:
    arrays = {name: pa.array([row[n] for row in rows], kind) for n, (name, kind) in enumerate(types.items())}
    return ibis.memtable(pa.table(arrays))


def text(*names: str, rows: Sequence[Sequence[object]] = ()) -> ibis.Table:
    return make(dict.fromkeys(names, pa.string()), rows)


def run(table: ibis.Table) -> list[dict[str, object]]:
    return ibis.duckdb.connect().to_pyarrow(table).to_pylist()  # type: ignore[no-any-return]


def tell(before: ibis.Table, after: ibis.Table, fallbacks: Sequence[Sequence[object]] = ()) -> dict[str, str]:
    places = make({"indicator": pa.string(), "level": pa.string(), "code": pa.string(), "is_single": pa.bool_(), "cause": pa.string()}, [])
    told = explain(
        compare(before, after),
        figures=text("level", "code", "indicator", "period", "cause", rows=[("commune", "1", "a", "2020", "source")]),
        places=places,
        series=text("indicator", "period", "cause"),
        fallbacks=make({"indicator": pa.string(), "cause": pa.string(), "rank": pa.int64()}, fallbacks),
    )
    return {str(row["code"]): str(row["chain"]) for row in run(told)}


def test_each_kind_of_change_has_its_name() -> None:
    before = observe(("1", 1.0, "observed", None), ("2", 2.0, "observed", None), ("3", None, "missing", "not_collected"),
                     ("4", 4.0, "observed", None), ("5", 5.0, "observed", None), ("6", 6.0, "observed", None))  # fmt: skip
    after = observe(("1", 1.5, "observed", None), ("2", None, "secret", "statistical_secrecy"), ("3", 3.0, "observed", None),
                    ("4", 4.0, "estimated", "weighted"), ("6", 6.0 + 1e-14, "observed", None), ("7", 7.0, "observed", None))  # fmt: skip

    found = {row["code"]: row["change"] for row in run(compare(before, after))}

    assert found == {
        "1": Change.REVISED,
        "2": Change.LOST,
        "3": Change.GAINED,
        "4": Change.RESTATED,
        "5": Change.DISAPPEARED,
        "7": Change.APPEARED,
    }


def test_a_figure_that_becomes_secret_is_told_so_beside_its_other_cause() -> None:
    before = observe(("1", 1.0, "observed", None), ("2", 2.0, "observed", None))
    after = observe(("1", None, "secret", "statistical_secrecy"), ("2", None, "secret", "statistical_secrecy"))

    assert tell(before, after) == {"1": "source+secrecy", "2": "secrecy"}


def test_a_change_that_nothing_explains_says_so() -> None:
    assert tell(observe(("2", 1.0, "observed", None)), observe(("2", 2.0, "observed", None))) == {"2": "unexplained"}


def test_a_fallback_is_told_only_where_nothing_else_is() -> None:
    before, after = (observe(("1", value, "observed", None), ("2", value, "observed", None)) for value in (1.0, 2.0))

    told = tell(before, after, fallbacks=[("a", "method", 2), ("a", "territory", 1)])

    assert told == {"1": "source", "2": "territory"}


def test_rows_in_another_order_are_not_touched_but_one_row_more_is() -> None:
    types = {"level": pa.string(), "code": pa.string(), "from_year": pa.int64(), "period": pa.string(), "x": pa.int64()}
    old = make(types, [("commune", "1", 2020, "2020", 1), ("commune", "1", 2020, "2020", 2), ("commune", "2", 2020, "2020", 7)])
    new = make(types, [("commune", "1", 2020, "2020", 2), ("commune", "1", 2020, "2020", 1), *[("commune", "2", 2020, "2020", 7)] * 2])

    assert [row["code"] for row in run(find_touched(old, new, ["x"]))] == ["2"]


@pytest.fixture
def country() -> tuple[ibis.Table, ibis.Table]:
    """The ground of three communes in one EPCI, before and after that the third joins the second (their EPCI keeps its ground)."""
    names = ("level", "code", "epci", "departement", "region", "pays")
    commune = [("commune", code, "E", "D", "R", "FR") for code in ("1", "2", "3")]
    groups = [("epci", "E", None, None, None, "FR"), ("departement", "D", None, "D", "R", "FR"), ("region", "R", None, None, "R", "FR"),
              ("pays", "FR", None, None, None, None)]  # fmt: skip
    types = {"from_year": pa.int64(), "code_from": pa.string(), "code_to": pa.string(), "share": pa.float64()}
    years = make({"from_year": pa.int64()}, [(2020,)])
    return (
        lay_ground(make(types, []), years, text(*names, rows=[*commune, *groups])),
        lay_ground(make(types, [(2020, "3", "2", 1.0)]), years, text(*names, rows=[*commune[:2], *groups])),
    )


def test_a_merger_moves_its_communes_and_nothing_above(country) -> None:
    assert sorted(str(row["code"]) for row in run(find_moved(*country))) == ["2", "3"]


def test_touched_rows_reach_every_territory_above_them(country) -> None:
    types = {"level": pa.string(), "code": pa.string(), "from_year": pa.int64(), "period": pa.string()}
    touched = make(types, [("commune", "3", 2020, "2020")])

    reached = [{str(row["code"]) for row in run(carry_touched(touched, ground))} for ground in country]

    assert reached == [{"3", "E", "D", "R", "FR"}, {"2", "E", "D", "R", "FR"}]


def test_nothing_differs_between_two_empty_tables() -> None:
    assert run(compare(observe(), observe())) == []
