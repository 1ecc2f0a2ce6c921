"""A chargé de mission types a name, reads the diagnosis, takes it away, follows a figure to its file: by mouse, keyboard, without scripts.

On the release of the starter: the figures are the real ones (Arcep, 30 September 2019: 12,501 of 15,196 premises at 30 Mbit/s in Lannion).
"""

import io
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pypdf import PdfReader
from tests.journeys.conftest import NARROW, OpenPage

from maillage.diagnoses import operations, tasks
from maillage.jobs import api as jobs
from maillage.jobs import worker

ARCEP_FIXED_2019 = "3bd6e65f4bf23458e98c346f4906c3ac38c98a5b0758b9cfca3e05f9aeba63e6"  # of the publisher's file


@pytest.fixture(autouse=True)
def _no_diagnosis_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each journey finds the site without any document made before."""
    monkeypatch.setattr(operations, "KEPT", tmp_path / "diagnoses")


def check_tagged(file: Path, title: str) -> None:
    """A PDF that a screen reader can read: tagged, in French, with its title."""
    reader = PdfReader(io.BytesIO(file.read_bytes()))
    root = reader.trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], root["/Lang"], reader.metadata.title) == (True, "fr", title)
    assert len(reader.pages) <= 12


def test_a_name_leads_to_a_figure_and_the_figure_to_its_file(open_page: OpenPage) -> None:
    page = open_page("/")

    page.get_by_role("combobox").fill("Lannion")
    page.get_by_role("option", name="Lannion commune").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Lannion")
    page.locator("summary", has_text="au moins 30 Mbit/s").click()
    expect(page.locator(".proof")).to_contain_text("12\u202f501 ÷ 15\u202f196")
    page.get_by_role("link", name="Adresse permanente").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("82,3")
    page.get_by_role("link", name="Débits internet fixes").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("35\u202f359 lignes lues")
    expect(page.get_by_text(ARCEP_FIXED_2019)).to_be_visible()


def test_a_doubted_figure_leads_to_the_check_that_touched_it_and_to_its_raw_line(open_page: OpenPage) -> None:
    """Three clicks at most from the commune's page. Two files of Arcep do not count the same premises in Les Sables-d'Olonne (85194)."""
    page = open_page("/territoires/commune/85194/")

    page.get_by_role("link", name="signalé par nos contrôles").first.click()
    expect(page.locator(".proof").first).to_contain_text("Signalé par nos contrôles")
    page.get_by_role("link", name="Locaux de 2018 et de 2019").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Locaux de 2018 et de 2019")
    expect(page.get_by_role("row", name="85194").first).to_contain_text("16156")
    page.go_back()
    page.get_by_role("link", name="Les lignes du fichier brut").first.click()

    expect(page.get_by_role("heading", name="Ligne 16\u202f156")).to_be_visible()
    expect(page.get_by_text("69609")).to_be_visible()


def test_a_name_leads_to_the_diagnosis_and_its_pdf(open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = open_page("/")

    page.get_by_role("combobox").fill("saint-remy-en-bouz")
    page.get_by_role("option", name="Saint-Remy-en-Bouzemont").first.click()
    page.get_by_role("link", name="Lire le diagnostic").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Diagnostic numérique")
    page.get_by_role("button", name="Préparer le PDF").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Diagnostic en PDF")
    expect(page.get_by_role("status")).to_contain_text("En attente")

    told = []

    def report_and_look(job: object, done: int, total: int, message: str) -> None:
        jobs.report_progress(job, done, total, message)  # type: ignore[arg-type]
        expect(page.get_by_role("status")).to_contain_text(message)  # the page asks again by itself
        told.append(page.get_by_role("progressbar").get_attribute("value"))

    monkeypatch.setattr(tasks, "report_progress", report_and_look)
    assert worker.run_next_job(heartbeat_s=None)
    expect(page.get_by_role("status")).to_contain_text("Terminé")
    with page.expect_download() as download:
        page.get_by_role("link", name="Voir le résultat").click()
    download.value.save_as(tmp_path / "diagnostic.pdf")

    assert told == ["0", "1", "2"]
    assert download.value.suggested_filename == "diagnostic-commune-51513.pdf"
    check_tagged(tmp_path / "diagnostic.pdf", "Diagnostic numérique\u202f: Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson")
    page.goto(page.url.split("/travaux/")[0] + "/territoires/commune/51513/diagnostic/")
    expect(page.get_by_role("link", name="Le PDF")).to_be_visible()


def test_the_pdf_is_taken_away_without_scripts_on_a_phone(open_page: OpenPage, tmp_path: Path) -> None:
    page = open_page("/territoires/commune/22016/", width=NARROW, scripts=False)

    page.get_by_role("link", name="PDF", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("n’est pas encore prêt")
    page.get_by_role("button", name="Préparer le PDF").click()
    assert worker.run_next_job(heartbeat_s=None)
    page.get_by_role("link", name="Actualiser").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Voir le résultat").click()
    download.value.save_as(tmp_path / "diagnostic.pdf")

    check_tagged(tmp_path / "diagnostic.pdf", "Diagnostic numérique\u202f: Île-de-Bréhat")


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
    page.locator("summary", has_text="au moins 30 Mbit/s").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".proof")).to_contain_text("12\u202f501 ÷ 15\u202f196")


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
    page.locator("summary", has_text="au moins 30 Mbit/s").click()
    page.get_by_role("link", name="D’où vient ce chiffre\u202f: Part des locaux éligibles à au moins 30 Mbit/s").click()

    expect(page.get_by_text("12\u202f501 ÷ 15\u202f196")).to_be_visible()


def test_the_whole_reference_is_copied(open_page: OpenPage) -> None:
    page = open_page("/chiffres/commune/22113/fixed_share_30mbps/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    page.get_by_role("button", name="Copier la référence").click()

    expect(page.get_by_text("Référence copiée")).to_be_visible()
    assert "commune:22113 fixed_share_30mbps 2019-09-30" in page.evaluate("navigator.clipboard.readText()")
