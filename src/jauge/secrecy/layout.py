"""From counts by territory to a table whose equations are all that ties them: who holds whom, and which counts are parts of which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from jauge.secrecy.cells import CellTable, State
from jauge.secrecy.links import Link

type Place = tuple[str, str]  # level, code


@dataclass(frozen=True, slots=True)
class Count:
    """One count of one quantity in one territory. value: None where unknown to us (then it is hidden by its publisher, or latent).

    is_sum: we made it from the members whose count is known; else its publisher did, from all of them. is_secret: the threshold speaks
    of it. is_fixed: it is given elsewhere, and cannot be hidden.
    """

    quantity: str
    place: Place
    value: float | None
    state: State = State.GIVEN
    is_sum: bool = False
    is_secret: bool = True
    is_fixed: bool = False


class _Rows:
    """Equations as they are found."""

    def __init__(self) -> None:
        self.count = 0
        self.terms: list[tuple[int, int, float]] = []

    def add(self, whole: int, parts: Iterable[int]) -> None:
        self.terms.append((self.count, whole, -1.0))
        self.terms += [(self.count, part, 1.0) for part in parts]
        self.count += 1


def lay_out(counts: Sequence[Count], members: Mapping[Place, Sequence[Place]], links: Sequence[Link] = (), *, threshold: int) -> CellTable:
    """The table of these counts: cell i is `counts[i]`, latent cells come after.

    members: of each larger territory, the territories of the lowest level that it holds. Hiding a total costs one for each of its members.
    """
    cells = {(count.quantity, count.place): number for number, count in enumerate(counts)}
    rows, latent = _Rows(), _Latent(len(counts))
    for number, count in enumerate(counts):
        if count.place in members and count.value is not None:
            found = [cells[key] for place in members[count.place] if (key := (count.quantity, place)) in cells]
            if count.is_sum:
                rows.add(number, [cell for cell in found if counts[cell].value is not None])
            elif found:
                rest = [latent.add(None)] if len(found) < len(members[count.place]) else []
                rows.add(number, found + rest)
    for link in links:
        _tie(link, counts, cells, rows, latent)
    return _assemble(counts, members, rows, latent, threshold)


class _Latent:
    """Cells that nobody publishes, as they are found: value and whether the threshold speaks of it."""

    def __init__(self, first: int) -> None:
        self._first = first
        self.values: list[float | None] = []
        self.secret: list[bool] = []

    def add(self, value: float | None, *, is_secret: bool = False) -> int:
        self.values.append(value)
        self.secret.append(is_secret)
        return self._first + len(self.values) - 1


def _tie(link: Link, counts: Sequence[Count], cells: Mapping[tuple[str, Place], int], rows: _Rows, latent: _Latent) -> None:
    """Write a link wherever both sides stand; above, where both are sums of ours, it follows from the members'."""
    for number, count in enumerate(counts):
        if count.quantity != link.whole or count.is_sum:
            continue
        parts = [cells[key] for part in link.parts if (key := (part, count.place)) in cells]
        if len(parts) < len(link.parts):
            continue
        known = [counts[part].value for part in parts]
        rest = None if count.value is None or None in known else count.value - sum(value for value in known if value is not None)
        if rest is not None and rest < 0 and not link.is_exact:
            continue  # a source that contradicts itself: such a figure is refused elsewhere, and ties nothing
        rows.add(number, parts if link.is_exact else [*parts, latent.add(rest, is_secret=link.is_class)])


def _assemble(counts: Sequence[Count], members: Mapping[Place, Sequence[Place]], rows: _Rows, latent: _Latent, threshold: int) -> CellTable:
    none, extra = [False] * len(latent.values), len(latent.values)
    values = [np.nan if value is None else value for value in [*(count.value for count in counts), *latent.values]]
    total = float(np.nansum(values)) or 1.0
    weights = [1.0 + len(members.get(count.place, ())) + (count.value or 0.0) / total for count in counts]
    largest = {count.quantity: 0 for count in counts}
    for count in counts:
        largest[count.quantity] = max(largest[count.quantity], len(members.get(count.place, ())))
    parts = np.array(rows.terms, dtype=np.float64).reshape(-1, 3)
    return CellTable(
        values=np.array(values, dtype=np.float64),
        states=np.array([int(count.state) for count in counts] + [int(State.LATENT)] * extra, dtype=np.int64),
        rows=parts[:, 0].astype(np.int64),
        cells=parts[:, 1].astype(np.int64),
        signs=parts[:, 2],
        weights=np.array([*weights, *([1.0] * extra)]),
        fixed=np.array([count.is_fixed for count in counts] + none, dtype=np.bool_),
        tops=np.array([0 < largest[c.quantity] == len(members.get(c.place, ())) for c in counts] + none, dtype=np.bool_),
        secret=np.array([*(count.is_secret for count in counts), *latent.secret], dtype=np.bool_),
        threshold=threshold,
    )
