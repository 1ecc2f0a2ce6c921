"""The door: a stored reference still resolves in each later vintage."""

import pytest

from maillage.territories import api
from maillage.territories.api import Level, TerritoryRef


def names(refs: tuple[TerritoryRef, ...]) -> list[str]:
    return [str(ref) for ref in refs]


def test_a_merged_commune_is_carried_to_the_one_that_holds_it() -> None:
    assert names(api.carry_ref(TerritoryRef(Level.COMMUNE, "16351", 2019))) == ["commune:16233"]


def test_a_split_commune_is_carried_to_its_parts_the_most_inhabited_first() -> None:
    assert names(api.carry_ref(TerritoryRef(Level.COMMUNE, "85084", 2019))) == ["commune:85084", "commune:85212", "commune:85165"]


def test_groups_that_keep_their_code_are_themselves() -> None:
    assert api.carry_ref(TerritoryRef(Level.DEPARTEMENT, "22", 2019)) == (TerritoryRef(Level.DEPARTEMENT, "22", 2026),)


@pytest.mark.parametrize(("start", "end"), [(2019, 2026), (2021, 2022), (2025, 2026), (2026, 2019)])
def test_every_territory_of_a_vintage_still_resolves_in_another(start: int, end: int) -> None:
    geography = api.get_geography()
    for level in (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.PAYS):
        for ref in geography.list_refs(level, start):
            carried = api.carry_ref(ref, end)

            assert carried
            assert all(target.cog_year == end and target.level == level for target in carried)
            if ref.code not in {target.code for target in carried}:
                assert geography.get(carried[0])


def test_a_perimeter_is_a_name_that_another_room_knows() -> None:
    assert api.parse_territory("perimetre:tregor").level is Level.PERIMETRE


def test_the_geography_is_loaded_once() -> None:
    assert api.get_geography() is api.get_geography()


def test_the_population_of_france_mixes_no_years() -> None:
    france = api.get_territory(api.parse_territory("pays:FR"))
    departements = [api.get_territory(ref) for ref in api.list_members(france.ref, Level.DEPARTEMENT)]
    same_year = [one.population or 0 for one in departements if one.population_period == france.population_period]

    assert (france.population, france.population_status) == (sum(same_year), "partial")
    assert [one.ref.code for one in departements if one.population_period != france.population_period] == ["976"]
