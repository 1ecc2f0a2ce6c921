"""The attacker: everything that published cells say of the hidden ones.

By linear bounds: the least and the greatest value that each hidden cell takes over all tables that agree with what is published (Fischetti
and Salazar 2000, the attacker's subproblems). By differences: the cells that additions and subtractions of published cells give exactly.
The two share no arithmetic, and use no value of a hidden cell.

Cells that enter the same equations with the same signs form a *pool*: only their sum matters to the rest, and the sums that are possible
make one interval. Two linear programs per pool, then the exact bounds of each of its cells in closed form (docs/algorithms/secrecy.md).
"""

from dataclasses import replace

import numpy as np

from jauge.secrecy.cells import TOLERANCE, CellTable, Flags, Floats, Ints, MarginsContradict, State, suppose
from jauge.secrecy.pools import Pools, Puzzle, find_loose_rows, find_pools, find_slacks, split_blocks
from jauge.secrecy.programs import Program

_SLACK = 1e-7  # by how much an equation may be missed: sums of decimals written as floats


def attack_by_bounds(table: CellTable, states: Ints, asked: Flags | None = None) -> tuple[Floats, Floats]:
    """The interval (n,), (n,) that can be derived of every hidden cell; NaN for given cells and for latent ones of no secret.

    asked: (n,) the only cells of which an interval is wanted (those of the others are too wide, or NaN). Exact over the reals: counts
    are whole, and a reader who used that would know no more than these bounds rounded inwards.
    Raises MarginsContradict.
    """
    puzzle = _set_up(table, states)
    pools = find_pools(puzzle, np.flatnonzero(_is_sought(table, states)))
    low, high = _sum_by_pool(pools, puzzle.lower), _sum_by_pool(pools, puzzle.upper)
    wanted = np.unique(pools.of_cell[_is_sought(table, states) if asked is None else _is_sought(table, states) & asked])
    least, most = _bound_pools(puzzle, pools, low, high, wanted)
    lower, upper = np.full(len(states), np.nan), np.full(len(states), np.nan)
    cells = np.flatnonzero(pools.of_cell >= 0)
    own = pools.of_cell[cells]
    with np.errstate(invalid="ignore"):
        rest_low = low[own] - puzzle.lower[cells]
        # Infinity minus infinity: another cell of the pool may be unbounded, or this one alone.
        rest_high = _sum_others(pools, puzzle.upper, cells)
        lower[cells] = np.maximum(puzzle.lower[cells], least[own] - rest_high)
        upper[cells] = np.minimum(puzzle.upper[cells], most[own] - rest_low)
    return lower, upper


def attack_by_differences(table: CellTable, states: Ints) -> Flags:
    """The hidden cells (n,) that sums and differences of published cells give exactly, without any bound.

    A cell is given when no direction along which all equations stay true moves it (rank of the equations with and without it).
    """
    # An equation with a slack says nothing without bounds: whatever the others are, the slack makes up for it.
    puzzle = _set_up(_keep_terms(table, ~find_loose_rows(table)[table.rows]), states, with_bounds=False)
    hidden = np.flatnonzero((states != State.GIVEN) & ~find_slacks(table, states))
    pools = find_pools(puzzle, hidden)
    found = np.zeros(len(states), dtype=np.bool_)
    sizes = np.bincount(pools.of_cell[hidden], minlength=pools.count)
    lone = {int(pools.of_cell[cell]): int(cell) for cell in hidden if sizes[pools.of_cell[cell]] == 1}
    for members, rows, block in split_blocks(pools):
        matrix = np.zeros((len(rows), len(members)))
        matrix[np.searchsorted(rows, pools.rows[block]), np.searchsorted(members, pools.pools[block])] = pools.signs[block]
        still = _find_directions(matrix)
        for column, pool in enumerate(members):
            if pool in lone and not np.any(np.abs(still[:, column]) > 1e-7):
                found[lone[int(pool)]] = True
    return found


def _keep_terms(table: CellTable, kept: Flags) -> CellTable:
    return replace(table, rows=table.rows[kept], cells=table.cells[kept], signs=table.signs[kept])


def _find_directions(matrix: Floats) -> Floats:
    """A basis (d, columns) of the directions that change no row of `matrix`."""
    _, sizes, directions = np.linalg.svd(matrix, full_matrices=True)
    rank = int(np.sum(sizes > 1e-9 * max(1.0, float(sizes.max(initial=0.0)))))
    return np.asarray(directions[rank:], dtype=np.float64)


