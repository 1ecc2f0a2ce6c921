"""Pieces of land that communes are made of: who holds each piece in each year, so that any two years can be joined directly.

A *piece* is the land of a code that was a commune of its own in some year. Merged, it lies inside its holder; restored, it is
its own holder again. Joining two years through the pieces gives back to a commune that merged and was restored in between
exactly what was its own, where a chain of yearly steps would first mix and then share (docs/algorithms/crosswalk.md).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

FIRST_YEAR = 2008


class Move(NamedTuple):
    """A commune of one listed year and one that holds land of it in the next listed year."""

    from_year: int
    to_year: int
    code_from: str
    code_to: str


class Lineage:
    """Holders of the pieces over the years.

    moves: every movement of code, communes that do not move left out. communes_by_year: the codes of each shipped vintage.
    """

    def __init__(self, moves: Iterable[Move], communes_by_year: Mapping[int, Iterable[str]]) -> None:
        self._after: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._before: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.moved: set[str] = set()
        years = set(communes_by_year)
        for move in moves:
            years |= {move.from_year, move.to_year}
            self._after[move.from_year][move.code_from].add(move.code_to)
            self._before[move.to_year][move.code_to].add(move.code_from)
            self.moved |= {move.code_from, move.code_to}
        # A year without movement (2009 → 2010) has a vintage all the same.
        first_shipped = min(communes_by_year)
        self.years = tuple(sorted(years | set(range(min(years), first_shipped))))
        self._communes_by_year = communes_by_year

    def find_year(self, year: int) -> int | None:
        """The listed year whose communes read a file of `year`: itself, or the next (2020 → 2021); None outside the span."""
        return next((listed for listed in self.years if listed >= year >= self.years[0]), None)

    @cached_property
    def standing(self) -> dict[int, set[str]]:
        """Among the codes that move, those that are communes in each year."""
        found = {year: self.moved.intersection(codes) for year, codes in self._communes_by_year.items()}
        for earlier, later in reversed(list(pairwise(self.years))):
            if earlier not in found:
                born, gone = set(self._before[later]), set(self._after[earlier])
                found[earlier] = (found[later] - born) | gone
        return found

    def stands(self, code: str, year: int) -> bool:
        """Tell whether `code` is a commune in a listed year."""
        return code in self.standing[year] if code in self.moved else code in self._unmoved

    @cached_property
    def _unmoved(self) -> set[str]:
        return set(self._communes_by_year[self.years[-1]]) - self.moved

    def list_codes(self, year: int) -> set[str]:
        """All communes of a listed year."""
        return self._unmoved | self.standing[year]

    @cached_property
    def pieces(self) -> dict[str, dict[int, str]]:
        """Holder of each piece in each year, by piece. Codes that do not move hold themselves and are left out."""
        return {piece: self._trace(piece) for piece in sorted(self.moved) if not self._is_born_of_merger(piece)}

    def _is_born_of_merger(self, code: str) -> bool:
        """A new code for land that came from several communes names no piece: its parts do."""
        first = next(year for year in self.years if code in self.standing[year])
        return len(self._before[first].get(code, ())) > 1 and code not in self._before[first][code]

    def _trace(self, piece: str) -> dict[int, str]:
        own = [year for year in self.years if piece in self.standing[year]]
        holders = dict.fromkeys(own, piece)
        holder = piece
        for earlier, later in reversed(list(pairwise(self.years))):
            if later <= own[0]:
                holder = _choose_holder(holder, self._before[later])
                holders[earlier] = holder
        for earlier, later in pairwise(self.years):
            if later > own[0]:
                holder = piece if later in own else _choose_holder(holders[earlier], self._after[earlier])
                holders[later] = holder
        return holders

    @cached_property
    def held(self) -> dict[int, dict[str, frozenset[str]]]:
        """The pieces that each commune holds, by year and code (only communes concerned by a movement)."""
        found: dict[int, dict[str, set[str]]] = {year: defaultdict(set) for year in self.years}
        for piece, holders in self.pieces.items():
            for year, holder in holders.items():
                found[year][holder].add(piece)
        return {year: {code: frozenset(pieces) for code, pieces in by_code.items()} for year, by_code in found.items()}


def _choose_holder(holder: str, step: Mapping[str, set[str]]) -> str:
    """Who holds, one step on (or back), what `holder` holds: itself where it goes on, else its heir (the first by code)."""
    heirs = step.get(holder)
    if not heirs or holder in heirs:
        return holder
    return min(heirs)
