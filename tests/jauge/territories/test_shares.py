"""Sharing whole units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jauge.territories import NothingToWeighBy, split_by_largest_remainder


@given(count=st.integers(0, 10**12), weights=st.lists(st.integers(0, 10**8), min_size=1).filter(any))
def test_shares_sum_to_the_whole_and_lie_within_one_of_the_exact_part(count: int, weights: list[int]) -> None:
    shares = split_by_largest_remainder(count, weights)

    assert sum(shares) == count
    assert all(count * w // sum(weights) <= share <= count * w // sum(weights) + 1 for share, w in zip(shares, weights, strict=True))


def test_ties_go_to_the_first_part() -> None:
    assert split_by_largest_remainder(3, [1, 1]) == [2, 1]


def test_a_count_without_weight_is_refused() -> None:
    with pytest.raises(NothingToWeighBy):
        split_by_largest_remainder(1, [0, 0])
    assert split_by_largest_remainder(0, [0, 0]) == [0, 0]
