"""From one COG year to another: which commune becomes which, by which rule, and counts carried so that none is lost.

The rules and worked numbers stand in docs/algorithms/crosswalk.md.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

import pyarrow as pa

from jauge.territories.carrying import carry_table, share_count
from jauge.territories.lineage import Lineage
from jauge.territories.vintage import Subcommune


class Rule(StrEnum):
    """Why a code of one year stands for a commune of another."""

    UNCHANGED = "unchanged"
    CODE_CHANGED = "code_changed"
    DEPARTEMENT_CHANGED = "departement_changed"
    MERGED = "merged"
    SPLIT = "split"
    MERGER_UNDONE = "merger_undone"  # backwards: the parts get back what the merged commune has, by their last populations
    SPLIT_UNDONE = "split_undone"  # backwards: the parts are summed again
    RESTORED = "restored"  # a delegated or associated commune that is a commune of its own in the other year
    ARRONDISSEMENT_FOLDED = "arrondissement_folded"  # Paris, Lyon, Marseille
    SUBCOMMUNE_FOLDED = "subcommune_folded"  # a delegated or associated commune stands for the commune that holds it
    FORMER_CODE = "former_code"  # a code given up before the year asked
    OTHER_VINTAGE = "other_vintage"  # unknown in the year asked, known in another: carried from there


class RejectReason(StrEnum):
    """Why a code cannot be carried."""

    MALFORMED = "malformed_code"
    UNKNOWN = "unknown_code"


class Link(NamedTuple):
    """One row of the crosswalk: `weight` parts of `weight_total` of what stands at `code_from` go to `code_to`."""

    code_from: str
    code_to: str
    weight: int
    weight_total: int
    rule: Rule


@dataclass(frozen=True, slots=True)
class CodeReject:
    """A code that names no commune, with the reason and, where one can guess, what was meant."""

    code: str
    reason: RejectReason
    suggestion: str | None = None


@dataclass(frozen=True)
class Crosswalk:
    """The way from the communes of `from_year` to those of `to_year`: a code's links have weights that sum to `weight_total`."""

    from_year: int
    to_year: int
    links: Mapping[str, tuple[Link, ...]]
    explain: Callable[[str], CodeReject] = field(repr=False)

    @cached_property
    def table(self) -> pa.Table:
        """code_from, code_to, weight, weight_total, rule; ordered by code_from then code_to."""
        rows = [link for code in sorted(self.links) for link in self.links[code]]
        columns = list(zip(*rows, strict=True)) if rows else [(), (), (), (), ()]
        types = (pa.string(), pa.string(), pa.int64(), pa.int64(), pa.string())
        arrays = [pa.array(list(map(str, c)) if t == pa.string() else c, t) for c, t in zip(columns, types, strict=True)]
        return pa.table(dict(zip(Link._fields, arrays, strict=True)))

    def carry(self, counts: Mapping[str, int]) -> dict[str, int]:
        """Carry whole counts by commune: sums, and shares by largest remainder, so that the total is conserved exactly.

        Raises KeyError for a code that cannot be carried (see `find_rejects`).
        """
        carried: dict[str, int] = defaultdict(int)
        for code, count in counts.items():
            links = self.links[code]
            for link, share in zip(links, share_count(count, [link.weight for link in links]), strict=True):
                carried[link.code_to] += share
        return dict(carried)

    def carry_table(self, table: pa.Table, *, key: str, counts: Sequence[str], by: Sequence[str] = ()) -> pa.Table:
        """Carry a table of counts: (key, *by, *counts, estimated), ordered by key then `by`.

        Integer columns are conserved exactly, floating ones to rounding; a sum with a missing part is missing. `estimated`
        is true where a part came from a share. Codes that cannot be carried are left out: ask `find_rejects`.
        """
        targets = {code: [(link.code_to, link.weight) for link in links] for code, links in self.links.items()}
        return carry_table(table, targets, key=key, counts=counts, by=by)

    def find_rejects(self, codes: Iterable[str]) -> list[CodeReject]:
        """The codes that cannot be carried, each once, in order, with reason and suggestion."""
        return [self.explain(code) for code in sorted(set(codes) - self.links.keys())]


