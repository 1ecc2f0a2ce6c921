"""Protection: nothing narrower than promised, at the least cost on small tables; the hard cases of the literature by hand."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from jauge.secrecy import (
    CannotProtect,
    CellTable,
    Protection,
    State,
    Verdict,
    attack_by_bounds,
    attack_by_differences,
    find_breaches,
    hide_small,
    make_table,
    optimum,
    protect,
)
from jauge.secrecy.cells import Ints


def name_states(table: CellTable, found: Protection, names: dict[str, float | None]) -> dict[str, str]:
    return {name: State(state).name for name, state in zip(names, found.states, strict=True) if state != State.GIVEN}


@st.composite
def tables(draw: st.DrawFn, *, most: int = 9, fixed: bool = False) -> CellTable:
    """Communes in two crossed hierarchies with a region or two and a total."""
    counts = draw(st.lists(st.integers(0, 14), min_size=2, max_size=most))
    of_epci, of_departement = ([draw(st.integers(0, 2)) for _ in counts] for _ in range(2))
    cells: dict[str, float] = {f"c{i}": n for i, n in enumerate(counts)}
    equations = []
    for kind, of_cell in (("e", of_epci), ("d", of_departement)):
        for group in sorted(set(of_cell)):
            members = [f"c{i}" for i, own in enumerate(of_cell) if own == group]
            cells[f"{kind}{group}"] = sum(cells[one] for one in members)
            equations.append((f"{kind}{group}", members))
    cells["all"] = sum(counts)
    equations.append(("all", [f"d{group}" for group in sorted(set(of_departement))]))
    return make_table(cells, equations, threshold=5)


def is_safe(table: CellTable, states: Ints) -> bool:
    return not find_breaches(table, states, *attack_by_bounds(table, states)).any()


@settings(max_examples=40)
@given(tables())
def test_nothing_hidden_is_narrower_than_promised(table: CellTable) -> None:
    found = protect(table)

    small = table.is_small & (found.states != State.GIVEN)
    assert found.verdict is Verdict.PROTECTED
    assert np.all(np.isin(found.states[table.is_small], (State.SMALL, State.WITHHELD)))
    assert np.all(found.lower[small] <= 1 + 1e-4)
    assert np.all(found.upper[small] >= 4 - 1e-4)
    assert not attack_by_differences(table, found.states).any()


@settings(max_examples=40)
@given(tables())
def test_only_what_is_large_enough_is_masked(table: CellTable) -> None:
    found = protect(table)

    assert np.all(table.values[found.states == State.MASKED] >= table.threshold)
    assert np.all(found.states[table.values == 0] == State.GIVEN)


@settings(max_examples=25)
@given(tables(most=5))
def test_the_cost_is_the_least_of_all_ways_to_mask(table: CellTable) -> None:
    found = protect(table)

    states = hide_small(table)
    candidates = np.flatnonzero((states == State.GIVEN) & (table.values >= table.threshold))
    for size in range(int(found.cost)):
        for chosen in combinations(candidates, size):
            tried = states.copy()
            tried[list(chosen)] = State.MASKED
            assert not is_safe(table, tried), f"{size} masked cells are enough"


@settings(max_examples=30)
@given(tables())
def test_the_steps_for_large_tables_protect_too(table: CellTable) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(optimum, "_LARGEST", 0)
        found = protect(table)

    assert found.verdict is Verdict.PROTECTED
    assert is_safe(table, found.states)
    assert found.cost >= protect(table).cost


@settings(max_examples=20)
@given(tables(), st.integers(2, 9))
def test_a_unit_of_weight_changes_nothing(table: CellTable, unit: int) -> None:
    heavier = CellTable(
        table.values, table.states, table.rows, table.cells, table.signs, table.weights * unit, table.fixed, table.tops, table.secret,
        table.threshold,
    )  # fmt: skip

    found = protect(table)
    assume(found.gap is not None)  # the optimum has one cost; steps among equals depend on the order of the program
    assert protect(heavier).cost == pytest.approx(found.cost * unit)


# Cox (1980), and every handbook since: a 3 × 3 table with margins needs a closed circuit of four cells round the small one.
TWO_WAYS: dict[str, float | None] = {
    "11": 20, "12": 50, "13": 10, "21": 8, "22": 19, "23": 22, "31": 17, "32": 32, "33": 3,
    "r1": 80, "r2": 49, "r3": 52, "c1": 45, "c2": 101, "c3": 35, "all": 181,
}  # fmt: skip
TWO_WAYS_EQUATIONS = [
    *((f"r{i}", [f"{i}{j}" for j in (1, 2, 3)]) for i in (1, 2, 3)),
    *((f"c{j}", [f"{i}{j}" for i in (1, 2, 3)]) for j in (1, 2, 3)),
    ("all", ["r1", "r2", "r3"]),
    ("all", ["c1", "c2", "c3"]),
]


def test_a_table_of_two_ways_hides_the_corners_of_a_rectangle() -> None:
    table = make_table(TWO_WAYS, TWO_WAYS_EQUATIONS, threshold=5)

    found = protect(table)

    hidden = name_states(table, found, TWO_WAYS)
    assert hidden.pop("33") == "SMALL"
    assert len(hidden) == 3
    assert {name[0] for name in hidden} | {name[1] for name in hidden} >= {"3"}
    assert (found.cost, found.bound, found.gap) == pytest.approx((3, 3, 0))


def test_one_small_child_takes_its_cheapest_large_enough_brother() -> None:
    # 3 + 7 = 10: if 7 is at least 5, then 3 is at most 5: wide enough only from 2 × 5 - 1 = 9 upwards.
    cells: dict[str, float | None] = {"all": 18, "a": 3, "b": 5, "c": 10}
    table = make_table(cells, [("all", ["a", "b", "c"])], threshold=5, weights={"all": 9, "b": 1, "c": 2})

    assert name_states(table, protect(table), cells) == {"a": "SMALL", "c": "MASKED"}


def test_a_brother_of_exactly_the_threshold_hides_nothing() -> None:
    cells: dict[str, float | None] = {"all": 8, "a": 3, "b": 5}
    table = make_table(cells, [("all", ["a", "b"])], threshold=5)

    assert name_states(table, protect(table), cells) == {"a": "SMALL", "all": "MASKED"}  # 8 - 5 = 3 would be all that a can be


def test_small_brothers_hide_one_another_when_their_sum_leaves_room() -> None:
    cells: dict[str, float | None] = {"all": 9, "a": 3, "b": 4, "c": 2}
    table = make_table(cells, [("all", ["a", "b", "c"])], threshold=5, fixed=["all"])

    found = protect(table)

    assert name_states(table, found, cells) == {"a": "SMALL", "b": "SMALL", "c": "SMALL"}
    assert found.cost == 0


def test_zeros_are_given_and_hide_nothing() -> None:
    cells: dict[str, float | None] = {"all": 3, "a": 3, "b": 0, "c": 0}
    table = make_table(cells, [("all", ["a", "b", "c"])], threshold=5)

    assert name_states(table, protect(table), cells) == {"all": "SMALL", "a": "SMALL"}  # the total is small too: both, or none


def test_all_cells_secret_leaves_nothing_to_tell() -> None:
    cells: dict[str, float | None] = {"all": 4, "a": 1, "b": 3}
    table = make_table(cells, [("all", ["a", "b"])], threshold=5)

    # Said to be all under 5, they would betray that a is at most 3: they are hidden without a word.
    assert name_states(table, protect(table), cells) == {"all": "WITHHELD", "a": "WITHHELD", "b": "WITHHELD"}


def test_all_but_one_hidden_by_the_publisher_asks_for_no_more() -> None:
    cells: dict[str, float | None] = {"all": 90, "a": None, "b": None, "c": None, "d": 40}
    table = make_table(cells, [("all", ["a", "b", "c", "d"])], threshold=5, hidden=["a", "b", "c"])

    found = protect(table)

    assert found.cost == 0
    assert (found.lower[1], found.upper[1]) == pytest.approx((0, 50), abs=1e-3)


def test_a_lone_cell_hidden_by_the_publisher_is_not_given_back_by_its_total() -> None:
    cells: dict[str, float | None] = {"all": 60, "a": None, "b": 41, "c": 12}
    table = make_table(cells, [("all", ["a", "b", "c"])], threshold=5, hidden=["a"])

    found = protect(table)

    assert found.verdict is Verdict.PROTECTED
    assert found.upper[1] - found.lower[1] >= 3 - 1e-4


def test_a_class_that_nobody_publishes_is_not_given_by_two_nested_totals() -> None:
    # Premises at 30 Mbit/s or more, and at 100 or more: their difference is a class of the file, of 2 premises.
    cells: dict[str, float | None] = {"30+": 52, "100+": 50, "30 to 100": 2}
    table = make_table(cells, [("30+", ["100+", "30 to 100"])], threshold=5, latent=["30 to 100"])

    found = protect(table)

    assert len(name_states(table, found, cells)) == 2  # the class itself, and one of the totals
    assert (found.lower[2] <= 1, found.upper[2] >= 4) == (True, True)


def test_a_cell_given_elsewhere_that_betrays_another_is_said() -> None:
    table = make_table({"all": 60, "a": 3, "b": 57}, [("all", ["a", "b"])], threshold=5, fixed=["all", "b"])

    with pytest.raises(CannotProtect):
        protect(table)


def test_a_total_that_stands_elsewhere_over_two_cells_hides_both_without_a_word() -> None:
    cells: dict[str, float | None] = {"all": 8, "a": 3, "b": 5}
    table = make_table(cells, [("all", ["a", "b"])], threshold=5, fixed=["all"])

    found = protect(table)

    assert found.verdict is Verdict.PROTECTED
    assert name_states(table, found, cells) == {"a": "WITHHELD", "b": "WITHHELD"}  # from 0 to 8, each


def test_margins_that_contradict_leave_the_total_only() -> None:
    cells: dict[str, float | None] = {"all": 30, "a": 3, "b": 4, "c": 2}
    table = make_table(cells, [("all", ["a", "b", "c"])], threshold=5)

    found = protect(table)

    assert (found.verdict, found.why) == (Verdict.TOTAL_ONLY, "margins_contradict")
    assert name_states(table, found, cells) == {"a": "WITHHELD", "b": "WITHHELD", "c": "WITHHELD"}


def test_without_protection_the_same_attack_succeeds() -> None:
    table = make_table(TWO_WAYS, TWO_WAYS_EQUATIONS, threshold=5)

    assert attack_by_differences(table, hide_small(table)).sum() == 1
    assert not is_safe(table, hide_small(table))
