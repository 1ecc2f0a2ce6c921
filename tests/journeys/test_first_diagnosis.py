"""A chargé de mission types a name, reads a figure, follows it to its file: with a mouse, by keyboard, without JavaScript."""

from playwright.sync_api import expect
from tests.journeys.conftest import NARROW, OpenPage


def test_a_name_leads_to_a_figure_and_the_figure_to_its_file(open_page: OpenPage) -> None:
    page = open_page("/")

    page.get_by_role("combobox").fill("Lannion")
    page.get_by_role("option", name="Lannion commune").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lannion")
    page.locator("summary", has_text="Part des locaux").click()
    expect(page.locator(".proof")).to_contain_text("60 ÷ 80")
    page.get_by_role("link", name="Adresse permanente").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("75,0")
    page.get_by_role("link", name="Éligibilité des locaux aux réseaux fixes").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("35\u202f359 lignes lues")
    expect(page.get_by_text("cd" * 32)).to_be_visible()


def test_the_whole_way_is_done_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/methode/")

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.type("lannion", delay=20)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lannion")
    page.locator("summary", has_text="Part des locaux").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".proof")).to_contain_text("60 ÷ 80")


def test_escape_closes_the_suggestions_and_keeps_what_was_typed(open_page: OpenPage) -> None:
    page = open_page("/")
    field = page.get_by_role("combobox")

    field.fill("Lannion")
    page.get_by_role("option").first.wait_for()
    field.press("Escape")

    expect(page.get_by_role("option")).to_have_count(0)
    expect(field).to_have_value("Lannion")


def test_all_is_reached_without_javascript_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/", width=NARROW, scripts=False)

    page.get_by_role("searchbox").fill("lanion")
    page.get_by_role("button", name="Chercher").click()
    page.get_by_role("link", name="Lannion", exact=True).click()
    page.locator("summary", has_text="Part des locaux").click()
    page.get_by_role("link", name="D’où vient ce chiffre : Part des locaux").click()

    expect(page.get_by_text("60 ÷ 80")).to_be_visible()


def test_the_whole_reference_is_copied(open_page: OpenPage) -> None:
    page = open_page("/chiffres/commune/22113/fixed_share_30mbps/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copier la référence").click()

    expect(page.get_by_text("Référence copiée")).to_be_visible()
    assert "commune:22113 fixed_share_30mbps 2019-09-30" in page.evaluate("navigator.clipboard.readText()")
