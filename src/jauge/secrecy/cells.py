"""Tables whose cells add up, some of them hidden, and what anybody may suppose of a hidden cell before any arithmetic."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

type Floats = npt.NDArray[np.float64]
type Ints = npt.NDArray[np.int64]
type Flags = npt.NDArray[np.bool_]

TOLERANCE = 1e-4  # counts are whole, or have two decimals: less than this is rounding


class State(IntEnum):
    """What readers are told of a cell; hidden unless GIVEN.

    SMALL: under the threshold, and readers are told so. INHERITED: hidden by the publisher, for its size or to protect another; its value
    may be unknown to us too. MASKED: at least the threshold, hidden to protect another. WITHHELD: hidden, readers are not told of what
    size. LATENT: never published by anybody, but tied to published cells (a class that two published totals surround).
    """

    GIVEN = 0
    SMALL = 1
    INHERITED = 2
    MASKED = 3
    WITHHELD = 4
    LATENT = 5


class MarginsContradict(ValueError):
    """Published cells of one table do not add up: nothing can be proven of what it hides."""

    code = "margins_contradict"

    def __init__(self, gap: float) -> None:
        self.gap = gap
        super().__init__(f"les marges de la table se contredisent de {gap:g}")


@dataclass(frozen=True, slots=True)
class CellTable:
    """Cells (`n`) and the equations (`m`) that hold between them: for each, sum of sign × cell = 0.

    values: (n,) counts ≥ 0, NaN where unknown to us. states: (n,) of `State`, before any protection of ours. rows, cells, signs: (k,) the
    non-zero terms. weights: (n,) what hiding a cell costs, > 0. fixed: (n,) cells that are given whatever happens (they stand elsewhere).
    tops: (n,) the grand totals, all that is left to give where nothing else can be. threshold: counts from 1 to threshold - 1 are secret,
    where `secret` (n,) says that the threshold speaks of the cell.
    """

    values: Floats
    states: Ints
    rows: Ints
    cells: Ints
    signs: Floats
    weights: Floats
    fixed: Flags
    tops: Flags
    secret: Flags
    threshold: int

    @property
    def n_rows(self) -> int:
        """How many equations there are."""
        return int(self.rows.max()) + 1 if len(self.rows) else 0

    @property
    def is_small(self) -> Flags:
        """Whose count is from 1 to threshold - 1 (fractions of one included)."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.secret & (self.values > TOLERANCE) & (self.values < self.threshold - TOLERANCE), dtype=np.bool_)

    @property
    def is_whole(self) -> bool:
        """Whether every known count is a whole number, so that readers may suppose it of the hidden ones."""
        known = self.values[~np.isnan(self.values)]
        return bool(np.all(np.abs(known - np.round(known)) < TOLERANCE))


def make_table(
    cells: Mapping[str, float | None],
    equations: Iterable[tuple[str, Sequence[str]]],
    *,
    threshold: int,
    hidden: Iterable[str] = (),
    latent: Iterable[str] = (),
    fixed: Iterable[str] = (),
    weights: Mapping[str, float] | None = None,
) -> CellTable:
    """Write a small table by the names of its cells: `equations` are (total, parts).

    hidden: cells that the publisher hides (None: their value is unknown to us too). weights: 1 where not given.

    >>> table = make_table({"all": 10, "a": 3, "b": 7}, [("all", ["a", "b"])], threshold=5)
    >>> table.is_small.tolist()
    [False, True, False]
    """
    names = {name: number for number, name in enumerate(cells)}
    states = np.zeros(len(names), dtype=np.int64)
    states[[names[name] for name in hidden]] = State.INHERITED
    states[[names[name] for name in latent]] = State.LATENT
    signed = [
        (row, name, sign) for row, (total, parts) in enumerate(equations) for name, sign in [(total, -1.0), *((p, 1.0) for p in parts)]
    ]
    terms = [(row, names[name], sign) for row, name, sign in signed]
    parts = {name for _, name, sign in signed if sign > 0}
    is_fixed = np.zeros(len(names), dtype=np.bool_)
    is_fixed[[names[name] for name in fixed]] = True
    return CellTable(
        values=np.array([np.nan if value is None else value for value in cells.values()], dtype=np.float64),
        states=states,
        rows=np.array([row for row, _, _ in terms], dtype=np.int64),
        cells=np.array([cell for _, cell, _ in terms], dtype=np.int64),
        signs=np.array([sign for _, _, sign in terms], dtype=np.float64),
        weights=np.array([(weights or {}).get(name, 1.0) for name in cells], dtype=np.float64),
        fixed=is_fixed,
        tops=np.array([name not in parts for name in cells], dtype=np.bool_),
        secret=np.ones(len(cells), dtype=np.bool_),
        threshold=threshold,
    )


def hide_small(table: CellTable) -> Ints:
    """The states (n,) once every given count under the threshold is hidden (primary suppression)."""
    states = table.states.copy()
    states[table.is_small & (states == State.GIVEN)] = State.SMALL
    return states


def suppose(table: CellTable, states: Ints) -> tuple[Floats, Floats]:
    """The bounds (n,), (n,) that a reader who knows the rule gives each hidden cell before any arithmetic.

    The reader is told more than pages say: that a MASKED cell is at least the threshold follows from the method, which is public.
    """
    whole = table.is_whole
    lower = np.zeros(len(states))
    upper = np.full(len(states), np.inf)
    small = states == State.SMALL
    lower[small] = 1.0 if whole else 0.0
    upper[small] = table.threshold - (1.0 if whole else 0.0)
    lower[states == State.MASKED] = table.threshold
    return lower, upper


def find_breaches(table: CellTable, states: Ints, lower: Floats, upper: Floats) -> Flags:
    """The hidden cells (n,) of which the intervals say more than is promised.

    A count known to be under the threshold must seem to be anything from 1 to threshold - 1; of any other hidden cell, a given width of
    threshold - 2 must remain. lower, upper: (n,), what was derived; NaN where nobody looked.
    """
    wanted = table.threshold - 2.0
    small = table.is_small & (states != State.GIVEN)
    with np.errstate(invalid="ignore"):
        cut = small & ((lower > 1 + TOLERANCE) | (upper < table.threshold - 1 - TOLERANCE))
        thin = ~small & (upper - lower < wanted - TOLERANCE) & (states != State.GIVEN) & (states != State.LATENT)
    return np.asarray(cut | thin, dtype=np.bool_)
