"""Sharing a count among parts: whole units that sum to the whole."""

from collections.abc import Sequence


class NothingToWeighBy(ValueError):
    """A count above zero cannot be shared: every weight is zero."""


def split_by_largest_remainder(count: int, weights: Sequence[int]) -> list[int]:
    """Share `count` units among parts in proportion to `weights`, in whole units that sum to `count`.

    count: ≥ 0. weights: ≥ 0, not all zero unless count is 0. Order of the parts is kept; ties go to the first.
    Raises NothingToWeighBy when count > 0 and every weight is 0; ValueError when a number is negative.
    Source: Hamilton's method; used where a commune splits (docs/algorithms/crosswalk.md).

    >>> split_by_largest_remainder(10, [1, 1, 1])
    [4, 3, 3]
    >>> split_by_largest_remainder(0, [])
    []
    """
    if count < 0 or any(weight < 0 for weight in weights):
        raise ValueError(f"a share needs numbers ≥ 0, not {count} by {list(weights)}")
    total = sum(weights)
    if total == 0:
        if count:
            raise NothingToWeighBy(f"{count} units and {len(weights)} parts without weight")
        return [0] * len(weights)
    shares = [count * weight // total for weight in weights]
    # Exact integer remainders: a float would lose ties on large counts.
    by_remainder = sorted(range(len(weights)), key=lambda part: -(count * weights[part] % total))
    for part in by_remainder[: count - sum(shares)]:
        shares[part] += 1
    return shares
