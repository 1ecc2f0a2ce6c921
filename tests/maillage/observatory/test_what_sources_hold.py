"""What the definitions claim about the files, measured on the files: vintages of codes, sums of classes, misleading names."""

from pathlib import Path

import duckdb
import pytest

from jauge.provenance import SourceDefinition
from jauge.tables import check_table
from maillage.observatory.capture import capture_source
from maillage.observatory.sources import load_sources
from maillage.settings import paths

SOURCES = load_sources(paths.DEFINITIONS)
SHIPPED_VINTAGES = {2019, 2021, 2022, 2023, 2024, 2025, 2026}
ARRONDISSEMENTS = "^(751|132|6938)"
COMMUNES = f"(SELECT * FROM '{paths.STARTER}/territories/communes.parquet')"
IN_A_SHIPPED_VINTAGE = [
    s for s in SOURCES.values() if s.starter and s.territory.level == "commune" and s.territory.cog_year in SHIPPED_VINTAGES
]


def _checked(name: str, folder: Path) -> object:
    source = SOURCES[name]
    return check_table(capture_source(source, folder).table, source.table_spec, file=source.file).table


def _one(query: str, **tables: object) -> tuple[object, ...]:
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        row = connection.sql(query).fetchone()
    assert row is not None
    return row


@pytest.mark.parametrize("source", IN_A_SHIPPED_VINTAGE, ids=lambda source: source.name)
def test_every_code_of_a_source_is_one_of_its_vintage(source: SourceDefinition) -> None:
    codes = _checked(source.name, paths.STARTER)

    unknown = _one(
        f"""SELECT list("{source.territory.column}") FROM codes WHERE "{source.territory.column}" NOT IN
        (SELECT code FROM {COMMUNES} WHERE cog_year = {source.territory.cog_year})
        AND NOT regexp_matches("{source.territory.column}", '{ARRONDISSEMENTS}')""",
        codes=codes,
    )

    assert unknown == (None,)


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["arcep_fixed_2019", "arcep_fibre_communes_2018"])
def test_codes_of_the_vintage_2018_all_left_between_2018_and_2019(name: str, real_data: Path) -> None:
    codes, column = _checked(name, paths.STARTER), SOURCES[name].territory.column
    passage = f"read_csv('{real_data}/themes/commons/communes_passage_2008_2024.csv', all_varchar=true)"

    gone, gone_then = _one(
        f"""WITH gone AS (SELECT "{column}" AS code FROM codes WHERE "{column}" NOT IN (SELECT code FROM {COMMUNES} WHERE cog_year = 2019)
                          AND NOT "{column}" LIKE '976%')
        SELECT count(*), count(*) FILTER (code IN (SELECT code_avant FROM {passage} WHERE annee_avant = '2018')) FROM gone""",
        codes=codes,
    )

    assert (gone, gone_then) == (387, 387)


def test_the_speed_classes_are_disjoint_and_sum_to_all_premises() -> None:
    premises = _checked("arcep_fixed_2019", paths.STARTER)

    wrong, total, empty = _one(
        """SELECT count(*) FILTER (nbr <> inel_hd + elig_hd05 + elig_hd3 + elig_hd8 + elig_thd30 + elig_thd100 + elig_thd1g),
        sum(nbr)::BIGINT, count(*) FILTER (nbr = 0) FROM premises""",
        premises=premises,
    )

    assert (wrong, total, empty) == (0, 42_270_879, 433)


def test_more_premises_are_passed_than_stand_in_689_communes() -> None:
    assert _one(
        "SELECT count(*) FROM fibre WHERE ftth_2018T1 > locaux_total", fibre=_checked("arcep_fibre_communes_2018", paths.STARTER)
    ) == (689,)


@pytest.mark.real_data
def test_the_derived_coverage_is_the_complement_of_its_name(real_data: Path) -> None:
    furthest, communes = _one(
        """SELECT max(abs(TAUX_COUVERTURE_THD - (100 - 100.0 * (elig_thd30 + elig_thd100 + elig_thd1g) / nbr))), count(*)
        FROM derived JOIN premises ON derived.CODE_INSEE = premises.code_insee WHERE nbr > 0""",
        derived=_checked("derived_fixed_30mbps", real_data),
        premises=_checked("arcep_fixed_2019", real_data),
    )

    assert isinstance(furthest, float)
    assert furthest < 1e-10
    assert communes == 34_926


@pytest.mark.real_data
def test_the_fibre_of_upper_levels_repeats_that_of_communes(real_data: Path) -> None:
    sums = [
        _one("SELECT sum(ftth_2018T1)::BIGINT, sum(locaux_total)::BIGINT FROM t", t=_checked(name, real_data))
        for name in ("arcep_fibre_communes_2018", "arcep_fibre_departements_2018", "arcep_fibre_epci_2018")
    ]

    # 24 premises of 36.8 million are in no département's total; communes without EPCI are in no EPCI's.
    assert sums == [(10_965_667, 36_782_590), (10_965_667, 36_782_566), (10_965_524, 36_748_406)]