def link_vintages(
    lineage: Lineage,
    from_year: int,
    to_year: int,
    *,
    populations: Mapping[int, Mapping[str, int | None]],
    subcommunes: Mapping[str, Sequence[Subcommune]],
) -> dict[str, tuple[Link, ...]]:
    """Link each commune (and each code inside one) of `from_year` to communes of `to_year`, both listed years.

    Communes that never moved are left out: they are themselves in every year.
    populations: municipal populations by vintage, then code. subcommunes: those of `from_year` (none known before 2019).
    """
    weigh = _Weigher(lineage, from_year, to_year, populations)
    links = {code: weigh.link_commune(code) for code in lineage.standing[from_year]}
    for code, candidates in subcommunes.items():
        if not lineage.stands(code, from_year):
            links[code] = _link_subcommune(code, candidates[0], lineage, to_year, links)
    return links


def _link_subcommune(
    code: str, subcommune: Subcommune, lineage: Lineage, to_year: int, links: Mapping[str, tuple[Link, ...]]
) -> tuple[Link, ...]:
    if lineage.stands(code, to_year):
        return (Link(code, code, 1, 1, Rule.RESTORED),)
    rules = {"arrondissement": Rule.ARRONDISSEMENT_FOLDED, "ancienne": Rule.FORMER_CODE}
    rule = rules.get(subcommune.kind, Rule.SUBCOMMUNE_FOLDED)
    piece = lineage.pieces.get(code)
    if piece:
        return (Link(code, piece[to_year], 1, 1, rule),)
    of_parent = links.get(subcommune.parent) or (Link(code, subcommune.parent, 1, 1, rule),)
    return tuple(link._replace(code_from=code, rule=rule) for link in of_parent)


class _Weigher:
    """Shares the land of a commune among those that hold it in another year."""

    def __init__(self, lineage: Lineage, from_year: int, to_year: int, populations: Mapping[int, Mapping[str, int | None]]) -> None:
        self._lineage, self._from, self._to, self._populations = lineage, from_year, to_year, populations
        self._forward = to_year >= from_year
        # Forward, the first later vintage that tells the parts apart; backwards, the last earlier one.
        low, high = sorted((from_year, to_year))
        between = [year for year in populations if (low < year <= high if self._forward else low <= year < high)]
        self._candidates = sorted(between, reverse=not self._forward)

    def link_commune(self, code: str) -> tuple[Link, ...]:
        """Link one commune that a movement concerns."""
        pieces = self._lineage.held[self._from][code]
        parts: dict[str, set[str]] = defaultdict(set)
        for piece in pieces:
            parts[self._lineage.pieces[piece][self._to]].add(piece)
        if len(parts) == 1:
            target = next(iter(parts))
            return (Link(code, target, 1, 1, self._name_rule(code, target)),)
        rule = Rule.SPLIT if self._forward else Rule.MERGER_UNDONE
        weights = self._weigh_parts(parts)
        total = sum(weights.values())
        return tuple(Link(code, target, weights[target], total, rule) for target in sorted(parts))

    def _name_rule(self, code: str, target: str) -> Rule:
        if self._lineage.held[self._to][target] > self._lineage.held[self._from][code]:
            return Rule.MERGED if self._forward else Rule.SPLIT_UNDONE
        if code == target:
            return Rule.UNCHANGED
        return Rule.CODE_CHANGED if code[:2] == target[:2] else Rule.DEPARTEMENT_CHANGED

    def _weigh_parts(self, parts: Mapping[str, set[str]]) -> dict[str, int]:
        """Inhabitants of each part in the first candidate vintage that tells them apart and knows them; else one each."""
        for year in self._candidates:
            holders = {target: {self._lineage.pieces[piece][year] for piece in pieces} for target, pieces in parts.items()}
            if len(set().union(*holders.values())) < sum(map(len, holders.values())):
                continue
            weights = {target: sum(self._populations[year].get(code) or 0 for code in codes) for target, codes in holders.items()}
            if any(weights.values()):
                return weights
        return dict.fromkeys(parts, 1)
