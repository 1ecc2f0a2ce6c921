"""The official geography over its vintages: what a territory is, what it holds, to what it belongs."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import pyarrow as pa

from jauge.territories.crosswalk import CodeReject, Crosswalk, Link, RejectReason, Rule, link_vintages
from jauge.territories.lineage import Lineage, Move
from jauge.territories.refs import Level, TerritoryRef, UnknownTerritory, UnknownVintage
from jauge.territories.vintage import Commune, Group, Vintage


@dataclass(frozen=True, slots=True)
class Territory:
    """A territory in its vintage.

    kind: metropole, drom, com (communes) · CC, CA, CU, METRO, MET69 (EPCI) · departement, com · region · pays.
    population: municipal (PMUN), None where unknown; its period is the census reference year of most of its communes.
    population_status: observed · derived (exact, from another table of the package) · estimated · partial · missing.
    parents: smallest first; an EPCI's département is where most of its inhabitants live, `departements` are all it reaches.
    """

    ref: TerritoryRef
    name: str
    kind: str
    population: int | None
    population_period: str | None
    population_status: str
    parents: tuple[TerritoryRef, ...]
    siren: str | None = None
    postcodes: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()
    seat: str | None = None
    commune_count: int = 1


class VintageFit(NamedTuple):
    """How a file's codes fit the communes of a year: codes unknown there, communes of that year absent from the file."""

    year: int
    unknown: int
    absent: int


