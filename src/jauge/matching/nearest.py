"""The nearest territories in a scaled space: exact nearest neighbours, the answer independent of the order of rows and of units.

Scaling. Each variable is centred on its median and divided by 1.4826 times the median absolute deviation, which estimates the standard
deviation of a normal law (Rousseeuw and Croux 1993, «Alternatives to the median absolute deviation», JASA 88): one metropolis does not
squeeze thirty thousand communes together.

Distance. d(a, b) = sqrt(Σ w_v (a_v - b_v)² / Σ w_v), over the variables that `a` knows: the mean gap by variable, in robust standard
deviations. A territory is compared only with those that know all that it knows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

MAD_TO_SD = 1.4826  # 1 / Φ⁻¹(3/4)
NEGLIGIBLE = 1e-9  # a spread under this share of what it is compared with is the rounding of floating numbers, not a spread

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matches:
    """The nearest of each territory, the nearest first: `indices` array (n, k), -1 where there is none; `distances` (n, k), inf there."""

    indices: Indices
    distances: Floats


def scale_robustly(values: Floats) -> Floats:
    """Centre and divide each column, array (n, variables), NaN where missing; NaN stays.

    A column whose median absolute deviation is null is divided by its standard deviation; a constant one becomes 0.

    >>> scale_robustly(np.array([[1.0], [2.0], [3.0], [np.nan]])).round(3).tolist()
    [[-0.674], [0.0], [0.674], [nan]]
    >>> scale_robustly(np.empty((0, 2))).shape
    (0, 2)
    """
    if not values.size:
        return values.astype(np.float64)
    scaled = np.full(values.shape, np.nan)
    for column in range(values.shape[1]):
        known = ~np.isnan(values[:, column])
        if known.any():
            scaled[known, column] = _scale(values[known, column])
    return scaled


def _scale(known: Floats) -> Floats:
    centred: Floats = known - np.median(known)
    deviation = float(known.std())
    if deviation <= NEGLIGIBLE * float(np.abs(known).max()):
        return np.zeros_like(centred)
    robust = MAD_TO_SD * float(np.median(np.abs(centred)))
    return centred / (robust if robust > NEGLIGIBLE * deviation else deviation)


def match_territories(scaled: Floats, weights: Floats, *, count: int, min_share: float = 0.0) -> Matches:
    """Find the `count` nearest of each row, itself excepted.

    scaled: array (n, variables), NaN where missing. weights: array (variables,), positive. min_share: a row whose known variables weigh
    less than this share of all is not matched. Rows at the very same distance come in the order of their values, then of rows.

    >>> rows = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 3.0], [np.nan, np.nan]])
    >>> match_territories(rows, np.array([1.0, 1.0]), count=2).indices.tolist()
    [[1, 2], [0, 2], [0, 1], [-1, -1]]
    """
    indices = np.full((len(scaled), count), -1, dtype=np.int64)
    distances = np.full((len(scaled), count), np.inf)
    known = ~np.isnan(scaled)
    patterns, belongs = np.unique(known, axis=0, return_inverse=True)
    for number, pattern in enumerate(patterns):
        if not pattern.any() or weights[pattern].sum() < min_share * weights.sum():
            continue
        candidates = np.flatnonzero(known[:, pattern].all(axis=1))
        asking = np.flatnonzero(belongs.ravel() == number)
        factors = np.sqrt(weights[pattern] / weights[pattern].sum())
        found = _find_nearest(scaled[np.ix_(asking, pattern)] * factors, scaled[np.ix_(candidates, pattern)] * factors, count + 1)
        _keep_others(indices, distances, asking, candidates, found)
    return Matches(indices, distances)


def _find_nearest(asking: Floats, candidates: Floats, count: int) -> tuple[Floats, Indices]:
    """Distances and positions, arrays (n, count), of the nearest candidates; fewer columns where there are fewer candidates."""
    count = min(count, len(candidates))
    distances, positions = cKDTree(candidates).query(asking, k=count, workers=-1)
    return np.reshape(distances, (len(asking), count)), np.reshape(positions, (len(asking), count)).astype(np.int64)


def _keep_others(indices: Indices, distances: Floats, asking: Indices, candidates: Indices, found: tuple[Floats, Indices]) -> None:
    """Write what was found for the rows that asked, each without itself (twins at distance 0 may come before it, or push it out)."""
    near, rows = found[0], candidates[found[1]]
    own = rows == asking[:, None]
    missing = ~own.any(axis=1)
    own[missing, -1] = True  # pushed out by twins: one column is dropped all the same
    width = near.shape[1] - 1
    indices[asking, :width] = rows[~own].reshape(len(asking), width)
    distances[asking, :width] = near[~own].reshape(len(asking), width)


def measure_stability(scaled: Floats, weights: Floats, matches: Matches, *, min_share: float = 0.0) -> Floats:
    """How much of each row's neighbours stays when one variable is left out: mean share over the variables it knows, array (n,), 0-1.

    NaN for a row without neighbours, or that could not be matched without any of its variables.
    """
    count = matches.indices.shape[1]
    kept = np.full((scaled.shape[1], len(scaled)), np.nan)
    for dropped in range(scaled.shape[1]):
        others = np.arange(scaled.shape[1]) != dropped
        again = match_territories(scaled[:, others], weights[others], count=count, min_share=min_share)
        rows = ~np.isnan(scaled[:, dropped]) & (matches.indices[:, 0] >= 0) & (again.indices[:, 0] >= 0)
        kept[dropped, rows] = _share_kept(matches.indices[rows], again.indices[rows])
    known = ~np.isnan(kept)
    total = np.where(known, kept, 0.0).sum(axis=0)
    shares: Floats = np.divide(total, known.sum(axis=0), out=np.full(len(scaled), np.nan), where=known.any(axis=0))
    return shares


def _share_kept(before: Indices, after: Indices) -> Floats:
    """The share of the neighbours `before`, array (n, k), that are among those `after`."""
    real = before >= 0
    stays = ((before[:, :, None] == after[:, None, :]).any(axis=2) & real).sum(axis=1)
    shares: Floats = stays / np.maximum(real.sum(axis=1), 1)
    return shares
