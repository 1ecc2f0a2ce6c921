"""`maillage figure` against SQL written by hand on the raw files: the two know nothing of each other."""

import json
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner

from maillage.actors.data import MACHINE
from maillage.cli import build_app
from maillage.observatory import api
from maillage.observatory.models import Release

# ruff: noqa: E501 — one line per figure, to be read as a table
pytestmark = [pytest.mark.real_data, pytest.mark.slow, pytest.mark.django_db]

FIXED = "read_csv('{data}/observatory/commune-debit-beta.csv', delim=';', skip=1, header=true, types={{'code_insee': 'VARCHAR', 'code_dep': 'VARCHAR', 'code_reg': 'VARCHAR'}})"
CENSUS = "(SELECT * FROM read_csv('{data}/observatory/census/rp2018_comparateur_communes.csv', types={{'CODGEO': 'VARCHAR'}}) WHERE niveau = 'COM')"
DIPLOMAS = "(SELECT * FROM read_csv('{data}/observatory/census/rp2018_communes_2000hab_diplomes_age.csv', types={{'code_insee': 'VARCHAR'}}) WHERE niveau = 'COM')"
FIBRE = "read_csv('{data}/observatory/fixed/arcep_ftth_communes_2017T3_2018T1.csv', types={{'code_commune': 'VARCHAR', 'siren_epci': 'VARCHAR', 'code_departement': 'VARCHAR', 'code_region': 'VARCHAR'}})"
LIBRARIES = "(SELECT * FROM read_csv('{data}/observatory/adresses-des-bibliotheques-publiques.csv', delim=';', all_varchar=true) WHERE type_adresse = 'Bibliothèque ouverte au public')"
AGES = "read_csv('{data}/observatory/census/estimation_population_departements_age_2006_2021.csv', types={{'dep': 'VARCHAR'}})"
OFFICES = (
    "read_csv('{data}/observatory/practices/anct_france_services_2024-08-01.csv', types={{'insee_com': 'VARCHAR', 'insee_dep': 'VARCHAR'}})"
)
MAINLAND_SITES = "read_csv('{data}/observatory/mobile/arcep_sites_mobiles_metropole_2018T1.csv', types={{'code_operateur': 'VARCHAR'}})"
OVERSEAS_SITES = "read_csv('{data}/observatory/mobile/arcep_sites_mobiles_outremer_2020T2.csv', types={{'territoire': 'VARCHAR', 'code_operateur': 'VARCHAR'}})"
FILOSOFI = "read_csv('{data}/observatory/income/filosofi_2021_communes.csv', types={{'CODGEO': 'VARCHAR'}})"
CNAF = "read_csv('{data}/observatory/census/caf_allocataires_communes_irisees_2016_2020.csv', types={{'code_commune': 'VARCHAR'}})"
DAY = "2019-09-30"
# Nothing changed hands in Lannion's EPCI nor in the département since 2019: there the raw codes are still those of today.
EPCI = "epci:200065928"
OVERSEAS_COLLECTIVITIES = "('975', '977', '978')"

