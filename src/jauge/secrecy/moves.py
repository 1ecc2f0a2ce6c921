"""How a table may change without any equation breaking: what a cell can rise or fall by, and what must be hidden for it."""

from dataclasses import dataclass

import numpy as np

from jauge.secrecy.cells import TOLERANCE, CellTable, Flags, Floats, Ints, MarginsContradict, State, suppose
from jauge.secrecy.pools import find_loose_rows, find_slacks, find_tied_terms, gather
from jauge.secrecy.programs import Program

_KEPT = 3  # candidates of one pool that are weighed against each other: they differ in cost and in room only
_CHANGED = 1e-6
_ALL_CELLS = 5_000


@dataclass(frozen=True, slots=True)
class Ground:
    """A table and what stays true of it whatever is hidden: values (n,) that agree with all that is known, the pool (n,) of each cell."""

    table: CellTable
    values: Floats
    pools: Ints


@dataclass(frozen=True, slots=True)
class Moves:
    """What each cell can change by while it stays within what readers suppose of it, were it hidden.

    lower ≤ 0 ≤ upper: (n,), both 0 for a cell that stays as it is. near_lower, near_upper: the same, held within the inequalities that the
    cell enters, shared among their cells; row_up, row_down: (k,) by term, what each of these leaves to the cell alone. can_mask: (n,) given
    cells that may be masked.
    """

    ground: Ground
    states: Ints
    lower: Floats
    upper: Floats
    near_lower: Floats
    near_upper: Floats
    row_up: Floats
    row_down: Floats
    can_mask: Flags


def prepare(table: CellTable) -> Ground:
    """Complete the unknown values and gather the pools. Raises MarginsContradict."""
    return Ground(table, complete(table), gather(table))


def complete(table: CellTable) -> Floats:
    """The values (n,) with a possible one for each unknown cell. Raises MarginsContradict where none is possible."""
    unknown = np.isnan(table.values)
    known = ~unknown[table.cells]
    totals = -np.bincount(table.rows[known], table.signs[known] * table.values[table.cells[known]], minlength=table.n_rows)
    sizes = np.bincount(table.rows[known], np.abs(table.values[table.cells[known]]), minlength=table.n_rows)
    closed = np.bincount(table.rows[~known], minlength=table.n_rows) == 0
    wrong = closed & (np.abs(totals) > TOLERANCE + 1e-9 * sizes)
    if wrong.any():
        raise MarginsContradict(float(np.max(np.abs(totals[wrong]))))
    if not unknown.any():
        return table.values
    cells, rows = np.flatnonzero(unknown), np.unique(table.rows[~known])
    program = Program(
        lower=np.zeros(len(cells)),
        upper=np.full(len(cells), np.inf),
        rows=np.searchsorted(rows, table.rows[~known]),
        columns=np.searchsorted(cells, table.cells[~known]),
        terms=table.signs[~known],
        row_lower=totals[rows] - _CHANGED,
        row_upper=totals[rows] + _CHANGED,
    )
    found = program.minimise()
    if found is None:
        raise MarginsContradict(float(np.max(np.abs(totals[rows]))))
    values = table.values.copy()
    values[cells] = np.maximum(found.values, 0.0)
    return values


def list_moves(ground: Ground, states: Ints) -> Moves:
    """What each cell can change by; a given cell that may be masked moves as if it were."""
    table, values = ground.table, ground.values
    can_mask = (states == State.GIVEN) & ~table.fixed & (values >= table.threshold)
    lower, upper = suppose(table, np.where(can_mask, int(State.MASKED), states))
    moves = (states != State.GIVEN) | can_mask
    # A value that stands outside what is supposed (0.5 where whole numbers are) cannot leave further.
    down = np.where(moves, np.minimum(lower - values, 0.0), 0.0)
    up = np.where(moves, np.maximum(upper - values, 0.0), 0.0)
    row_up, row_down, movers = _find_room(ground, moves)
    near_down, near_up = down.copy(), up.copy()
    np.minimum.at(near_up, table.cells, row_up / movers)
    np.maximum.at(near_down, table.cells, -row_down / movers)
    return Moves(ground, states, down, up, near_down, near_up, row_up, row_down, can_mask)


def _find_room(ground: Ground, moves: Flags) -> tuple[Floats, Floats, Ints]:
    """By term (k,): what its cell may rise and fall by within the inequality if nothing else there moves, and how many cells may."""
    table = ground.table
    is_slack = find_slacks(table, table.states)[table.cells]
    slack, sign = np.full(table.n_rows, np.inf), np.zeros(table.n_rows)
    slack[table.rows[is_slack]] = ground.values[table.cells[is_slack]]
    sign[table.rows[is_slack]] = table.signs[is_slack]
    movers = np.bincount(table.rows[~is_slack], moves[table.cells[~is_slack]], minlength=table.n_rows).astype(np.int64)
    room, side = slack[table.rows], sign[table.rows] * table.signs
    up, down = np.where((side > 0) & ~is_slack, room, np.inf), np.where((side < 0) & ~is_slack, room, np.inf)
    return up, down, np.maximum(movers, 1)[table.rows]


