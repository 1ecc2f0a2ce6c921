"""The small map of a territory's page."""

import pytest

from maillage.portal.locator import draw_locator
from maillage.territories import api as territories


@pytest.mark.parametrize(("text", "around"), [("commune:22113", "Côtes-d’Armor"), ("epci:200065928", "Bretagne"), ("region:53", "France")])
def test_a_territory_is_drawn_within_what_holds_it(text: str, around: str) -> None:
    drawn = draw_locator(territories.get_territory(territories.parse_territory(text)))

    assert str(drawn["locator"]).count('class="here"') == 1
    assert 'class="around"' in str(drawn["locator"])
    assert str(drawn["locator_caption"]).endswith(around)


@pytest.mark.parametrize("text", ["pays:FR", "commune:98818"])
def test_a_country_and_a_commune_without_contours_have_no_map(text: str) -> None:
    drawn = draw_locator(territories.get_territory(territories.parse_territory(text)))

    assert drawn == {"locator": "", "locator_caption": ""}
