"""Complementary suppression: hide as little as possible beside the small counts, until the attacker learns no more than is promised.

Small tables: the optimum, with its gap where time runs out (`jauge.secrecy.optimum`). Larger ones: by pools of interchangeable cells first
(the idea of the hypercube method of Repsilber and Giessing, in the one dimension that a hierarchy leaves), then by the cheapest change of
the table that a linear program finds (Kelly, Golden and Assad 1992; the heuristic of Fischetti and Salazar 2000), each round audited.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from jauge.secrecy.attack import attack_by_bounds
from jauge.secrecy.cells import TOLERANCE, CellTable, Flags, Floats, Ints, MarginsContradict, State, find_breaches, hide_small
from jauge.secrecy.moves import Ground, Moves, find_assured, find_cheapest_move, list_moves, list_needs, prepare
from jauge.secrecy.optimum import find_optimum, is_within_reach
from jauge.secrecy.pools import find_tied_terms

_ROUNDS = 12  # audits before giving up: three are enough on every table seen
_AUDITED = 200_000
_TIED = 300
_TIDIED = 60  # up to so many masked cells, each is tried open again


class Verdict(StrEnum):
    """What became of a table.

    PROTECTED: as promised. TOTAL_ONLY: nothing but grand totals can be given. NOTHING: not even they.
    """

    PROTECTED = "protected"
    TOTAL_ONLY = "total_only"
    NOTHING = "nothing"


class CannotProtect(ValueError):
    """Cells that are given whatever happens betray a hidden one."""

    code = "cannot_protect"


@dataclass(frozen=True, slots=True)
class Protection:
    """What to hide. states, lower, upper: (n,), the intervals as an attacker finds them (NaN for given cells).

    cost: weights of the cells hidden though they are not small. bound: proven least cost, None where only a heuristic ran.
    why: code of the refusal that left the totals only, empty when protected.
    """

    states: Ints
    lower: Floats
    upper: Floats
    verdict: Verdict
    cost: float
    bound: float | None
    why: str = ""

    @property
    def gap(self) -> float | None:
        """How far the cost may be above the least one, relative; None where no bound is proven."""
        return None if self.bound is None else (self.cost - self.bound) / max(self.cost, 1e-9)


def protect(table: CellTable, *, time_limit_s: float = 5.0) -> Protection:
    """Hide the small counts of a table and what would betray them. Raises CannotProtect (only where cells are `fixed`)."""
    states = hide_small(table)
    try:
        ground = prepare(table)
        states, bound = _mask(ground, states, time_limit_s)
        lower, upper = attack_by_bounds(table, states, _choose_audited(ground, states))
    except MarginsContradict as no:
        return _give_totals(table, no.code)
    if find_breaches(table, states, lower, upper).any():
        return _give_totals(table, CannotProtect.code)
    return Protection(states, lower, upper, Verdict.PROTECTED, _sum_costs(table, states), bound)


def _choose_audited(ground: Ground, states: Ints) -> Flags:
    """The cells (n,) of which the last audit asks: all, or the doubtful and a few hundred where many stand under inequalities."""
    terms = find_tied_terms(ground.table)
    hidden = states != State.GIVEN
    tied = np.unique(ground.table.cells[terms[hidden[ground.table.cells[terms]].all(axis=1)]])
    asked = hidden.copy()
    if len(tied) > _TIED:
        asked[tied] = False
        asked[tied[:: len(tied) // _TIED + 1]] = True
        asked |= hidden & ~find_assured(list_moves(ground, states))
    return np.asarray(asked, dtype=np.bool_)


def _mask(ground: Ground, states: Ints, time_limit_s: float) -> tuple[Ints, float | None]:
    """Mask cells until no breach is left, or nothing more can be done. Answers the states and the proven bound of the cost."""
    breaches = _find_breaches(ground, states)
    if not breaches.any():
        return states, 0.0
    moves = list_moves(ground, states)
    if is_within_reach(moves, breaches):
        found = find_optimum(moves, breaches, time_limit_s=time_limit_s)
        if found is not None and not _find_breaches(ground, found[0]).any():
            return found
    return _mask_by_steps(ground, states, breaches), None


def _find_breaches(ground: Ground, states: Ints) -> Flags:
    """The breached cells (n,): the attacker is asked only of those that are not safe for a plain reason."""
    doubtful = (states != State.GIVEN) & ~find_assured(list_moves(ground, states))
    return np.asarray(find_breaches(ground.table, states, *attack_by_bounds(ground.table, states, doubtful)) & doubtful, dtype=np.bool_)


def _mask_by_steps(ground: Ground, states: Ints, breaches: Flags) -> Ints:
    """Pools first, then move by move, each round audited."""
    before = states
    states = _fill_pools(ground, states, breaches)
    for _ in range(_ROUNDS):
        breaches = _find_breaches(ground, states)
        if not breaches.any():
            break
        after = states
        for cell in np.flatnonzero(breaches):
            after = _open_a_move(ground, after, int(cell))
        if np.array_equal(after, states):
            after = _blur(ground.table, states, breaches)
        if np.array_equal(after, states):
            break
        states = after
    return _tidy(ground, before, states)


def _blur(table: CellTable, states: Ints, breaches: Flags) -> Ints:
    """No longer say why cells are hidden that share the shortest equation of a breached one.

    That a total and all its parts are small says more than that they are secret: of 1 + 3 = 4, that none is above 3.
    """
    lengths = np.bincount(table.rows, minlength=table.n_rows)
    order = np.lexsort((lengths[table.rows], table.cells))
    firsts = order[np.flatnonzero(np.diff(table.cells[order], prepend=-1))]
    rows = table.rows[firsts[breaches[table.cells[firsts]]]]
    near = breaches.copy()
    near[table.cells[np.isin(table.rows, rows)]] = True
    return np.where(near & ((states == State.SMALL) | (states == State.MASKED)), int(State.WITHHELD), states)


def _open_a_move(ground: Ground, states: Ints, cell: int) -> Ints:
    """Mask what must move when `cell` goes to the ends of what it must be able to be."""
    for shift in list_needs(ground, cell):
        moved = find_cheapest_move(list_moves(ground, states), cell, shift)
        if moved is not None:
            states = _mask_cells(states, moved)
    return states


def _mask_cells(states: Ints, cells: Ints) -> Ints:
    after = states.copy()
    after[cells[after[cells] == State.GIVEN]] = State.MASKED
    return after


def _fill_pools(ground: Ground, states: Ints, breaches: Flags) -> Ints:
    """In each pool of a breached cell, mask the cheapest cells that give the small ones room while everything else stays as it is."""
    moves, pools = list_moves(ground, states), ground.pools
    masked: list[int] = []
    wanted = np.unique(pools[breaches & (states == State.SMALL) & (pools >= 0)])
    order = np.argsort(pools, kind="stable")
    starts = np.searchsorted(pools[order], wanted)
    ends = np.searchsorted(pools[order], wanted, side="right")
    for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
        masked += _fill_pool(moves, order[start:end])
    return _mask_cells(states, np.array(masked, dtype=np.int64))


def _fill_pool(moves: Moves, members: Ints) -> list[int]:
    """The given cells of one pool to mask, none where the pool cannot hide its small cells by itself."""
    table, values, falls, rises = moves.ground.table, moves.ground.values, -moves.near_lower, moves.near_upper
    hidden = members[moves.states[members] != State.GIVEN]
    small = hidden[moves.states[hidden] == State.SMALL]
    # A cell rises by what the others fall, and the other way round.
    lack_up = float(np.max(table.threshold - 1 - values[small] - (falls[hidden].sum() - falls[small])))
    lack_down = float(np.max(values[small] - 1 - (rises[hidden].sum() - rises[small])))
    candidates = members[moves.can_mask[members]]
    chosen: list[int] = []
    while (lack_up > TOLERANCE or lack_down > TOLERANCE) and len(candidates):
        enough = (falls[candidates] >= lack_up - TOLERANCE) & (rises[candidates] >= lack_down - TOLERANCE)
        room = np.minimum(falls[candidates], rises[candidates])
        best = int(np.argmin(np.where(enough, table.weights[candidates], np.inf)) if enough.any() else np.argmax(room))
        chosen.append(int(candidates[best]))
        lack_up, lack_down = lack_up - falls[candidates[best]], lack_down - rises[candidates[best]]
        candidates = np.delete(candidates, best)
    return chosen if lack_up <= TOLERANCE and lack_down <= TOLERANCE else []


def _tidy(ground: Ground, before: Ints, states: Ints) -> Ints:
    """Open again each masked cell, the costliest first, that the promise does not need."""
    masked = np.flatnonzero((states == State.MASKED) & (before == State.GIVEN))
    if len(masked) > _TIDIED:
        return states
    for cell in masked[np.argsort(-ground.table.weights[masked], kind="stable")]:
        opened = states.copy()
        opened[cell] = State.GIVEN
        if not _find_breaches(ground, opened).any():
            states = opened
    return states


def _give_totals(table: CellTable, why: str) -> Protection:
    """Withhold all but the grand totals, and these too where they say too much. Raises CannotProtect."""
    totals = table.tops & ~table.is_small & (table.states == State.GIVEN)
    for given, verdict in ((totals | table.fixed, Verdict.TOTAL_ONLY), (table.fixed, Verdict.NOTHING)):
        states = np.where(table.states == State.LATENT, State.LATENT, State.WITHHELD).astype(np.int64)
        states[given] = State.GIVEN
        left = _forget_settled_rows(table, states)
        if len(left.rows) > _AUDITED:  # hundreds of thousands of terms: no figure is worth the hours of proof
            continue
        lower, upper = attack_by_bounds(left, states)
        if not find_breaches(left, states, lower, upper).any():
            return Protection(states, lower, upper, verdict, _sum_costs(table, states), None, why)
    raise CannotProtect


def _forget_settled_rows(table: CellTable, states: Ints) -> CellTable:
    """The table with the equations that still tie something to a given cell: of the others, what is withheld takes any value."""
    given = np.bincount(table.rows, states[table.cells] == State.GIVEN, minlength=table.n_rows)
    terms = np.bincount(table.rows, minlength=table.n_rows)
    kept = ((given > 0) & (given < terms))[table.rows]
    return replace(table, rows=table.rows[kept], cells=table.cells[kept], signs=table.signs[kept])


def _sum_costs(table: CellTable, states: Ints) -> float:
    return float(table.weights[((states == State.MASKED) | (states == State.WITHHELD)) & ~table.is_small].sum())
