"""Every page, wide and narrow, light and dark: axe finds nothing, and nothing overflows."""

from typing import Any

import pytest
from tests.journeys.conftest import NARROW, WIDE, OpenPage

PAGES = (
    "/",
    "/recherche/",
    "/recherche/?q=lanion",
    "/recherche/?q=zzzzqqqq",
    "/territoires/commune/22113/",
    "/territoires/departement/22/",
    "/territoires/pays/FR/",
    "/territoires/commune/99999/",
    "/chiffres/commune/22113/fixed_share_30mbps/",
    "/chiffres/commune/22113/library_count/",
    "/chiffres/pays/FR/fixed_share_30mbps/",
    "/indicateurs/",
    "/indicateurs/library_count/",
    "/livraisons/",
    "/livraisons/1/",
    "/livraisons/1/sources/arcep_fixed_2019/",
    "/methode/",
    "/mentions/",
    "/accessibilite/",
    "/etapes/convenir/",
)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_page_has_a_violation_or_overflows(open_page: OpenPage, live_server: Any, axe_script: str, width: int, scheme: str) -> None:
    page = open_page("/", width=width, scheme=scheme)
    found = []
    for address in PAGES:
        page.goto(f"{live_server.url}{address}")
        page.evaluate(axe_script)  # by the debugger, which the page's policy does not bind
        found += [(address, v["id"], v["nodes"][0]["html"][:120]) for v in page.evaluate("axe.run()")["violations"]]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found.append((address, "overflow", ""))

    assert found == []


def test_an_opened_source_has_no_violation(open_page: OpenPage, axe_script: str) -> None:
    page = open_page("/territoires/commune/22113/")

    page.locator("details[data-provenance] summary").first.click()
    page.locator(".proof").first.wait_for()
    page.evaluate(axe_script)

    assert [v["id"] for v in page.evaluate("axe.run()")["violations"]] == []


def test_the_chosen_appearance_wins_over_the_device(open_page: OpenPage) -> None:
    page = open_page("/", scheme="light")

    page.get_by_role("button", name="Sombre").click()

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 31)"