def list_needs(ground: Ground, cell: int) -> tuple[float, ...]:
    """By how much a hidden cell must be able to change: to both ends of what it must seem to be, or to one side by as much."""
    table, value = ground.table, ground.values[cell]
    if table.is_small[cell]:
        return (table.threshold - 1 - value, 1 - value)
    return (table.threshold - 2.0,)


def find_assured(moves: Moves) -> Flags:
    """The hidden cells (n,) that are safe for a plain reason: the others of their pool can make up for all they must be able to be.

    Sufficient, not necessary: outside the pool only the cells move that an inequality ties to the cell (a denominator rises with its
    numerator), each made up for by its own pool.
    """
    table, hidden = moves.ground.table, np.flatnonzero(moves.states != State.GIVEN)
    pools, values = moves.ground.pools[hidden], moves.ground.values[hidden]
    falls, rises = -moves.near_lower[hidden], moves.near_upper[hidden]
    # A cell rises by what the others fall, and the other way round; a cell of no equation needs nobody.
    others_fall = np.where(pools < 0, np.inf, _sum_of_others(pools, falls))
    others_rise = np.where(pools < 0, np.inf, _sum_of_others(pools, rises))
    rise, fall = np.zeros(len(moves.states)), np.zeros(len(moves.states))
    rise[hidden], fall[hidden] = np.minimum(rises, others_fall), np.minimum(falls, others_rise)
    more_rise, more_fall = _push_tied(moves, rise, fall)
    rise, fall = np.minimum(more_rise[hidden], others_fall), np.minimum(more_fall[hidden], others_rise)
    ends = (rise >= table.threshold - 1 - values - TOLERANCE) & (fall >= values - 1 - TOLERANCE)
    wide = rise + fall >= table.threshold - 2 - TOLERANCE
    assured = np.zeros(len(moves.states), dtype=np.bool_)
    assured[hidden] = np.where(table.is_small[hidden], ends, wide)
    return assured


def _push_tied(moves: Moves, rise: Floats, fall: Floats) -> tuple[Floats, Floats]:
    """What each cell may rise and fall by (n,), (n,) when the other cell of each of its inequalities moves with it, by `rise` or `fall`."""
    table = moves.ground.table
    terms = find_tied_terms(table)
    upper, lower = moves.upper.copy(), -moves.lower.copy()
    for this, other in ((terms[:, 0], terms[:, 1]), (terms[:, 1], terms[:, 0])):
        # Signs of one side: the one may rise by what the other falls. Of two sides (a part and its whole): they rise together.
        together = table.signs[this] != table.signs[other]
        slack_up, slack_down = moves.row_up[this], moves.row_down[this]
        np.minimum.at(upper, table.cells[this], slack_up + np.where(together, rise[table.cells[other]], fall[table.cells[other]]))
        np.minimum.at(lower, table.cells[this], slack_down + np.where(together, fall[table.cells[other]], rise[table.cells[other]]))
    return upper, lower


def _sum_of_others(pools: Ints, amounts: Floats) -> Floats:
    """For each cell, the sum of the amounts of the others of its pool (-1: no pool); infinite where one is."""
    own = pools + 1
    endless = np.isinf(amounts)
    finite = np.where(endless, 0.0, amounts)
    others = np.bincount(own, finite)[own] - finite
    return np.asarray(np.where(np.bincount(own, endless)[own] - endless > 0.5, np.inf, others), dtype=np.float64)


def find_cheapest_move(moves: Moves, cell: int, shift: float) -> Ints | None:
    """The given cells to mask for `cell` to change by `shift`, at the least cost; None when nothing allows it.

    First with pools as one column each and a few candidates of each; then, in a table of a few thousand cells, with every cell.
    """
    found = _move_by_pools(moves, cell, shift)
    if found is None and len(moves.states) <= _ALL_CELLS:
        return _move_by_cells(moves, cell, shift)
    return found


