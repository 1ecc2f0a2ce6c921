"""What the shipped vintages say of well-known territories."""

import pytest

from jauge.territories import Geography, Level, TerritoryRef, UnknownTerritory, UnknownVintage

WITHOUT_EPCI = {"22016", "29083", "29155", "85113"}


def test_the_seven_vintages_are_shipped(geography: Geography) -> None:
    assert geography.years == (2019, 2021, 2022, 2023, 2024, 2025, 2026)
    assert len(geography.list_refs(Level.COMMUNE)) == 34_969


@pytest.mark.parametrize(
    ("year", "count", "period"), [(2019, 44_999, "2016"), (2022, 44_166, "2020"), (2023, 44_166, "2020"), (2026, 44_364, "2023")]
)
def test_a_population_bears_its_census_year_not_the_cog_year(geography: Geography, year: int, count: int, period: str) -> None:
    commune = geography.get(TerritoryRef(Level.COMMUNE, "22278", year))

    assert (commune.population, commune.population_period) == (count, period)


@pytest.mark.parametrize(("year", "population"), [(2021, 66_988_403), (2022, 67_162_154), (2023, 67_162_154)])
def test_populations_of_communes_sum_to_insees_total(geography: Geography, year: int, population: int) -> None:
    """Insee, «populations légales», France without Mayotte: 66,988,403 in 2019 and 67,162,154 in 2020."""
    country = geography.get(TerritoryRef(Level.PAYS, "FR", year))

    assert (country.population, country.population_status) == (population, "partial")


def test_a_commune_merged_after_its_populations_geography_has_all_its_inhabitants(geography: Geography) -> None:
    """Package 2023 gives 50272 only the part that kept the code: its populations are those of the communes of 2022."""
    parts = [geography.get(TerritoryRef(Level.COMMUNE, code, 2022)).population or 0 for code in ("50272", "50015")]

    merged = geography.get(TerritoryRef(Level.COMMUNE, "50272", 2023))

    assert merged.population == sum(parts)
    assert merged.population_status == "derived"


def test_mayotte_has_no_population_in_2019(geography: Geography) -> None:
    mayotte = geography.get(TerritoryRef(Level.DEPARTEMENT, "976", 2019))

    assert mayotte.population is None
    assert mayotte.population_status == "missing"


@pytest.mark.parametrize("year", [2019, 2021, 2022, 2023, 2024, 2025, 2026])
def test_only_four_islands_have_no_epci(geography: Geography, year: int) -> None:
    communes = geography.vintage(year).communes.values()

    assert {c.code for c in communes if c.epci is None and c.region} == WITHOUT_EPCI


def test_the_uninhabited_communes_count_zero_and_are_not_missing(geography: Geography) -> None:
    for code in ("55039", "55050", "55139", "55189", "55239", "55307"):
        assert geography.get(TerritoryRef(Level.COMMUNE, code)).population == 0


def test_a_commune_belongs_to_epci_departement_region_and_country(geography: Geography) -> None:
    parents = geography.parents(TerritoryRef(Level.COMMUNE, "22113"))

    assert [str(parent) for parent in parents] == ["epci:200065928", "departement:22", "region:53", "pays:FR"]


def test_an_epci_across_departements_names_all_and_its_main_one(geography: Geography) -> None:
    spanning = [t for t in map(geography.get, geography.list_refs(Level.EPCI)) if len(t.departements) > 1]

    assert spanning
    for territory in spanning:
        assert territory.parents[0].code in territory.departements


def test_the_metropole_de_lyon_is_an_epci_of_the_rhone(geography: Geography) -> None:
    lyon = geography.get(TerritoryRef(Level.EPCI, "200046977"))

    assert (lyon.kind, lyon.departements) == ("MET69", ("69",))


def test_the_country_holds_the_departements_overseas_and_not_the_collectivities(geography: Geography) -> None:
    codes = {ref.code for ref in geography.members(TerritoryRef(Level.PAYS, "FR"), Level.DEPARTEMENT)}
    communes = {ref.code for ref in geography.members(TerritoryRef(Level.PAYS, "FR"))}

    assert len(codes) == 101
    assert {"971", "976"} <= codes and "988" not in codes
    assert "97411" in communes and "98818" not in communes


def test_a_collectivity_overseas_has_communes_and_no_region(geography: Geography) -> None:
    caledonia = geography.get(TerritoryRef(Level.DEPARTEMENT, "988"))

    assert (caledonia.kind, caledonia.commune_count, caledonia.parents) == ("com", 33, ())


def test_members_of_each_region_make_the_country(geography: Geography) -> None:
    regions = geography.members(TerritoryRef(Level.PAYS, "FR"), Level.REGION)

    communes = [commune for region in regions for commune in geography.members(region)]

    assert sorted(communes) == sorted(geography.members(TerritoryRef(Level.PAYS, "FR")))


def test_names_carry_the_typographic_apostrophe(geography: Geography) -> None:
    assert geography.get(TerritoryRef(Level.DEPARTEMENT, "22")).name == "Côtes-d’Armor"


def test_an_unknown_territory_or_vintage_is_refused_by_name(geography: Geography) -> None:
    with pytest.raises(UnknownTerritory):
        geography.get(TerritoryRef(Level.COMMUNE, "99999"))
    with pytest.raises(UnknownVintage) as refusal:
        geography.get(TerritoryRef(Level.COMMUNE, "22278", 2020))
    assert 2019 in refusal.value.years
