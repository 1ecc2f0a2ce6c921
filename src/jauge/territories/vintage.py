"""One vintage of the official geographic code, in memory: who is there, who belongs to whom."""

from collections import defaultdict
from functools import cached_property
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from jauge.territories.refs import Level


class Commune(NamedTuple):
    """A commune as its vintage describes it. `region` is None in the collectivities overseas (kind `com`)."""

    code: str
    name: str
    departement: str
    region: str | None
    epci: str | None
    siren: str | None
    kind: str
    postcodes: list[str]
    population: int | None
    population_period: str | None
    population_status: str


class Group(NamedTuple):
    """An EPCI, a département (or collectivity overseas), a région or the country. An EPCI's departement is its main one."""

    level: str
    code: str
    name: str
    kind: str
    siren: str | None
    departement: str | None
    region: str | None
    seat: str | None


class Subcommune(NamedTuple):
    """A code that is no commune: kind (deleguee, associee, arrondissement, ancienne) and the commune that holds it."""

    code: str
    name: str | None
    kind: str
    parent: str


class Vintage:
    """The communes, groups and subcommunes of one COG year. Every mapping is built the first time it is asked for."""

    def __init__(self, year: int, *, communes: pa.Table, groups: pa.Table, subcommunes: pa.Table) -> None:
        self.year = year
        self._communes, self._groups, self._subcommunes = communes, groups, subcommunes

    @cached_property
    def communes(self) -> dict[str, Commune]:
        """The communes by code, in order of code."""
        return {row[0]: Commune(*row) for row in _list_rows(self._communes, Commune._fields)}

    @cached_property
    def groups(self) -> dict[tuple[str, str], Group]:
        """The groups by (level, code)."""
        return {(row[0], row[1]): Group(*row) for row in _list_rows(self._groups, Group._fields)}

    @cached_property
    def subcommunes(self) -> dict[str, tuple[Subcommune, ...]]:
        """The subcommunes by code (a code may be that of two: Insee reuses those of associated communes)."""
        found: dict[str, list[Subcommune]] = defaultdict(list)
        for row in _list_rows(self._subcommunes, Subcommune._fields):
            found[row[0]].append(Subcommune(*row))
        return {code: tuple(subcommunes) for code, subcommunes in found.items()}

    @cached_property
    def populations(self) -> dict[str, int | None]:
        """Municipal population by commune code."""
        return {row[0]: row[1] for row in _list_rows(self._communes, ("code", "population"))}

    @cached_property
    def members(self) -> dict[tuple[str, str], list[str]]:
        """Codes of the communes of each group, by (level, code). The country holds the communes that have a région."""
        found: dict[tuple[str, str], list[str]] = defaultdict(list)
        for commune in self.communes.values():
            found[Level.DEPARTEMENT, commune.departement].append(commune.code)
            if commune.epci:
                found[Level.EPCI, commune.epci].append(commune.code)
            if commune.region:
                found[Level.REGION, commune.region].append(commune.code)
                found[Level.PAYS, "FR"].append(commune.code)
        return dict(found)

    def find_group(self, code: str, level: Level) -> str | None:
        """The group of `level` a commune belongs to, None where there is none. Raises KeyError for an unknown commune."""
        commune = self.communes[code]
        groups = {Level.EPCI: commune.epci, Level.DEPARTEMENT: commune.departement, Level.REGION: commune.region}
        return groups.get(level)

    def membership(self) -> pa.Table:
        """The communes with the groups they belong to: code, epci, departement, region, pays (null where there is none)."""
        inside = pc.is_valid(self._communes["region"])
        pays = pc.if_else(inside, pa.scalar("FR"), pa.scalar(None, pa.string()))
        return self._communes.select(["code", "epci", "departement", "region"]).append_column("pays", pays)


def _list_rows(table: pa.Table, columns: tuple[str, ...]) -> Any:
    return zip(*(table[name].to_pylist() for name in columns), strict=True)