def _move_by_pools(moves: Moves, cell: int, shift: float) -> Ints | None:
    """One linear program: the hidden cells of a pool are one free column, each candidate two columns, up and down, at its weight.

    The inequalities of `cell` are written out, with a column for each of their cells; within the others, cells keep their part of the room.
    """
    table, pools = moves.ground.table, moves.ground.pools
    rows = np.unique(table.rows[(table.cells == cell) & find_loose_rows(table)[table.rows]])
    written = np.isin(table.rows, rows)
    tied = np.setdiff1d(table.cells[written], [cell])
    near = np.setdiff1d(tied, np.flatnonzero(table.fixed | (moves.lower == 0) & (moves.upper == 0)))
    free = np.setdiff1d(np.flatnonzero((moves.states != State.GIVEN) & (pools >= 0)), [cell, *tied])
    paid = np.setdiff1d(_choose_candidates(moves), [cell, *tied])
    own, firsts, of_free = np.unique(pools[free], return_index=True, return_inverse=True)
    upper = np.zeros(len(own))
    np.add.at(upper, of_free, moves.near_upper[free])
    columns = _Columns(moves, cell, shift)
    columns.add_free(free[firsts], np.bincount(of_free, moves.near_lower[free], minlength=len(own)), upper)
    columns.add_paid(paid, moves.near_lower, moves.near_upper)
    columns.add_cells(near)
    return columns.solve(~find_loose_rows(table) | np.isin(np.arange(table.n_rows), rows))


def _move_by_cells(moves: Moves, cell: int, shift: float) -> Ints | None:
    columns = _Columns(moves, cell, shift)
    columns.add_cells(np.setdiff1d(np.flatnonzero((moves.lower < 0) | (moves.upper > 0)), [cell]))
    return columns.solve(np.ones(moves.ground.table.n_rows, dtype=np.bool_))


class _Columns:
    """The columns of a program of changes: each takes the terms of one cell, or their opposites."""

    def __init__(self, moves: Moves, cell: int, shift: float) -> None:
        self._moves = moves
        one = np.array([shift])
        self._parts: list[tuple[Ints, Floats, Floats, Floats, Floats]] = [(np.array([cell]), np.ones(1), one, one, np.zeros(1))]

    def add_free(self, cells: Ints, lower: Floats, upper: Floats) -> None:
        """Cells whose changes cost nothing."""
        self._parts.append((cells, np.ones(len(cells)), lower, upper, np.zeros(len(cells))))

    def add_paid(self, cells: Ints, lower: Floats, upper: Floats) -> None:
        """Given cells: what they rise or fall by costs their weight. lower, upper: of every cell of the table."""
        zero, cost = np.zeros(len(cells)), self._moves.ground.table.weights[cells]
        self._parts.append((cells, np.ones(len(cells)), zero, upper[cells], cost))
        self._parts.append((cells, -np.ones(len(cells)), zero, -lower[cells], cost))

    def add_cells(self, cells: Ints) -> None:
        """Cells one by one, as free or as paid as they are."""
        moves = self._moves
        paid = moves.can_mask[cells]
        self.add_free(cells[~paid], moves.lower[cells[~paid]], moves.upper[cells[~paid]])
        self.add_paid(cells[paid], moves.lower, moves.upper)

    def solve(self, wanted: Flags) -> Ints | None:
        """The given cells that change in the cheapest change; None when there is none. wanted: (m,) equations to respect."""
        moves, table = self._moves, self._moves.ground.table
        stand, turn, lower, upper, cost = (np.concatenate(part) for part in zip(*self._parts, strict=True))
        rows, columns, terms = _spread_terms(table, stand, turn)
        kept = wanted[rows]
        used, rows = np.unique(rows[kept], return_inverse=True)
        none = np.zeros(len(used))
        program = Program(
            lower=lower, upper=upper, rows=rows, columns=columns[kept], terms=terms[kept], row_lower=none, row_upper=none, cost=cost,
            starts_again=False,
        )  # fmt: skip
        found = program.minimise()
        if found is None:
            return None
        changed = np.unique(stand[np.abs(found.values) > _CHANGED])
        return np.asarray(changed[moves.can_mask[changed]], dtype=np.int64)


def _spread_terms(table: CellTable, stand: Ints, turn: Floats) -> tuple[Ints, Ints, Floats]:
    """The terms of the cells of `stand`, one column after the other: rows, columns, terms."""
    order = np.argsort(table.cells, kind="stable")
    starts = np.searchsorted(table.cells[order], stand)
    sizes = np.searchsorted(table.cells[order], stand, side="right") - starts
    columns = np.repeat(np.arange(len(stand)), sizes)
    place = np.arange(int(sizes.sum())) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    terms = order[np.repeat(starts, sizes) + place]
    return table.rows[terms], columns, table.signs[terms] * np.repeat(turn, sizes)


def _choose_candidates(moves: Moves) -> Ints:
    """Of the given cells of each pool, those that cost least among those that can move far enough."""
    table, pools = moves.ground.table, moves.ground.pools
    candidates = np.flatnonzero(moves.can_mask & (pools >= 0))
    far = np.minimum(-moves.near_lower[candidates], moves.near_upper[candidates]) >= table.threshold - 2
    order = np.lexsort((table.weights[candidates], ~far, pools[candidates]))
    starts = np.flatnonzero(np.diff(pools[candidates[order]], prepend=-2))
    place = np.arange(len(order)) - np.repeat(starts, np.diff(np.append(starts, len(order))))
    return np.sort(candidates[order[place < _KEPT]])
