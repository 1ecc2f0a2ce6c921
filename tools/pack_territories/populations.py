"""Municipal populations of a vintage, mended where the package joins populations of an older geography by code.

Insee publishes the populations of a census year for the communes of one geography. Package 0.7.0 (COG 2019) carries those
of 2016 in the geography of 1 January 2018, package 3.1.1 (COG 2023) those of 2020 in the geography of 2022: a commune merged
in between has only the inhabitants of the part whose code it kept (Valserhône 01033: 11,666 instead of about 16,400).
"""

from typing import Any, NamedTuple

from history import Movement
from packages import CogPackage

from jauge.territories.shares import split_by_largest_remainder

MAYOTTE_PERIOD = "2017"
# Censuses of the Pacific collectivities are their own: total of the collectivity in the package → census year.
# Source: Insee, populations légales des collectivités d’outre-mer (checked 2026-11-25).
PACIFIC_PERIODS = {
    ("986", 12067): "2013",
    ("986", 11151): "2023",
    ("987", 275918): "2017",
    ("987", 278786): "2022",
    ("988", 271407): "2019",
    ("988", 264596): "2025",
}


class Population(NamedTuple):
    """Inhabitants of a commune, census reference year, and how the count is known (observed, derived, estimated, missing)."""

    count: int | None
    period: str | None
    status: str


def list_populations(package: CogPackage, packages: list[CogPackage], movements: list[Movement]) -> dict[str, Population]:
    """Give each commune of the package its population, by code."""
    counts = {code: entry.get("population") for code, entry in package.communes.items()}
    statuses = {code: "missing" if count is None else "observed" for code, count in counts.items()}
    merged = _find_merged_since(package, movements)
    earlier = next((p for p in packages if p.cog_year == package.population_geography_year), None)
    if merged and earlier and earlier.population_year == package.population_year:
        for code, parts in merged.items():
            counts[code], statuses[code] = sum(earlier.communes[part]["population"] for part in parts), "derived"
    elif merged:
        for code, count in _derive_from_groups(package, merged.keys(), packages).items():
            counts[code], statuses[code] = count
    periods = _date_populations(package, counts)
    return {code: Population(count, periods[code] if count is not None else None, statuses[code]) for code, count in counts.items()}


def _find_merged_since(package: CogPackage, movements: list[Movement]) -> dict[str, set[str]]:
    """Communes formed after the geography of the populations, with their parts."""
    merged: dict[str, set[str]] = {}
    for move in movements:
        if move.from_year == package.population_geography_year and move.to_year == package.cog_year and move.kind == "merger":
            merged.setdefault(move.code_to, set()).add(move.code_from)
    return merged


def _derive_from_groups(package: CogPackage, merged: Any, packages: list[CogPackage]) -> dict[str, tuple[int, str]]:
    """What an EPCI's own population leaves once its unmerged members are taken away belongs to its merged communes.

    One merged commune in the EPCI: the count is exact (`derived`). Several: they share the rest by the next vintage's
    populations (`estimated`), so that the EPCI's total stays true.
    """
    later = packages[packages.index(package) + 1]
    found: dict[str, tuple[int, str]] = {}
    for group in package.groups:
        codes = [member["code"] for member in group["membres"]]
        formed = sorted(code for code in codes if code in merged)
        rest = group["populationMunicipale"] - sum(package.communes[code].get("population") or 0 for code in codes if code not in merged)
        shares = split_by_largest_remainder(rest, [_find_population(code, later) for code in formed]) if formed else []
        status = "derived" if len(formed) == 1 else "estimated"
        found |= {code: (share, status) for code, share in zip(formed, shares, strict=True)}
    return found


def _find_population(code: str, package: CogPackage) -> int:
    """Population of a commune in a later package (1 where it is not a commune there any more: it then gets almost nothing)."""
    holder = package.communes.get(code)
    return (holder or {}).get("population") or 1


def _date_populations(package: CogPackage, counts: dict[str, int | None]) -> dict[str, str]:
    """Census reference year of each commune's population."""
    totals: dict[str, int] = {}
    for code, count in counts.items():
        if code.startswith("98"):
            totals[code[:3]] = totals.get(code[:3], 0) + (count or 0)
    periods = {}
    for code in counts:
        if code.startswith("976"):
            periods[code] = MAYOTTE_PERIOD
        elif (code[:3], totals.get(code[:3], -1)) in PACIFIC_PERIODS:
            periods[code] = PACIFIC_PERIODS[code[:3], totals[code[:3]]]
        else:
            periods[code] = str(package.population_year)
    return periods
