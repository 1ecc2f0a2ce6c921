"""Matched territories: the worked case of docs/algorithms/matching.md, a slow oracle, and what must not change the answer."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from jauge.matching import match_territories, measure_stability, scale_robustly

# population (thousands), share of 65 and over: the worked case of docs/algorithms/matching.md
TOWNS = np.array([[1.0, 0.30], [2.0, 0.28], [3.0, 0.20], [10.0, 0.22], [100.0, 0.15]])
EVEN = np.ones(2)


def test_the_worked_case_of_the_documentation():
    scaled = scale_robustly(TOWNS)

    matches = match_territories(scaled, EVEN, count=2)

    assert scaled.round(3).tolist() == [[-0.674, 0.899], [-0.337, 0.674], [0.0, -0.225], [2.361, 0.0], [32.713, -0.787]]
    assert matches.indices.tolist() == [[1, 2], [0, 2], [1, 0], [2, 1], [3, 2]]
    assert matches.distances[:, 0].round(3).tolist() == [0.287, 0.287, 0.679, 1.677, 21.469]
    assert measure_stability(scaled, EVEN, matches).tolist() == [0.75, 0.75, 0.5, 1.0, 1.0]


def _match_slowly(scaled, weights, count):
    found = []
    for own, row in enumerate(scaled):
        known = ~np.isnan(row)
        gaps = []
        for other, candidate in enumerate(scaled):
            if other != own and known.any() and not np.isnan(candidate[known]).any():
                gaps.append(np.sqrt((weights[known] * (row - candidate)[known] ** 2).sum() / weights[known].sum()))
        found.append(sorted(gaps)[:count] + [np.inf] * (count - len(gaps[:count])))
    return np.array(found)


VALUES = st.one_of(st.just(np.nan), st.integers(-4, 4).map(float))
SPACES = st.integers(2, 14).flatmap(lambda n: arrays(np.float64, (n, 3), elements=VALUES))


@given(SPACES, st.integers(1, 4))
def test_the_nearest_are_those_of_a_slow_search(scaled, count):
    weights = np.array([1.0, 2.0, 0.5])

    matches = match_territories(scaled, weights, count=count)

    np.testing.assert_allclose(matches.distances, _match_slowly(scaled, weights, count), atol=1e-9)


@given(SPACES, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_no_distance(scaled, random):
    order = np.array(random.sample(range(len(scaled)), len(scaled)))

    straight, shuffled = (match_territories(rows, np.ones(3), count=2).distances for rows in (scaled, scaled[order]))

    np.testing.assert_allclose(shuffled, straight[order], atol=1e-9)


@given(arrays(np.float64, (9, 3), elements=st.integers(-1000, 1000).map(float)), st.floats(0.01, 1e4), st.floats(-100, 100))
def test_the_units_of_a_variable_change_nothing(values, factor, offset):
    other = values.copy()
    other[:, 0] = other[:, 0] * factor + offset

    np.testing.assert_allclose(scale_robustly(values)[:, 1:], scale_robustly(other)[:, 1:])
    np.testing.assert_allclose(scale_robustly(values)[:, 0], scale_robustly(other)[:, 0], atol=1e-6)


def test_nobody_is_its_own_neighbour_even_among_twins():
    matches = match_territories(np.zeros((8, 2)), EVEN, count=3)

    assert (matches.indices != np.arange(8)[:, None]).all()
    assert (matches.distances == 0).all()


def test_a_territory_that_knows_too_little_is_not_matched():
    scaled = np.array([[0.0, np.nan], [1.0, 1.0], [2.0, 2.0]])

    assert match_territories(scaled, EVEN, count=1, min_share=0.6).indices[0].tolist() == [-1]
    assert match_territories(scaled, EVEN, count=1, min_share=0.5).indices[0].tolist() == [1]


def test_stability_is_whole_where_a_variable_says_nothing_new_and_falls_where_it_decides():
    same = np.repeat(np.array([[0.0], [1.0], [3.0], [7.0]]), 2, axis=1)
    torn = np.array([[0.0, 0.0], [0.1, 9.0], [9.0, 0.1], [9.0, 9.0]])

    assert measure_stability(same, EVEN, match_territories(same, EVEN, count=1)).tolist() == [1, 1, 1, 1]
    assert measure_stability(torn, EVEN, match_territories(torn, EVEN, count=1)).tolist() == pytest.approx([0.5] * 4)


def test_an_empty_space_has_no_match():
    assert match_territories(np.empty((0, 2)), EVEN, count=3).indices.shape == (0, 3)