class Geography:
    """All shipped vintages. Built from Arrow tables as `starter/README.md` describes them, ordered by vintage; nothing is read twice.

    communes: (cog_year, code, name, departement, region|null, epci|null, siren|null, kind, postcodes, population|null, …).
    groups: (cog_year, level, code, name, kind, siren, departement, region, seat). subcommunes: (cog_year, code, name, kind, parent).
    movements: (from_year, to_year, code_from, code_to, kind, effective_on, name_from, name_to).
    """

    def __init__(self, *, communes: pa.Table, groups: pa.Table, subcommunes: pa.Table, movements: pa.Table) -> None:
        self._communes, self._groups, self._subcommunes, self.movements = communes, groups, subcommunes, movements
        self._vintages: dict[int, Vintage] = {}
        self._crosswalks: dict[tuple[int, int], Crosswalk] = {}
        self._links: dict[tuple[int, int], dict[str, tuple[Link, ...]]] = {}
        self._described: dict[TerritoryRef, Territory] = {}

    @cached_property
    def years(self) -> tuple[int, ...]:
        """The COG years shipped, oldest first."""
        found: list[Any] = self._communes["cog_year"].to_pylist()
        return tuple(sorted(set(found)))

    @property
    def newest(self) -> int:
        """The newest COG year shipped."""
        return self.years[-1]

    def vintage(self, year: int | None = None) -> Vintage:
        """One vintage (None: the newest). Raises UnknownVintage."""
        year = year or self.newest
        if year not in self._vintages:
            if year not in self.years:
                raise UnknownVintage(year, self.years)
            tables = {"communes": self._communes, "groups": self._groups, "subcommunes": self._subcommunes}
            self._vintages[year] = Vintage(year, **{name: _slice_year(table, year) for name, table in tables.items()})
        return self._vintages[year]

    def get(self, ref: TerritoryRef) -> Territory:
        """Describe a territory. Raises UnknownTerritory (without suggestions: search is the room's), UnknownVintage."""
        vintage = self.vintage(ref.cog_year)
        if ref.level is Level.COMMUNE and ref.code in vintage.communes:
            return _describe_commune(vintage.communes[ref.code], ref)
        if (ref.level, ref.code) in vintage.groups:
            if ref not in self._described:  # kept: a country sums 35,000 communes, and stands above every territory
                members = [vintage.communes[code] for code in vintage.members.get((ref.level, ref.code), ())]
                self._described[ref] = _describe_group(vintage.groups[ref.level, ref.code], ref, members)
            return self._described[ref]
        raise UnknownTerritory(ref)

    def parents(self, ref: TerritoryRef) -> tuple[TerritoryRef, ...]:
        """The territories that hold this one, smallest first. Raises UnknownTerritory, UnknownVintage."""
        return self.get(ref).parents

    def members(self, ref: TerritoryRef, level: Level = Level.COMMUNE) -> tuple[TerritoryRef, ...]:
        """The territories of `level` inside this one (an EPCI stands with its main département), in order of code.

        The country holds métropole and the five départements overseas (Insee's «France»), not the collectivities.
        Raises UnknownTerritory, UnknownVintage.
        """
        vintage = self.vintage(ref.cog_year)
        if level is Level.COMMUNE and ref.level is Level.COMMUNE:
            return (self.get(ref).ref,)
        if (ref.level, ref.code) not in vintage.groups:
            raise UnknownTerritory(ref)
        if level is Level.COMMUNE:
            codes: Iterable[str] = vintage.members.get((ref.level, ref.code), ())
        else:
            codes = sorted(group.code for group in vintage.groups.values() if group.level == level and _stands_in(group, ref))
        return tuple(TerritoryRef(level, code, ref.cog_year) for code in codes)

    def list_refs(self, level: Level, cog_year: int | None = None) -> tuple[TerritoryRef, ...]:
        """All territories of a level, in order of code, the collectivities overseas included. Raises UnknownVintage."""
        vintage = self.vintage(cog_year)
        codes = vintage.communes if level is Level.COMMUNE else sorted(code for lv, code in vintage.groups if lv == level)
        return tuple(TerritoryRef(level, code, cog_year) for code in codes)

    @cached_property
    def lineage(self) -> Lineage:
        """Who holds each piece of land in each year since 2008."""
        columns = [self.movements[name].to_pylist() for name in Move._fields]
        moves = [Move(*row) for row in zip(*columns, strict=True)]
        return Lineage(moves, {year: self.vintage(year).populations for year in self.years})

    def crosswalk(self, from_year: int, to_year: int | None = None) -> Crosswalk:
        """The way from the communes of one year (2008 on) to those of a shipped vintage (None: the newest).

        A code unknown in `from_year` but known in another year is carried from there (rule `other_vintage`). Made once for
        each pair of years. Raises UnknownVintage.
        """
        start, end = self.lineage.find_year(from_year), to_year or self.newest
        if start is None or end not in self.years:
            raise UnknownVintage(from_year if start is None else end, self.lineage.years if start is None else self.years)
        if (from_year, end) not in self._crosswalks:
            self._crosswalks[from_year, end] = Crosswalk(from_year, end, self._link_all(start, end), self._explain)
        return self._crosswalks[from_year, end]

    def _link_all(self, start: int, end: int) -> dict[str, tuple[Link, ...]]:
        nearest_first = sorted(self.lineage.years, key=lambda year: (abs(year - start), -year))
        links = self._unmoved_links | self._link(start, end)
        for year in nearest_first[1:]:
            for code, found in self._link(year, end).items():
                if code not in links:
                    links[code] = tuple(link._replace(rule=Rule.OTHER_VINTAGE) for link in found)
        return links

    @cached_property
    def _unmoved_links(self) -> dict[str, tuple[Link, ...]]:
        codes = self.lineage.list_codes(self.newest) - self.lineage.moved
        return {code: (Link(code, code, 1, 1, Rule.UNCHANGED),) for code in codes}

    def resolve(self, code: str, cog_year: int | None = None) -> tuple[Link, ...]:
        """The communes of the newest vintage for a code of `cog_year` (None: the newest), with the rule; empty when unknown.

        Raises UnknownVintage.
        """
        return self.crosswalk(cog_year or self.newest).links.get(code, ())

    def carry_ref(self, ref: TerritoryRef, to_year: int | None = None) -> tuple[TerritoryRef, ...]:
        """The territories of `to_year` (None: the newest) that hold the land of `ref`, that with most of its inhabitants first.

        A code that goes on at its level is itself. Raises UnknownTerritory, UnknownVintage.
        """
        start, end = ref.cog_year or self.newest, to_year or self.newest
        target = self.vintage(end)
        if ref.level is Level.PERIMETRE or (ref.level, ref.code) in target.groups:
            return (TerritoryRef(ref.level, ref.code, end, ref.country),)
        communes = [ref.code] if ref.level is Level.COMMUNE else [member.code for member in self.members(ref)]
        links = self.crosswalk(start, end).links
        inhabitants: Counter[str] = Counter()
        for code in communes:
            for link in links.get(code, ()):
                holder = link.code_to if ref.level is Level.COMMUNE else target.find_group(link.code_to, ref.level)
                if holder:
                    inhabitants[holder] += 1 + (target.populations[link.code_to] or 0)
        if not inhabitants:
            raise UnknownTerritory(ref)
        return tuple(TerritoryRef(ref.level, code, end, ref.country) for code, _ in inhabitants.most_common())

    def detect_vintage(self, codes: Iterable[str]) -> list[VintageFit]:
        """Rank the years by how well their communes fit the codes of a file, best first.

        Fewest unknown codes first, then fewest communes absent from the file, then the newest. Arrondissements of Paris, Lyon
        and Marseille count as unknown in every year, so that they decide nothing.
        """
        given = set(codes)
        fits = []
        for year in self.lineage.years:
            known = self.lineage.list_codes(year)
            fits.append(VintageFit(year, unknown=len(given - known), absent=len(known - given)))
        return sorted(fits, key=lambda fit: (fit.unknown, fit.absent, -fit.year))

    def _link(self, start: int, end: int) -> dict[str, tuple[Link, ...]]:
        if (start, end) not in self._links:
            populations = {year: self.vintage(year).populations for year in self.years}
            subcommunes = self.vintage(start).subcommunes if start in self.years else {}
            self._links[start, end] = link_vintages(self.lineage, start, end, populations=populations, subcommunes=subcommunes)
        return self._links[start, end]

    def _explain(self, code: str) -> CodeReject:
        """Say why a code names no commune; a code that lost its first zero is recognised."""
        padded = f"0{code}"
        if code[:1].isdigit() and len(code) == 4 and padded in self.vintage().communes:
            return CodeReject(code, RejectReason.MALFORMED, padded)
        well_formed = len(code) == 5 and code.isascii() and code.isalnum() and code[2:].isdigit()
        return CodeReject(code, RejectReason.UNKNOWN if well_formed else RejectReason.MALFORMED)


