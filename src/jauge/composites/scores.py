"""From components to a score: each brought to 0-100, then a weighted mean of those that are known, and what each one adds to it.

Method of the OECD handbook on composite indicators (Nardo, Saisana et al. 2008), steps 5 and 6. An unknown component is left out and
the other weights keep their proportions; the share of the weights that is known travels with the score.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

FULL = 100.0

Floats = NDArray[np.float64]


class Scaling(StrEnum):
    """How a component is brought to 0-100.

    MINMAX: from the least to the greatest value. RANK: by place among the territories, ties sharing the middle one.
    """

    MINMAX = "minmax"
    RANK = "rank"


@dataclass(frozen=True, slots=True)
class Scores:
    """One row by territory. scores: (n,), 0-100, NaN where refused. contributions: (n, components), points that add up to the score, NaN
    where the component is unknown. known: (n,), share of the weights that is known, 0-1."""

    scores: Floats
    contributions: Floats
    known: Floats


def normalise(values: Floats, reversed_: NDArray[np.bool_], scaling: Scaling) -> Floats:
    """Bring each column to 0-100, array (n, components), NaN where missing; `reversed_` columns (more is less fragile) are turned over.

    A column whose known values are all equal says nothing: 50 for all.

    >>> normalise(np.array([[1.0], [3.0], [np.nan]]), np.array([True]), Scaling.MINMAX).tolist()
    [[100.0], [0.0], [nan]]
    """
    scaled = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        known = ~np.isnan(values[:, column])
        if known.any():
            scaled[known, column] = FULL * _place(values[known, column], scaling)
    scaled[:, reversed_] = FULL - scaled[:, reversed_]
    return scaled


def _place(known: Floats, scaling: Scaling) -> Floats:
    low, high = float(known.min()), float(known.max())
    if high <= low:
        return np.full(len(known), 0.5)
    if scaling is Scaling.MINMAX:
        return (known - low) / (high - low)
    return rank_from_least(known) / (len(known) - 1)


def rank_from_least(values: Floats) -> Floats:
    """Ranks from 0 (the least), array (n,); equal values share the mean of their ranks.

    >>> rank_from_least(np.array([5.0, 1.0, 5.0])).tolist()
    [1.5, 0.0, 1.5]
    """
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    return (ends - (counts + 1) / 2)[inverse]


def combine(normalised: Floats, weights: Floats, *, min_known: float) -> Scores:
    """The weighted mean of the known components of each row, refused (NaN) where they weigh less than `min_known` of all (0-1).

    >>> scores = combine(np.array([[100.0, 0.0], [40.0, np.nan], [np.nan, np.nan]]), np.array([3.0, 1.0]), min_known=0.7)
    >>> scores.scores.tolist(), scores.known.tolist()
    ([75.0, 40.0, nan], [1.0, 0.75, 0.0])
    """
    present = ~np.isnan(normalised)
    shares = present * (weights / weights.sum())
    known = shares.sum(axis=1)
    kept = (known >= min_known - 1e-12) & (known > 0)
    used = np.divide(shares, known[:, None], out=np.zeros_like(shares), where=kept[:, None])
    contributions = np.where(present & kept[:, None], used * np.where(present, normalised, 0.0), np.nan)
    scores = np.where(kept, np.nansum(contributions, axis=1), np.nan)
    return Scores(scores, contributions, known)
