"""The crosswalk before real files: the published passage table, and every code of every file that has codes."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from jauge.territories import Level
from maillage.territories import api
from maillage.territories.passage import Cause, compare_passage

pytestmark = pytest.mark.real_data
# Postcodes and codes of urban units look like those of communes, and many are by chance the code of one.
OTHER = re.compile(r"post|^_?cp$|_cp$|^UU2010$", re.IGNORECASE)
DEPARTEMENT = re.compile(r"dep|dpt|territoire", re.IGNORECASE)
WRITTEN = {
    Level.COMMUNE: re.compile(r"\d[\dAB]\d{3}"),
    Level.EPCI: re.compile(r"2\d{8}"),
    Level.DEPARTEMENT: re.compile(r"\d[\dAB]|9[78]\d"),
}
LARGEST_REJECTED_SHARE = 0.4  # beyond it a column holds something else: numbers, postcodes, syndicats
FEWEST_VALUES = 3
COLUMNS_WITH_CODES = 94
# Columns in which some codes name nothing, looked at one by one; in the others every code resolves.
KNOWN_REJECTS = {
    "observatory/adresses-des-bibliotheques-publiques.csv:DEPT": 1,  # 69M: the Métropole de Lyon
    "observatory/adresses-des-bibliotheques-publiques.csv:INSEE": 1,  # 69303: an arrondissement of Lyon as the postcode writes it
    "observatory/data_DEMO_2020_V1_COM.csv:CODGEO": 134,  # two communes that share a priority district, codes side by side (0309503310)
    "observatory/data_arsas.csv:EPCI": 12,  # T01ZZZZZZ: no EPCI
    "observatory/fixed/anct_epci_locaux_eligibles_thd30_2015_2017.csv:siren_epci": 14,  # EPCI dissolved before 2019
    "observatory/fixed/arcep_ftth_communes_2017T3_2018T1.csv:siren_epci": 9,  # the same
    "observatory/fixed/arcep_ftth_epci_2017T3_2018T1.csv:siren_epci": 9,
    "observatory/laposte_hexasmal.csv:Code_commune_INSEE": 1,  # 99138: Monaco
    "observatory/table_iris_insee_epci.csv:EPCI": 1,  # ZZZZZZZZZ: no EPCI
    "places/sources/france-services/liste-fs-20221201.csv:insee_com": 1,  # 0null
    "places/sources/paca/regionsud-lieux-dinclusion-numerique-2022_v2.csv:adresse_code_insee": 14,  # zeros lost (4070)
    "themes/commuting/flux_cs1_exemple_cogugaison.csv:DCLT": 1,  # 99999: abroad
    "themes/commuting/flux_mode_ain_3communes_2021.csv:DCLT": 1,  # the same
    "themes/europe/lau_nuts2016_2019_fr_be_lu_de_es.csv:lau_code": 11_755,  # Belgium, Luxembourg, Germany, Spain
    "themes/finance/detr_dsil_projets_2018.csv:INSEEDEP": 2,  # 20A, 20B: Corse as the ministry of finance writes it
    "themes/finance/detr_dsil_projets_2018.csv:INSEECOM": 1,  # ZZZZZ
    "themes/finance/detr_dsil_projets_2018.csv:INSEEEPCI": 591,  # beneficiaries of any kind by SIREN: syndicats, départements
    "themes/finance/detr_dsil_projets_2018.csv:CODGEO": 1_526,  # the same
    "themes/finance/detr_dsil_projets_2019.csv:id_dep": 1,  # 20A
    "themes/finance/detr_dsil_projets_2019.csv:id_terr": 1_078,  # EPCI by SIREN, départements
    "themes/health/medecins_specialites_departements_2024.csv:departement": 1,  # 999: the whole of France
    "themes/mobile/ftth_communes_reference_2018T1.csv:Siren EPCI": 9,  # EPCI dissolved before 2019
    "themes/mobile/ftth_epci_2017T3_2018T1.csv:Siren EPCI": 9,
}


def read_columns(file: Path) -> dict[str, set[str]]:
    """The distinct values of each column. The header is the first line, of eight, that names about as many columns as any."""
    lines = file.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    separator = max(",;\t|", key=lambda one: max((line.count(one) for line in lines[:8]), default=0))
    heads = [len({cell for cell in row if cell.strip()}) for row in csv.reader(lines[:8], delimiter=separator)]
    start = next((at for at, named in enumerate(heads) if named >= 0.5 * max(heads)), 0)
    rows = csv.reader(io.StringIO("\n".join(lines[start:])), delimiter=separator)
    header = [name.strip() for name in next(rows, [])]
    columns: list[set[str]] = [set() for _ in header]
    for row in rows:
        for values, cell in zip(columns, row, strict=False):
            values.add(cell.strip())
    return {name: values - {""} for name, values in zip(header, columns, strict=True)}


@cache
def list_known(level: Level) -> frozenset[str]:
    """Every code of a level in any year."""
    geography = api.get_geography()
    if level is Level.COMMUNE:
        return frozenset(geography.crosswalk(geography.newest).links)
    return frozenset(ref.code for year in geography.years for ref in geography.list_refs(level, year))


def list_code_columns(folder: Path) -> Iterator[tuple[str, Level, set[str]]]:
    """Every column of codes of every CSV of the folder: `file:column`, the level, the codes."""
    for file in sorted(folder.rglob("*.csv")):
        for column, values in read_columns(file).items():
            level = find_level(column, values)
            if level:
                yield f"{file.relative_to(folder)}:{column}", level, values


def find_level(column: str, values: set[str]) -> Level | None:
    """The level whose codes a column holds, None for a column that holds something else."""
    if len(values) < FEWEST_VALUES or OTHER.search(column):
        return None
    for level, written in WRITTEN.items():
        found = [value for value in values if written.fullmatch(value)]
        known = list_known(level).intersection(found)
        named = level is not Level.DEPARTEMENT or DEPARTEMENT.search(column)
        if named and len(known) >= (1 - LARGEST_REJECTED_SHARE) * len(values):
            return level
    return None


def find_rejects(level: Level, codes: set[str]) -> dict[str, str]:
    """The reason of each code that leads nowhere."""
    geography = api.get_geography()
    if level is not Level.COMMUNE:
        return {code: "unknown_code" if WRITTEN[level].fullmatch(code) else "malformed_code" for code in codes - list_known(level)}
    walk = geography.crosswalk(geography.detect_vintage(codes)[0].year)
    rejects = {reject.code: str(reject.reason) for reject in walk.find_rejects(codes)}
    assert all(sum(link.weight for link in walk.links[code]) == walk.links[code][0].weight_total for code in codes - rejects.keys())
    return rejects


def test_movements_are_those_of_the_published_passage_table(real_data: Path) -> None:
    comparison = compare_passage(real_data / "themes/commons/communes_passage_2008_2024.csv", api.get_geography())

    assert comparison.common == 2_660
    assert (comparison.only_theirs, comparison.only_ours, comparison.other_kind) == ((), (), ())
    assert all(one.ours.kind == "d" for one in comparison.other_ratio)
    assert Counter(one.cause for one in comparison.other_ratio) == {Cause.EQUAL_PARTS: 5, Cause.JOINED_SINCE: 2, Cause.OTHER_CENSUS: 17}


def test_the_ratio_of_the_newest_split_but_two_is_that_of_another_census(real_data: Path) -> None:
    """Condé-en-Normandie gave back land in 2020: the table weighs its parts by the census of 2018, we by that of 2019."""
    comparison = compare_passage(real_data / "themes/commons/communes_passage_2008_2024.csv", api.get_geography())
    with (real_data / "observatory/census/rp2018_comparateur_communes.csv").open(encoding="utf-8") as stream:
        counted = {row["CODGEO"]: float(row["P18_POP"] or 0) for row in csv.DictReader(stream)}

    ratios = {one.theirs.code_to: one.theirs.ratio for one in comparison.other_ratio if one.theirs.code_from == "14712"}

    assert ratios == {code: pytest.approx(counted[code] / sum(counted[part] for part in ratios), abs=1e-4) for code in ratios}


def test_every_code_of_every_real_file_is_resolved_or_rejected_with_a_reason(real_data: Path) -> None:
    rejected = {}
    seen = 0
    for name, level, codes in list_code_columns(real_data):
        rejects = find_rejects(level, codes)

        seen += 1
        reasons = sorted(set(rejects.values()))
        print(f"{name} · {level} · {len(codes) - len(rejects)} resolved, {len(rejects)} rejected {reasons} {sorted(rejects)[:5]}")
        assert all(rejects.values())
        if rejects:
            rejected[name] = len(rejects)
    assert seen == COLUMNS_WITH_CODES
    assert rejected == KNOWN_REJECTS
