"""Precision by size: the worked numbers of docs/algorithms/precision.md, and what holds whatever the counts."""

from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jauge.figures import Reading
from jauge.precision import Z, bound_reading, bound_share, choose_decimals, is_readable, measure_margin
from jauge.quantities import Unit

counts = st.integers(1, 10**7).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def read(numerator: float, denominator: float) -> Reading:
    return Reading("a", "2018", numerator / denominator, numerator, denominator)


@pytest.mark.parametrize(("base", "decimals"), [(8, 0), (80, 0), (999, 0), (1000, 1), (12_000, 1), (0, 0)])
def test_a_share_has_no_decimal_that_one_unit_jumps_over(base: float, decimals: int) -> None:
    assert choose_decimals(1, Unit.SHARE, base) == decimals


def test_a_rate_per_10000_needs_as_many_more() -> None:
    assert [choose_decimals(1, Unit.PER_10000, base) for base in (5_000, 99_999, 100_000)] == [0, 0, 1]


def test_the_constant_is_that_of_the_normal_law() -> None:
    assert pytest.approx(NormalDist().inv_cdf(0.975), abs=1e-6) == Z


@pytest.mark.parametrize(
    ("numerator", "denominator", "low", "high"),
    [(0, 10, 0.0, 0.278), (8, 80, 0.052, 0.185), (15, 148, 0.062, 0.161), (81, 263, 0.255, 0.366)],
)
def test_intervals_are_those_of_the_note(numerator: int, denominator: int, low: float, high: float) -> None:
    # 15 of 148 and 81 of 263: Newcombe, Statistics in Medicine 17, 1998, table I (0.0624-0.1605 and 0.2553-0.3662), method 3.
    assert bound_share(numerator, denominator) == pytest.approx((low, high), abs=6e-4)


@given(counts)
def test_an_interval_holds_its_share_within_0_and_1(pair: tuple[int, int]) -> None:
    low, high = bound_share(*pair)

    assert 0 <= low <= pair[0] / pair[1] + 1e-12
    assert pair[0] / pair[1] - 1e-12 <= high <= 1


@given(counts, st.integers(2, 50))
def test_more_units_make_the_margin_smaller(pair: tuple[int, int], times: int) -> None:
    assert measure_margin(pair[0] * times, pair[1] * times) < measure_margin(*pair)


@given(counts, counts)
def test_a_difference_reads_the_same_from_both_sides(one: tuple[int, int], other: tuple[int, int]) -> None:
    assert is_readable(read(*one), read(*other)) == is_readable(read(*other), read(*one))


def test_eight_of_eighty_cannot_be_told_from_thirteen_per_cent_but_can_from_thirty() -> None:
    assert is_readable(read(8, 80), read(13_000, 100_000)) is False
    assert is_readable(read(8, 80), read(30_000, 100_000)) is True


def test_nothing_is_said_of_what_has_no_counts_or_is_no_share() -> None:
    assert is_readable(Reading("a", "2018", 0.1), read(8, 80)) is None
    assert bound_reading(Reading("a", "2018", 25.0, 25, 10_000)) is None
    assert bound_reading(Reading("a", "2018", None, 12, 10)) is None


@pytest.mark.parametrize("pair", [(1, 0), (-1, 10), (11, 10)])
def test_impossible_counts_are_refused(pair: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=str(pair[0])):
        bound_share(*pair)
