"""The geography as the measures need it: crosswalks, levels, who belongs to whom, in one target COG year."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jauge.releases import crosswalk_schema
from jauge.territories import Geography, Level, TerritoryRef, UnknownTerritory
from maillage.observatory.columns import list_values, make_schema, pick_rows

# Rules of links whose code is no commune of its vintage: it is folded into one, and no one waits for it to make a commune whole.
_FOLDED = ("arrondissement_folded", "subcommune_folded", "former_code", "other_vintage", "restored")
_GROUPS = (Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.PAYS)
_STRING = pa.string()


@dataclass(frozen=True, slots=True)
class Places:
    """The tables of one COG year.

    territories: level, code, departement (null above it). membership: see `jauge.releases.membership_schema`.
    within: level, code, within_level, within_code — the territories among which a figure is compared.
    parents: level, code, epci, departement, region.
    """

    territories: pa.Table
    membership: pa.Table
    within: pa.Table
    parents: pa.Table


def build_places(geography: Geography, year: int) -> Places:
    """Lay out the geography of `year`."""
    parents = _list_parents(geography, year)
    populations = _list_populations(geography, year)
    return Places(
        territories=_list_territories(parents),
        membership=_list_membership(parents, populations),
        within=_list_within(parents),
        parents=parents,
    )


def build_crosswalk(geography: Geography, from_year: int, to_year: int) -> pa.Table:
    """The crosswalk between two years, in the columns of `jauge.releases.crosswalk_schema`."""
    table = geography.crosswalk(from_year, to_year).table
    parts = table.group_by("code_from").aggregate([("code_to", "count")])
    joined = table.join(parts, "code_from").sort_by([("code_from", "ascending"), ("code_to", "ascending")])
    is_commune = pc.invert(pc.is_in(joined["rule"], value_set=pa.array(_FOLDED)))
    columns = [joined["code_from"], joined["code_to"], joined["weight"], joined["weight_total"], joined["code_to_count"], is_commune]
    columns.append(pc.and_(is_commune, _find_alone(joined)))
    return pa.table(dict(zip(crosswalk_schema().names, columns, strict=True)))


def _find_alone(links: pa.Table) -> "pa.Array[Any] | pa.ChunkedArray[Any]":
    """Whether a code becomes one code that nothing else becomes."""
    shared = [code for code, times in Counter(list_values(links, "code_to")).items() if times > 1]
    return pc.and_(
        pc.equal(links["code_to_count"], pa.scalar(1)), pc.invert(pc.is_in(links["code_to"], value_set=pa.array(shared, _STRING)))
    )


def list_links(geography: Geography, years: Iterable[int]) -> pa.Table:
    """The communes of `years` that are not simply themselves in the newest year: from_year, code_from, code_to, share (0-1)."""
    schema = make_schema({"from_year": pa.int64(), "code_from": _STRING, "code_to": _STRING, "share": pa.float64()})
    tables = [schema.empty_table()]
    for year in sorted(years):
        table = geography.crosswalk(year, geography.newest).table.sort_by([("code_from", "ascending"), ("code_to", "ascending")])
        share = pc.divide(table["weight"].cast(pa.float64()), table["weight_total"].cast(pa.float64()))
        is_same = pc.and_(pc.equal(table["code_from"], table["code_to"]), pc.equal(share, pa.scalar(1.0)))
        columns = [pa.repeat(pa.scalar(year, pa.int64()), table.num_rows), table["code_from"], table["code_to"], share]
        tables.append(pa.table(columns, schema=schema).filter(pc.invert(is_same)))
    return pa.concat_tables(tables)


def find_unknown_codes(geography: Geography, from_year: int, to_year: int, codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """The commune codes that lead nowhere: (reason, suggestion) of each."""
    rejects = geography.crosswalk(from_year, to_year).find_rejects(codes)
    return {reject.code: (str(reject.reason), reject.suggestion or "") for reject in rejects}


def check_exists(geography: Geography, ref: TerritoryRef, year: int) -> None:
    """A territory stands in the COG of `year`. Raises UnknownTerritory, UnknownVintage."""
    vintage = geography.vintage(year)
    known = ref.code in vintage.communes if ref.level is Level.COMMUNE else (str(ref.level), ref.code) in vintage.groups
    if not known:
        raise UnknownTerritory(ref)


def _list_parents(geography: Geography, year: int) -> pa.Table:
    """Every territory and what holds it: level, code, epci, departement, region, pays (null where nothing does)."""
    vintage = geography.vintage(year)
    rows: list[tuple[str, str, str | None, str | None, str | None, str | None]] = [
        ("commune", commune.code, commune.epci, commune.departement, commune.region, "FR" if commune.region else None)
        for commune in vintage.communes.values()
    ]
    for (level, code), group in sorted(vintage.groups.items()):
        inside = "FR" if level != Level.PAYS and group.kind != "com" else None
        departement = code if level == Level.DEPARTEMENT else group.departement
        region = code if level == Level.REGION else group.region
        rows.append((str(level), code, None, departement, region, inside))
    names = ("level", "code", "epci", "departement", "region", "pays")
    return pa.table({name: pa.array(column, _STRING) for name, column in zip(names, zip(*rows, strict=True), strict=True)})


def _list_territories(parents: pa.Table) -> pa.Table:
    return parents.select(["level", "code", "departement"])


def _list_populations(geography: Geography, year: int) -> dict[str, int]:
    return {code: count or 0 for code, count in geography.vintage(year).populations.items()}


def _list_membership(parents: pa.Table, populations: dict[str, int]) -> pa.Table:
    """Communes in their groups; départements in their region and in the country."""
    communes, departements = pick_rows(parents, "level", "commune"), pick_rows(parents, "level", "departement")
    weights = pa.array([populations[code] for code in list_values(communes, "code")], pa.int64())
    summed = (
        pa.table({"departement": communes["departement"], "population": weights}).group_by("departement").aggregate([("population", "sum")])
    )
    by_departement = dict(zip(summed["departement"].to_pylist(), summed["population_sum"].to_pylist(), strict=True))
    of_departements = pa.array([by_departement.get(code, 0) for code in departements["code"].to_pylist()], pa.int64())
    tables = [_take_members(communes, level, weights) for level in _GROUPS]
    tables += [_take_members(departements, level, of_departements) for level in (Level.REGION, Level.PAYS)]
    return pa.concat_tables(tables)


def _take_members(members: pa.Table, level: Level, populations: "pa.Array[Any]") -> pa.Table:
    table = pa.table({
        "from_level": members["level"],
        "code": members["code"],
        "level": pa.repeat(pa.scalar(str(level), _STRING), members.num_rows),
        "group_code": members[str(level)],
        "population": populations,
    })  # fmt: skip
    return table.filter(pc.is_valid(table["group_code"]))


def _list_within(parents: pa.Table) -> pa.Table:
    """The whole country (null, null) for every territory of it, and each larger territory for the smaller ones inside it."""
    inside = parents.filter(pc.is_valid(parents["pays"]))
    tables = [_place(inside, None)]
    for level in (Level.EPCI, Level.DEPARTEMENT, Level.REGION):
        smaller = inside.filter(pc.and_(pc.is_valid(inside[str(level)]), pc.not_equal(inside["level"], pa.scalar(str(level)))))
        tables.append(_place(smaller, level))
    return pa.concat_tables(tables)


def _place(members: pa.Table, level: Level | None) -> pa.Table:
    name = pa.scalar(str(level) if level else None, _STRING)
    code = members[str(level)] if level else pa.nulls(members.num_rows, _STRING)
    return pa.table({
        "level": members["level"],
        "code": members["code"],
        "within_level": pa.repeat(name, members.num_rows),
        "within_code": code,
    })  # fmt: skip
