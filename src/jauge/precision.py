"""How far a figure of few units may be read: the decimals that it carries, the interval of a share, whether two shares differ.

See docs/algorithms/precision.md.
"""

from math import floor, log10, sqrt

from jauge.figures import Reading
from jauge.quantities import Unit

Z = 1.959964  # quantile of the normal law that leaves 2.5 % on each side: intervals at 95 %
_PARTS = {Unit.SHARE: 100, Unit.PER_10000: 10_000}  # what a rate is shown out of


def choose_decimals(decimals: int, unit: Unit, base: float | None) -> int:
    """The decimals to show of a rate: none that one unit more or less of its base would jump over, at most those of its definition.

    base: denominator of the rate, or what it cannot exceed (the population); None where nothing is known of it.

    >>> choose_decimals(1, Unit.SHARE, 80), choose_decimals(1, Unit.SHARE, 1000), choose_decimals(0, Unit.SHARE, 10**6)
    (0, 1, 0)
    >>> choose_decimals(1, Unit.SHARE, None), choose_decimals(1, Unit.EUR, 80)
    (1, 1)
    """
    parts = _PARTS.get(unit)
    if parts is None or base is None:
        return decimals
    return min(decimals, max(0, floor(log10(base / parts)))) if base > 0 else 0


def bound_share(numerator: float, denominator: float) -> tuple[float, float]:
    """The interval at 95 % of a share, read as a draw among many like it.

    numerator: 0 to denominator, in units. Raises ValueError outside, or without any unit. Source: Wilson, «Probable inference, the law of
    succession, and statistical inference», JASA 22, 1927.

    >>> [round(bound, 3) for bound in bound_share(8, 80)]
    [0.052, 0.185]
    """
    if not 0 <= numerator <= denominator or denominator <= 0:
        raise ValueError((numerator, denominator))
    share, weight = numerator / denominator, Z**2 / denominator
    middle = share + weight / 2
    half = Z * sqrt(share * (1 - share) / denominator + weight / (4 * denominator))
    return (max(0.0, (middle - half) / (1 + weight)), min(1.0, (middle + half) / (1 + weight)))


def measure_margin(numerator: float, denominator: float) -> float:
    """Half the width of the interval of a share, 0-1. Raises ValueError as `bound_share`.

    >>> round(measure_margin(8, 80), 3)
    0.067
    """
    low, high = bound_share(numerator, denominator)
    return (high - low) / 2


def bound_reading(reading: Reading) -> tuple[float, float] | None:
    """The interval of a share given with its counts; None for anything else."""
    numerator, denominator = reading.numerator, reading.denominator
    if reading.value is None or numerator is None or denominator is None or not 0 <= numerator <= denominator or denominator == 0:
        return None
    if abs(numerator / denominator - reading.value) > 1e-6:  # a rate per 10,000, a change: no share
        return None
    return bound_share(numerator, denominator)


def is_readable(own: Reading, other: Reading) -> bool | None:
    """Whether two shares differ by more than chance in their units would make: their intervals are apart. None where none is known.

    >>> is_readable(Reading("a", "2018", 0.1, 8, 80), Reading("a", "2018", 0.13, 13_000, 100_000))
    False
    """
    mine, theirs = bound_reading(own), bound_reading(other)
    if mine is None or theirs is None:
        return None
    return mine[1] < theirs[0] or theirs[1] < mine[0]