def _is_sought(table: CellTable, states: Ints) -> Flags:
    """The cells of which an interval is wanted: the hidden, and the latent where small."""
    return np.asarray((states != State.GIVEN) & ((states != State.LATENT) | table.is_small), dtype=np.bool_)


def _set_up(table: CellTable, states: Ints, *, with_bounds: bool = True) -> Puzzle:
    """Write the published cells into the equations. Raises MarginsContradict where an equation of published cells alone is false."""
    hidden = states != State.GIVEN
    given = ~hidden[table.cells]
    totals = -np.bincount(table.rows[given], table.signs[given] * table.values[table.cells[given]], minlength=table.n_rows)
    totals = np.round(totals, 6) + 0.0
    rows, cells, signs = table.rows[~given], table.cells[~given], table.signs[~given]
    empty = np.bincount(rows, minlength=table.n_rows) == 0
    if np.any(np.abs(totals[empty]) > TOLERANCE):
        raise MarginsContradict(float(np.max(np.abs(totals[empty]))))
    lower, upper = suppose(table, states)
    puzzle = Puzzle(rows, cells, signs, totals, lower, upper)
    return _read_inequalities(puzzle, table, states) if with_bounds else puzzle


def _read_inequalities(puzzle: Puzzle, table: CellTable, states: Ints) -> Puzzle:
    """Turn «a + slack = total», where the slack is a latent cell that serves nowhere else, into a bound of `a`, and forget the row.

    So a numerator is at most its denominator, and the cells of a group keep the same equations: they stay one pool.
    """
    is_slack = find_slacks(table, states)[puzzle.cells]
    slacks = np.bincount(puzzle.rows[is_slack], minlength=len(puzzle.totals))
    others = np.bincount(puzzle.rows[~is_slack], minlength=len(puzzle.totals))
    loose = (slacks == 1) & (others <= 1)
    lower, upper = puzzle.lower.copy(), puzzle.upper.copy()
    side = np.zeros(len(puzzle.totals))
    side[puzzle.rows[is_slack]] = puzzle.signs[is_slack]
    bound = loose[puzzle.rows] & ~is_slack
    rows, cells, signs = puzzle.rows[bound], puzzle.cells[bound], puzzle.signs[bound]
    limit = puzzle.totals[rows] / signs
    above = side[rows] * signs > 0
    np.minimum.at(upper, cells[above], limit[above])
    np.maximum.at(lower, cells[~above], limit[~above])
    kept = ~loose[puzzle.rows]
    return Puzzle(puzzle.rows[kept], puzzle.cells[kept], puzzle.signs[kept], puzzle.totals, lower, upper)


def _sum_by_pool(pools: Pools, bounds: Floats) -> Floats:
    cells = np.flatnonzero(pools.of_cell >= 0)
    return np.asarray(np.bincount(pools.of_cell[cells], bounds[cells], minlength=pools.count), dtype=np.float64)


def _sum_others(pools: Pools, upper: Floats, cells: Ints) -> Floats:
    """For each of `cells`, the sum of the upper bounds of the others of its pool (infinite as soon as one is)."""
    endless = np.isinf(upper)
    finite = np.where(endless, 0.0, upper)
    sums, counts = _sum_by_pool(pools, finite), _sum_by_pool(pools, endless.astype(np.float64))
    own = pools.of_cell[cells]
    return np.where(counts[own] - endless[cells] > 0.5, np.inf, sums[own] - finite[cells])


def _bound_pools(puzzle: Puzzle, pools: Pools, low: Floats, high: Floats, wanted: Ints) -> tuple[Floats, Floats]:
    """The least and greatest sum (pools,) of each wanted pool, what is supposed of the others. Raises MarginsContradict."""
    least, most = low.copy(), high.copy()
    for members, rows, block in split_blocks(pools):
        asked = np.flatnonzero(np.isin(members, wanted))
        if not len(asked):
            continue
        totals = puzzle.totals[rows]
        program = Program(
            lower=low[members],
            upper=high[members],
            rows=np.searchsorted(rows, pools.rows[block]),
            columns=np.searchsorted(members, pools.pools[block]),
            terms=pools.signs[block],
            row_lower=totals - _SLACK,
            row_upper=totals + _SLACK,
        )
        for column, pool in zip(asked.tolist(), members[asked].tolist(), strict=True):
            bounds = program.bound(column)
            if bounds is None:
                raise MarginsContradict(float(np.max(np.abs(totals), initial=0.0)))
            least[pool], most[pool] = bounds
    return least, most
