"""Composite indices: the worked case of docs/algorithms/composite.md, and what must change nothing."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from jauge.composites import Scaling, combine, normalise, simulate_ranks

# Share without diploma, share with 30 Mbit/s, poverty: the worked case of docs/algorithms/composite.md
PLACES = np.array([[0.10, 0.90, 0.08], [0.30, 0.50, np.nan], [0.20, 0.70, 0.20], [np.nan, np.nan, 0.14]])
TURNED = np.array([False, True, False])
WEIGHTS = np.array([0.5, 0.25, 0.25])
RANKING = {"scaling": Scaling.MINMAX, "scalings": (Scaling.MINMAX, Scaling.RANK), "spread": 0.5, "draws": 200, "seed": 7, "min_known": 0.6}


def test_the_worked_case_of_the_documentation():
    normalised = normalise(PLACES, TURNED, Scaling.MINMAX)
    made = combine(normalised, WEIGHTS, min_known=0.6)

    np.testing.assert_allclose(normalised, [[0, 0, 0], [100, 100, np.nan], [50, 50, 100], [np.nan, np.nan, 50]])
    np.testing.assert_allclose(made.scores, [0, 100, 62.5, np.nan])
    np.testing.assert_allclose(made.known, [1, 0.75, 1, 0.25])
    np.testing.assert_allclose(made.contributions[2], [25, 12.5, 25])


def test_ranks_give_ties_the_same_place():
    column = np.array([[3.0], [1.0], [3.0], [9.0]])

    assert normalise(column, np.array([False]), Scaling.RANK).round(2).ravel().tolist() == [50, 0, 50, 100]


VALUES = arrays(np.float64, (12, 3), elements=st.one_of(st.just(np.nan), st.integers(0, 50).map(float)))


@given(VALUES)
def test_contributions_add_up_to_the_score(values):
    made = combine(normalise(values, TURNED, Scaling.RANK), WEIGHTS, min_known=0.3)

    ranked = ~np.isnan(made.scores)
    np.testing.assert_allclose(np.nansum(made.contributions[ranked], axis=1), made.scores[ranked])
    assert ((made.scores[ranked] >= -1e-9) & (made.scores[ranked] <= 100 + 1e-9)).all()


@given(VALUES, st.sampled_from(Scaling), st.floats(0.1, 100), st.floats(-50, 50))
def test_units_change_no_score(values, scaling, factor, offset):
    other = values * np.array([factor, 1, 1]) + np.array([offset, 0, 0])

    straight, changed = (combine(normalise(one, TURNED, scaling), WEIGHTS, min_known=0.3).scores for one in (values, other))

    np.testing.assert_allclose(straight, changed, atol=1e-6)


@given(VALUES, st.permutations(range(12)))
def test_the_order_of_rows_changes_no_rank(values, order):
    straight, shuffled = (simulate_ranks(one, TURNED, WEIGHTS, **RANKING) for one in (values, values[list(order)]))

    for name in ("ranks", "low", "high"):
        np.testing.assert_array_equal(getattr(shuffled, name), getattr(straight, name)[list(order)])


@given(VALUES)
def test_a_rank_lies_in_its_interval(values):
    made = simulate_ranks(values, TURNED, WEIGHTS, **RANKING)
    ranked = ~np.isnan(made.ranks)

    assert (made.low[ranked] <= made.ranks[ranked]).all()
    assert (made.ranks[ranked] <= made.high[ranked]).all()
    assert made.count == ranked.sum()
    assert (made.low[ranked] >= 1).all()


def test_a_place_that_is_worst_in_everything_is_first_whatever_the_weights():
    values = np.array([[9.0, 0.0, 9.0], [1.0, 5.0, 5.0], [5.0, 5.0, 1.0], [0.0, 9.0, 0.0]])
    made = simulate_ranks(values, TURNED, np.ones(3), **RANKING)

    assert (made.ranks[0], made.low[0], made.high[0]) == (1, 1, 1)
    assert (made.low[1:3].tolist(), made.high[1:3].tolist()) == ([2, 2], [3, 3])


def test_an_index_without_anything_known_is_refused():
    made = simulate_ranks(np.full((3, 3), np.nan), TURNED, WEIGHTS, **RANKING)

    assert np.isnan(made.ranks).all()
    assert made.count == 0


def test_a_column_of_equal_values_says_nothing():
    assert normalise(np.array([[2.0], [2.0]]), np.array([True]), Scaling.MINMAX).ravel().tolist() == pytest.approx([50, 50])
