"""How firmly a rank stands: the same index with other weights and the other scale, many times, from a seed.

Sensitivity by Monte-Carlo (Saisana, Saltelli, Tarantola 2005, «Uncertainty and sensitivity analysis techniques as tools for the quality
assessment of composite indicators», JRSS A 168): in each draw every weight is multiplied by a number drawn evenly in [1 - s, 1 + s],
and the scale is drawn among those allowed. A rank is never shown without the interval that holds nine draws in ten.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jauge.composites.scores import Floats, Scaling, combine, normalise

INTERVAL = (5.0, 95.0)  # percentiles


@dataclass(frozen=True, slots=True)
class RankIntervals:
    """Ranks from 1 (the highest score), arrays (n,), NaN where the score is refused; nine draws in ten fall from low to high.

    count: how many are ranked.
    """

    ranks: Floats
    low: Floats
    high: Floats
    count: int


def simulate_ranks(
    values: Floats,
    reversed_: NDArray[np.bool_],
    weights: Floats,
    *,
    scaling: Scaling,
    scalings: Sequence[Scaling],
    spread: float,
    draws: int,
    seed: int,
    min_known: float,
) -> RankIntervals:
    """Rank the rows, and again in `draws` draws. values: array (n, components), NaN where missing; spread: s above, 0 to below 1.

    The nominal rank is part of the interval. Same seed, same interval, whatever the order of the rows.
    """
    normalised = {one: normalise(values, reversed_, one) for one in {scaling, *scalings}}
    nominal = combine(normalised[scaling], weights, min_known=min_known).scores
    kept = ~np.isnan(nominal)
    ranks = np.full((3, len(values)), np.nan)
    if kept.any():
        ranks[0, kept] = _rank(nominal[kept])
        drawn = _draw_ranks([normalised[one][kept] for one in scalings], weights, spread=spread, draws=draws, seed=seed)
        low, high = np.percentile(drawn, INTERVAL, axis=0)
        ranks[1, kept] = np.minimum(np.floor(low), ranks[0, kept])
        ranks[2, kept] = np.maximum(np.ceil(high), ranks[0, kept])
    return RankIntervals(ranks[0], ranks[1], ranks[2], int(kept.sum()))


def _draw_ranks(scaled: Sequence[Floats], weights: Floats, *, spread: float, draws: int, seed: int) -> NDArray[np.float32]:
    """The ranks of each draw, array (draws, n)."""
    generator = np.random.default_rng(seed)
    choices = generator.integers(len(scaled), size=draws)
    factors = generator.uniform(1 - spread, 1 + spread, size=(draws, len(weights)))
    drawn = np.empty((draws, len(scaled[0])), np.float32)
    for draw in range(draws):
        drawn[draw] = _rank(combine(scaled[choices[draw]], weights * factors[draw], min_known=0.0).scores)
    return drawn


def _rank(scores: Floats) -> Floats:
    """Ranks from 1, the highest score first: one more than the number of those above, so that ties share the best place."""
    _, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    return (len(scores) + 1 - np.cumsum(counts))[inverse].astype(np.float64)
