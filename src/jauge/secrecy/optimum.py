"""The least costly cells to mask, as one mixed-integer program (the model of Fischetti and Salazar 2000, written out in full).

For each cell that is betrayed and each end of what it must seem to be, the program holds a whole possible table in which the cell stands
at that end; a given cell may differ from its value only where it is masked. With y the masked cells, c their weights, d the differences:

    minimise   sum c_i y_i
    such that  A d = 0,   d_k = the shift wanted,   -(v_i - threshold) y_i <= d_i <= REACH x threshold x y_i     for every such table.
"""

import numpy as np

from jauge.secrecy.cells import Flags, Floats, Ints, State
from jauge.secrecy.moves import Moves, list_needs
from jauge.secrecy.programs import Program

# Possible tables in which a masked cell rises by more are not looked at: what is masked may only cost more by it, never protect less.
REACH = 8
_LARGEST = 4_000  # columns: half a second of HiGHS on the tables of the tests


def is_within_reach(moves: Moves, breaches: Flags) -> bool:
    """Whether the program is small enough to be worth it: 4,000 columns at most."""
    movable = int(np.sum((moves.lower < 0) | (moves.upper > 0)))
    return 2 * int(breaches.sum()) * movable <= _LARGEST


def find_optimum(moves: Moves, breaches: Flags, *, time_limit_s: float) -> tuple[Ints, float] | None:
    """The states (n,) that cost least, and the proven bound of the cost; None when nothing protects the breached cells.

    breaches: (n,) the hidden cells to protect.
    """
    paid = np.flatnonzero(moves.can_mask)
    cells = np.flatnonzero((moves.lower < 0) | (moves.upper > 0))
    copies = [(cell, shift) for cell in np.flatnonzero(breaches).tolist() for shift in list_needs(moves.ground, cell) if abs(shift) > 1e-9]
    if any(cell not in cells for cell, _ in copies):
        return None
    program = _write(moves, paid, cells, copies, time_limit_s)
    found = program.minimise()
    if found is None:
        return None
    states = moves.states.copy()
    states[paid[found.values[: len(paid)] > 0.5]] = State.MASKED
    return states, found.bound


def _write(moves: Moves, paid: Ints, cells: Ints, copies: list[tuple[int, float]], time_limit_s: float) -> Program:
    """Columns: y of each cell that may be masked, then the differences of each copy of the table. Rows: equations, then y's limits."""
    table = moves.ground.table
    n_paid, n_cells, n_copies = len(paid), len(cells), len(copies)
    local = np.searchsorted(cells, table.cells)
    local[local == n_cells] = 0
    used = cells[local] == table.cells
    lower, upper = _limit(moves, cells, copies)
    at = np.searchsorted(cells, paid)
    parts: list[tuple[Ints, Ints, Floats]] = []
    for copy in range(n_copies):
        first_column, first_row = n_paid + copy * n_cells, copy * (table.n_rows + 2 * n_paid)
        parts.append((first_row + table.rows[used], first_column + local[used], table.signs[used]))
        # d - up × y <= 0 and d + down × y >= 0
        for side, reach in enumerate((-upper[at], -lower[at])):
            rows = first_row + table.n_rows + side * n_paid + np.arange(n_paid)
            parts += [(rows, first_column + at, np.ones(n_paid)), (rows, np.arange(n_paid), reach)]
    rows, columns, terms = (np.concatenate(part) for part in zip(*parts, strict=True))
    equal, endless = np.zeros(table.n_rows), np.full(n_paid, np.inf)
    ends_lower, ends_upper = np.tile(lower, n_copies), np.tile(upper, n_copies)
    for copy, (cell, shift) in enumerate(copies):
        place = copy * n_cells + int(np.searchsorted(cells, cell))
        ends_lower[place] = ends_upper[place] = shift
    nothing = np.zeros(n_paid)
    return Program(
        lower=np.append(nothing, ends_lower),
        upper=np.append(np.ones(n_paid), ends_upper),
        rows=rows,
        columns=columns,
        terms=terms,
        row_lower=np.tile(np.concatenate([equal, -endless, nothing]), n_copies),
        row_upper=np.tile(np.concatenate([equal, nothing, endless]), n_copies),
        cost=np.append(table.weights[paid], np.zeros(n_copies * n_cells)),
        integer=np.append(np.ones(n_paid, dtype=np.bool_), np.zeros(n_copies * n_cells, dtype=np.bool_)),
        time_limit_s=time_limit_s,
    )


def _limit(moves: Moves, cells: Ints, copies: list[tuple[int, float]]) -> tuple[Floats, Floats]:
    """What each cell may change by in a copy: rises are held to REACH thresholds, or to the largest shift wanted where that is more."""
    reach = max([REACH * moves.ground.table.threshold, *(abs(shift) for _, shift in copies)])
    return moves.lower[cells], np.minimum(moves.upper[cells], reach)
