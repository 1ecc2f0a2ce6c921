"""Cells that are interchangeable: they enter the same equations with the same signs, so that only their sum matters to the rest."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from jauge.secrecy.cells import CellTable, Flags, Floats, Ints, State


@dataclass(frozen=True, slots=True)
class Puzzle:
    """What is left once everything published is written in: hidden cells only.

    rows, cells, signs: the terms that are left; totals: (m,) what they add up to. lower, upper: (n,) bounds of each cell, those of rows
    that speak of one cell included.
    """

    rows: Ints
    cells: Ints
    signs: Floats
    totals: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True, slots=True)
class Pools:
    """Hidden cells by pool. of_cell: (n,) number of the pool, -1 where none. The terms are those of one cell of each pool."""

    of_cell: Ints
    count: int
    rows: Ints
    pools: Ints
    signs: Floats


def find_slacks(table: CellTable, states: Ints) -> Flags:
    """The latent cells (n,) of no secret that stand in one equation only: they turn it into an inequality."""
    uses = np.bincount(table.cells, minlength=len(states))
    return np.asarray((states == State.LATENT) & ~table.is_small & (uses == 1), dtype=np.bool_)


def find_loose_rows(table: CellTable) -> Flags:
    """The equations (m,) that a slack turns into inequalities."""
    slack = find_slacks(table, table.states)
    return np.asarray(np.bincount(table.rows, slack[table.cells], minlength=table.n_rows) > 0, dtype=np.bool_)


def find_tied_terms(table: CellTable) -> Ints:
    """The pairs (p, 2) of terms that an inequality between two cells ties, as numbers of terms."""
    tied = np.flatnonzero(find_loose_rows(table)[table.rows] & ~find_slacks(table, table.states)[table.cells])
    tied = tied[np.argsort(table.rows[tied], kind="stable")]
    pairs = np.bincount(table.rows[tied], minlength=table.n_rows) == 2
    return np.asarray(tied[pairs[table.rows[tied]]].reshape(-1, 2), dtype=np.int64)


def gather(table: CellTable) -> Ints:
    """The pool (n,) of every cell of a table, hidden or not, the equations with a slack left out; -1 for a cell of no equation."""
    kept = ~find_loose_rows(table)[table.rows]
    endless = np.zeros(len(table.values))
    puzzle = Puzzle(table.rows[kept], table.cells[kept], table.signs[kept], np.zeros(table.n_rows), endless, endless)
    return find_pools(puzzle, np.zeros(0, dtype=np.int64)).of_cell


def find_pools(puzzle: Puzzle, sought: Ints) -> Pools:
    """Gather the cells that enter the same equations with the same signs; `sought` cells without any equation are pools of their own."""
    order = np.lexsort((puzzle.rows, puzzle.cells))
    rows, cells, signs = puzzle.rows[order], puzzle.cells[order], puzzle.signs[order]
    starts = np.flatnonzero(np.diff(cells, prepend=-1))
    ends = np.append(starts, len(cells))[1:]
    of_cell = np.full(len(puzzle.lower), -1, dtype=np.int64)
    known: dict[bytes, int] = {}
    firsts = []
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        key = rows[start:end].tobytes() + signs[start:end].tobytes()
        if key not in known:
            known[key] = len(known)
            firsts.append((start, end))
        of_cell[cells[start]] = known[key]
    terms = np.concatenate([np.arange(start, end) for start, end in firsts]) if firsts else np.zeros(0, dtype=np.int64)
    pools = np.repeat(np.arange(len(firsts)), [end - start for start, end in firsts]) if firsts else np.zeros(0, dtype=np.int64)
    free = sought[of_cell[sought] < 0]
    of_cell[free] = np.arange(len(firsts), len(firsts) + len(free))
    return Pools(of_cell, len(firsts) + len(free), rows[terms], pools, signs[terms])


def split_blocks(pools: Pools) -> Iterator[tuple[Ints, Ints, Ints]]:
    """Pools that equations tie together, block by block: (pools, rows, numbers of the terms), each in order."""
    if not len(pools.rows):
        return
    n_rows = int(pools.rows.max()) + 1
    label = np.arange(n_rows)
    while True:  # the least row reached through shared pools, until nothing moves
        least = np.full(pools.count, n_rows, dtype=np.int64)
        np.minimum.at(least, pools.pools, label[pools.rows])
        after = label.copy()
        np.minimum.at(after, pools.rows, least[pools.pools])
        after = after[after]
        if np.array_equal(after, label):
            break
        label = after
    of_term = label[pools.rows]
    order = np.argsort(of_term, kind="stable")
    for block in np.split(order, np.flatnonzero(np.diff(of_term[order])) + 1):
        yield np.unique(pools.pools[block]), np.unique(pools.rows[block]), block
