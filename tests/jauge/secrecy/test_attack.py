"""The attacker against a slow obvious one: one program per cell and per end, over the whole table, by another library."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from jauge.secrecy import (
    CellTable,
    MarginsContradict,
    State,
    attack_by_bounds,
    attack_by_differences,
    find_breaches,
    hide_small,
    make_table,
    suppose,
)
from jauge.secrecy.cells import Floats, Ints


def bound_slowly(table: CellTable, states: Ints, cell: int) -> tuple[float, float]:
    """The least and greatest value of a cell, without pools, blocks or any short cut."""
    matrix = np.zeros((max(table.n_rows, 1), len(states)))
    np.add.at(matrix, (table.rows, table.cells), table.signs)
    lower, upper = suppose(table, states)
    given_cells = states == State.GIVEN
    lower, upper = np.where(given_cells, table.values, lower), np.where(given_cells, table.values, upper)
    cost = np.zeros(len(states))
    cost[cell] = 1.0
    ends = []
    for sign in (1.0, -1.0):
        found = linprog(sign * cost, A_eq=matrix, b_eq=np.zeros(len(matrix)), bounds=np.column_stack([lower, upper]))
        ends.append(sign * np.inf * -1 if found.status == 3 else sign * found.fun)
    return ends[0], ends[1]


@st.composite
def hidden_tables(draw: st.DrawFn) -> tuple[CellTable, Ints]:
    """Two crossed hierarchies (as EPCI and départements cross), with totals; some cells hidden in any way."""
    counts = draw(st.lists(st.integers(0, 12), min_size=3, max_size=8))
    groups = [draw(st.lists(st.integers(0, 2), min_size=len(counts), max_size=len(counts))) for _ in range(2)]
    cells: dict[str, float] = {f"c{i}": n for i, n in enumerate(counts)}
    equations = []
    for kind, of_cell in zip("ed", groups, strict=True):
        for group in sorted(set(of_cell)):
            members = [f"c{i}" for i, own in enumerate(of_cell) if own == group]
            cells[f"{kind}{group}"] = sum(cells[one] for one in members)
            equations.append((f"{kind}{group}", members))
    cells["all"] = sum(counts)
    equations.append(("all", [f"d{group}" for group in sorted(set(groups[1]))]))
    table = make_table(cells, equations, threshold=5)
    states = hide_small(table)
    for cell in np.flatnonzero((states == State.GIVEN) & (table.values >= 5)):
        states[cell] = draw(st.sampled_from([State.GIVEN, State.GIVEN, State.MASKED, State.INHERITED, State.WITHHELD]))
    return table, states


@settings(max_examples=40)
@given(hidden_tables())
def test_the_intervals_are_those_of_a_program_for_each_cell(hidden: tuple[CellTable, Ints]) -> None:
    table, states = hidden

    lower, upper = attack_by_bounds(table, states)

    for cell in np.flatnonzero(states != State.GIVEN):
        low, high = bound_slowly(table, states, int(cell))
        assert lower[cell] == pytest.approx(low, abs=1e-4)
        assert upper[cell] == pytest.approx(high, abs=1e-4)


@settings(max_examples=40)
@given(hidden_tables())
def test_the_true_value_is_always_possible(hidden: tuple[CellTable, Ints]) -> None:
    table, states = hidden

    lower, upper = attack_by_bounds(table, states)

    cells = states != State.GIVEN
    assert np.all(lower[cells] <= table.values[cells] + 1e-4)
    assert np.all(upper[cells] >= table.values[cells] - 1e-4)


@settings(max_examples=40)
@given(hidden_tables())
def test_what_differences_give_has_no_width_left(hidden: tuple[CellTable, Ints]) -> None:
    table, states = hidden

    found = attack_by_differences(table, states)
    lower, upper = attack_by_bounds(table, states)

    assert np.all(upper[found] - lower[found] < 1e-4)


@settings(max_examples=40)
@given(hidden_tables(), st.randoms(use_true_random=False))
def test_the_order_of_terms_changes_nothing(hidden: tuple[CellTable, Ints], random: object) -> None:
    table, states = hidden
    order = list(range(len(table.rows)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = CellTable(
        table.values, table.states, table.rows[order], table.cells[order], table.signs[order], table.weights, table.fixed, table.tops,
        table.secret, table.threshold,
    )  # fmt: skip

    before, after = attack_by_bounds(table, states), attack_by_bounds(shuffled, states)

    assert all(np.allclose(one, other, atol=1e-4, equal_nan=True) for one, other in zip(before, after, strict=True))


def attack(cells: dict[str, float | None], equations: list[tuple[str, list[str]]]) -> tuple[CellTable, Ints, Floats, Floats]:
    """A small table with its small counts hidden and nothing else."""
    table = make_table(cells, equations, threshold=5)
    states = hide_small(table)
    return table, states, *attack_by_bounds(table, states)


def test_one_hidden_child_is_the_total_minus_the_others() -> None:
    table, states, lower, upper = attack({"all": 60, "a": 3, "b": 40, "c": 17}, [("all", ["a", "b", "c"])])

    assert (lower[1], upper[1]) == pytest.approx((3, 3), abs=1e-4)
    assert attack_by_differences(table, states).tolist() == [False, True, False, False]
    assert find_breaches(table, states, lower, upper).tolist() == [False, True, False, False]


def test_an_epci_that_straddles_two_departements_gives_what_is_hidden_in_one() -> None:
    # EPCI = a + b, département 1 = a + x, département 2 = b + y: only b and x are hidden, yet EPCI - (département 1 - x) …
    cells = {"a": 30, "b": 3, "x": 4, "y": 25, "epci": 33, "d1": 34, "d2": 28}
    table, states, lower, upper = attack(cells, [("epci", ["a", "b"]), ("d1", ["a", "x"]), ("d2", ["b", "y"])])

    assert attack_by_differences(table, states).sum() == 2
    assert upper[1] - lower[1] < 1e-4


def test_two_small_ones_alone_betray_each_other_by_their_bounds_though_no_difference_gives_them() -> None:
    table, states, lower, upper = attack({"all": 8, "a": 4, "b": 4}, [("all", ["a", "b"])])

    assert not attack_by_differences(table, states).any()
    assert (lower[1], upper[1]) == pytest.approx((4, 4), abs=1e-4)  # both are at most 4, and they make 8


def test_a_denominator_bounds_its_numerator() -> None:
    cells = {"active": 12, "unemployed": 9, "rest": None}
    table = make_table(cells, [("active", ["unemployed", "rest"])], threshold=5, latent=["rest"], hidden=["unemployed"])

    lower, upper = attack_by_bounds(table, table.states)

    assert (lower[1], upper[1]) == pytest.approx((0, 12), abs=1e-4)
    assert np.isnan(lower[2])


def test_published_margins_that_contradict_are_refused() -> None:
    with pytest.raises(MarginsContradict, match="se contredisent de 5"):
        attack({"all": 30, "a": 10, "b": 15}, [("all", ["a", "b"])])


def test_a_table_without_equation_or_cell_gives_what_is_supposed() -> None:
    assert attack({}, [])[2].tolist() == []
    _, _, lower, upper = attack({"a": 2}, [])
    assert (lower[0], upper[0]) == (1, 4)