HAND = [
    ("commune:22113", "fixed_premises", DAY, FIXED, "sum(nbr)", "code_insee = '22113'"),
    ("departement:29", "fixed_premises", DAY, FIXED, "sum(nbr)", "code_dep = '29'"),
    ("commune:22113", "fixed_share_30mbps", DAY, FIXED, "sum(elig_thd30 + elig_thd100 + elig_thd1g) / sum(nbr)", "code_insee = '22113'"),
    (EPCI, "fixed_share_30mbps", DAY, FIXED, "sum(elig_thd30 + elig_thd100 + elig_thd1g) / sum(nbr)", "epci"),
    ("departement:22", "fixed_share_30mbps", DAY, FIXED, "sum(elig_thd30 + elig_thd100 + elig_thd1g) / sum(nbr)", "code_dep = '22'"),
    ("region:53", "fixed_share_30mbps", DAY, FIXED, "sum(elig_thd30 + elig_thd100 + elig_thd1g) / sum(nbr)", "code_reg = '53'"),
    ("pays:FR", "fixed_share_30mbps", DAY, FIXED, "sum(elig_thd30 + elig_thd100 + elig_thd1g) / sum(nbr)", f"code_insee[1:3] NOT IN {OVERSEAS_COLLECTIVITIES}"),
    ("region:94", "fixed_share_100mbps", DAY, FIXED, "sum(elig_thd100 + elig_thd1g) / sum(nbr)", "code_insee[1:2] IN ('2A', '2B')"),
    ("departement:974", "fixed_share_1gbps", DAY, FIXED, "sum(elig_thd1g) / sum(nbr)", "code_insee LIKE '974%'"),
    ("pays:FR", "fixed_ineligible_share", DAY, FIXED, "sum(inel_hd) / sum(nbr)", f"code_insee[1:3] NOT IN {OVERSEAS_COLLECTIVITIES}"),
    ("departement:22", "household_count", "2018", CENSUS, "sum(P18_MEN)", "CODGEO LIKE '22%'"),
    ("pays:FR", "household_count", "2018", CENSUS, "sum(P18_MEN)", "true"),
    ("region:11", "unemployed_share_15_64", "2018", CENSUS, "sum(P18_CHOM1564) / sum(P18_ACT1564)", "CODGEO[1:2] IN ('75', '77', '78', '91', '92', '93', '94', '95')"),
    ("commune:75056", "unemployed_share_15_64", "2018", CENSUS, "sum(P18_CHOM1564) / sum(P18_ACT1564)", "CODGEO = '75056'"),
    ("departement:75", "population_change_per_year", "2018", CENSUS, "sum((P18_POP - P13_POP) / 5) / sum(P13_POP)", "CODGEO = '75056'"),
    ("departement:22", "no_diploma_share", "2018", DIPLOMAS, "sum(pop_dipl_aucun) / sum(pop_non_scol_15p)", "code_departement = '22'"),
    ("departement:22", "fibre_passed_share", "2018-Q1", FIBRE, "sum(ftth_2018T1) / sum(locaux_total)", "code_departement = '22'"),
    ("region:53", "fibre_passed_share", "2017-Q3", FIBRE, "sum(ftth_2017T3) / sum(locaux_total)", "code_region = '53'"),
    ("departement:22", "library_count", "2020", LIBRARIES, "count(*)", "INSEE LIKE '22%'"),
    ("departement:01", "age_65_plus_share", "2018", AGES, "sum(pop_65_plus) / sum(pop_total)", "dep = '01' AND annee = 2018"),
    ("pays:FR", "under_25_share", "2021", AGES, "sum(pop_moins_25) / sum(pop_total)", "annee = 2021"),
    ("departement:972", "france_services_count", "2024-08-01", OFFICES, "count(*)", "insee_com LIKE '972%'"),
    ("commune:75056", "france_services_count", "2024-08-01", OFFICES, "count(*)", "insee_com LIKE '75%'"),
    ("pays:FR", "mobile_4g_sites", "2018-Q1", MAINLAND_SITES, "count(*)", "site_4g = 1"),
    ("departement:974", "mobile_4g_sites", "2020-Q2", OVERSEAS_SITES, "count(*)", "territoire = '974' AND site_4g = 1"),
    ("departement:972", "mobile_4g_sites", "2020-Q2", OVERSEAS_SITES, "count(*)", "territoire = '972' AND site_4g = 1"),
    ("commune:22113", "family_beneficiaries", "2020", CNAF, "sum(allocataires)", "code_commune = '22113' AND annee = 2020"),
    ("commune:59350", "poverty_rate", "2021", FILOSOFI, "sum(taux_pauvrete_60) / 100", "CODGEO = '59350'"),
    # Saint-Denis and Pierrefitte-sur-Seine are one commune since 2025: the mean of both, weighted by persons.
    ("commune:93066", "poverty_rate", "2021", FILOSOFI, "sum(taux_pauvrete_60 * nb_personnes_menages_fiscaux) / sum(nb_personnes_menages_fiscaux) / 100", "CODGEO IN ('93066', '93059')"),
    ("commune:22113", "median_living_standard_eur", "2021", FILOSOFI, "sum(niveau_vie_median)", "CODGEO = '22113'"),
]  # fmt: skip


@pytest.fixture(scope="module")
def released(
    real_data: Path, tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: object
) -> Iterator[Path]:  # fmt: skip
    """A national release from the raw folder, built once for this module."""
    from django.test import override_settings

    root = tmp_path_factory.mktemp("national") / "releases"
    with override_settings(RELEASES=root), django_db_blocker.unblock():  # type: ignore[attr-defined]
        api.build_release(actor=MACHINE, sources=real_data)
        yield root
        Release.objects.all().delete()  # written outside the tests' transactions: the numbers of other tests would start after it


@pytest.mark.parametrize(("territory", "indicator", "period", "table", "aggregate", "where"), HAND, ids=lambda value: str(value)[:24])
def test_figure_agrees_with_hand_sql(
    released: Path, real_data: Path, territory: str, indicator: str, period: str, table: str, aggregate: str, where: str
) -> None:
    if where == "epci":
        members = f"(SELECT code_commune FROM {FIBRE.format(data=real_data)} WHERE siren_epci = '{territory[5:]}')"
        where = f"code_insee IN {members}"
    by_hand = duckdb.sql(f"SELECT {aggregate} FROM {table.format(data=real_data)} WHERE {where}").fetchone()

    done = CliRunner().invoke(build_app(), ["figure", territory, indicator, "--period", period, "--json"])

    assert done.exit_code == 0, done.output
    assert by_hand is not None
    assert json.loads(done.stdout)["value"] == pytest.approx(by_hand[0], rel=1e-9)


def test_at_least_eight_indicators_are_known_for_95_percent_of_communes(released: Path) -> None:
    coverage = api.get_release().coverage
    communal = [one.code for one in api.list_indicators() if one.levels[0] == "commune"]

    assert len([code for code in communal if max(coverage[code].values()) >= 0.95]) >= 8


def test_starter_and_raw_folder_give_equal_figures(released: Path, tmp_path: Path, settings: object) -> None:
    raw = api.get_release()
    settings.RELEASES = tmp_path / "releases"  # type: ignore[attr-defined]
    packed = api.build_release(actor=MACHINE)
    shared = {one.name for one in packed.sources}
    columns = "level, code, indicator, period, value, numerator, denominator, status, reason, source, coverage"
    mine, theirs = (
        f"SELECT {columns} FROM '{root}/{release.id}/observations.parquet' WHERE source IN {tuple(sorted(shared))}"
        for root, release in ((tmp_path / "releases", packed), (released, raw))
    )

    differing = duckdb.sql(f"(({mine}) EXCEPT ({theirs})) UNION ALL (({theirs}) EXCEPT ({mine}))").fetchall()

    assert len(shared) >= 15
    assert differing == []
