"""The four tables of the reference of territories, made from the seven packages."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow as pa
from history import Movement, map_holders
from packages import CogPackage
from populations import Population, list_populations

COM_SEATS = ("975", "977", "978", "984", "986", "987", "988", "989")

COMMUNES = pa.schema(
    [
        ("cog_year", pa.int16()),
        ("code", pa.string()),
        ("name", pa.string()),
        ("departement", pa.string()),
        ("region", pa.string()),
        ("epci", pa.string()),
        ("siren", pa.string()),
        ("kind", pa.string()),
        ("postcodes", pa.list_(pa.string())),
        ("population", pa.int32()),
        ("population_period", pa.string()),
        ("population_status", pa.string()),
    ]
)
GROUPS = pa.schema(
    [("cog_year", pa.int16())]
    + [(name, pa.string()) for name in ("level", "code", "name", "kind", "siren", "departement", "region", "seat")]
)
SUBCOMMUNES = pa.schema([("cog_year", pa.int16())] + [(name, pa.string()) for name in ("code", "name", "kind", "parent")])
MOVEMENTS = pa.schema(
    [("from_year", pa.int16()), ("to_year", pa.int16())]
    + [(name, pa.string()) for name in ("code_from", "code_to", "kind", "effective_on", "name_from", "name_to")]
)


def write_typographically(name: str) -> str:
    """Give a name the typographic apostrophe, which pages and documents show as it stands."""
    return name.replace("'", "’")


def make_communes(packages: list[CogPackage], movements: list[Movement]) -> pa.Table:
    """One row per commune and vintage, ordered. Postcodes of the newest vintage only (the older ones were ODbL until 2021)."""
    rows = [row for package in packages for row in _list_communes(package, packages, movements)]
    return pa.Table.from_pylist(sorted(rows, key=lambda r: (r["cog_year"], r["code"])), COMMUNES)


def _list_communes(package: CogPackage, packages: list[CogPackage], movements: list[Movement]) -> Iterator[dict[str, Any]]:
    epci_of = {member["code"]: (group["code"], member["siren"]) for group in package.groups for member in group["membres"]}
    populations = list_populations(package, packages, movements)
    newest = package is packages[-1]
    for code, entry in package.communes.items():
        epci, siren = epci_of.get(code, (None, None))
        population = populations.get(code, Population(None, None, "missing"))
        yield {
            "cog_year": package.cog_year,
            "code": code,
            "name": write_typographically(entry["nom"]),
            **place_commune(entry),
            "epci": epci,
            "siren": entry.get("siren") or siren,
            "postcodes": sorted(entry.get("codesPostaux", [])) if newest else [],
            "population": population.count,
            "population_period": population.period,
            "population_status": population.status,
        }


def place_commune(entry: dict[str, Any]) -> dict[str, str | None]:
    """Say where a commune stands: departement (or overseas collectivity), region (none in a collectivity), kind."""
    code = entry["code"]
    if code[:3] in COM_SEATS:
        return {"departement": code[:3], "region": None, "kind": "com"}
    kind = "drom" if entry["departement"].startswith("97") else "metropole"
    return {"departement": entry["departement"], "region": entry["region"], "kind": kind}


def make_groups(packages: list[CogPackage]) -> pa.Table:
    """EPCI, départements (collectivities overseas among them, kind `com`), régions and the country, per vintage, ordered."""
    collectivities = [d for d in packages[-1].read("departements") if d["code"] in COM_SEATS]
    rows = [row for package in packages for row in _list_groups(package, collectivities)]
    return pa.Table.from_pylist(sorted(rows, key=lambda r: (r["cog_year"], r["level"], r["code"])), GROUPS)


def _list_groups(package: CogPackage, collectivities: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    year = {"cog_year": package.cog_year}
    yield year | {"level": "pays", "code": "FR", "name": "France", "kind": "pays"}
    for region in package.read("regions"):
        if region["code"] not in COM_SEATS:
            yield year | _describe("region", region, "region")
    departements = [d for d in package.read("departements") if d["code"] not in COM_SEATS]
    for departement in departements:
        yield year | _describe("departement", departement, "departement") | {"region": departement["region"]}
    for collectivity in collectivities:
        yield year | _describe("departement", collectivity, "com")
    for group in package.groups:
        yield year | _describe("epci", group, group["type"]) | {"siren": group["code"]} | _find_main_departement(group, package)


def _describe(level: str, entry: dict[str, Any], kind: str) -> dict[str, str | None]:
    name = write_typographically(entry["nom"])
    return {"level": level, "code": entry["code"], "name": name, "kind": kind, "seat": entry.get("chefLieu")}


def _find_main_departement(group: dict[str, Any], package: CogPackage) -> dict[str, str]:
    """The département (and région) where most inhabitants of an EPCI live; the EPCI itself may reach into others."""
    inhabitants: dict[tuple[str, str], int] = defaultdict(int)
    for member in group["membres"]:
        commune = package.communes[member["code"]]
        inhabitants[commune["departement"], commune["region"]] += commune.get("population") or 1
    departement, region = max(sorted(inhabitants), key=lambda place: inhabitants[place])
    return {"departement": departement, "region": region}


def make_subcommunes(packages: list[CogPackage]) -> pa.Table:
    """Codes that are no communes and the commune that holds them: delegated, associated, former codes, arrondissements."""
    rows = [row for package in packages for row in _list_subcommunes(package)]
    return pa.Table.from_pylist(sorted(rows, key=lambda r: (r["cog_year"], r["code"], r["kind"])), SUBCOMMUNES)


def _list_subcommunes(package: CogPackage) -> Iterator[dict[str, Any]]:
    kinds = {"commune-deleguee": "deleguee", "commune-associee": "associee", "arrondissement-municipal": "arrondissement"}
    named = set()
    for entry in package.entries:
        if entry["type"] in kinds:
            named.add(entry["code"])
            parent = entry.get("chefLieu") or entry["commune"]
            name = write_typographically(entry["nom"])
            yield {"cog_year": package.cog_year, "code": entry["code"], "name": name, "kind": kinds[entry["type"]], "parent": parent}
    for code, parent in map_holders(package).items():
        if code not in named and code not in package.communes:
            yield {"cog_year": package.cog_year, "code": code, "name": None, "kind": "ancienne", "parent": parent}


def make_movements(movements: list[Movement]) -> pa.Table:
    """The movements as a table, names typographically written."""
    rows = [m._asdict() | {"name_from": write_typographically(m.name_from), "name_to": write_typographically(m.name_to)} for m in movements]
    return pa.Table.from_pylist(rows, MOVEMENTS)