def _slice_year(table: pa.Table, year: int) -> pa.Table:
    """The rows of one vintage. The tables are ordered by vintage: a slice copies nothing (and, unlike a filter, loads no pandas)."""
    years: list[Any] = table["cog_year"].to_pylist()
    start = bisect_left(years, year)
    return table.slice(start, bisect_right(years, year) - start)


def _stands_in(group: Group, ref: TerritoryRef) -> bool:
    if ref.level is Level.PAYS:
        return group.kind != "com"
    if ref.level is Level.REGION:
        return group.region == ref.code
    return ref.level is Level.DEPARTEMENT and group.level == Level.EPCI and group.departement == ref.code


def _list_parents(places: Mapping[Level, str | None], ref: TerritoryRef) -> tuple[TerritoryRef, ...]:
    return tuple(TerritoryRef(level, code, ref.cog_year) for level, code in places.items() if code)


def _describe_commune(commune: Commune, ref: TerritoryRef) -> Territory:
    pays = "FR" if commune.region else None
    places = {Level.EPCI: commune.epci, Level.DEPARTEMENT: commune.departement, Level.REGION: commune.region, Level.PAYS: pays}
    return Territory(
        ref=ref,
        name=commune.name,
        kind=commune.kind,
        population=commune.population,
        population_period=commune.population_period,
        population_status=commune.population_status,
        parents=_list_parents(places, ref),
        siren=commune.siren,
        postcodes=tuple(commune.postcodes),
        departements=(commune.departement,),
        seat=commune.code,
    )


def _describe_group(group: Group, ref: TerritoryRef, members: list[Commune]) -> Territory:
    pays = "FR" if ref.level is not Level.PAYS and group.kind != "com" else None
    region = group.region if ref.level in (Level.EPCI, Level.DEPARTEMENT) else None
    departement = group.departement if ref.level is Level.EPCI else None
    population, period, status = _sum_populations(members)
    return Territory(
        ref=ref,
        name=group.name,
        kind=group.kind,
        population=population,
        population_period=period,
        population_status=status,
        parents=_list_parents({Level.DEPARTEMENT: departement, Level.REGION: region, Level.PAYS: pays}, ref),
        siren=group.siren,
        departements=tuple(sorted({member.departement for member in members})),
        seat=group.seat,
        commune_count=len(members),
    )


def _sum_populations(members: list[Commune]) -> tuple[int | None, str | None, str]:
    """Population, period and status of a group of communes: years are never mixed, what is missing in one is said of the whole.

    The population of France is that of the census year of nearly all its communes, without Mayotte, whose last one is older.
    """
    years = Counter(member.population_period for member in members if member.population is not None)
    if not years:
        return None, None, "missing"
    period = years.most_common(1)[0][0]
    counted = [member for member in members if member.population is not None and member.population_period == period]
    total = sum(member.population or 0 for member in counted)
    if len(counted) < len(members):
        return total, period, "partial"
    return total, period, "estimated" if any(member.population_status == "estimated" for member in members) else "observed"
