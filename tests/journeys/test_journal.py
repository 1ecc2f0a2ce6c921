"""A visitor keeps a signed head of the journal, on a phone or a desk, in light or dark."""

from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings
from tests.journeys.conftest import NARROW, WIDE, OpenPage
from tests.journeys.test_accessibility import find_violations

from maillage.journal import api
from maillage.journal.data import ObjectRef


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_visitor_keeps_the_last_signed_head_and_holds_the_journal_against_it(
    open_page: OpenPage, axe_script: str, settings: Settings, tmp_path: Path, width: int, scheme: str
) -> None:
    settings.JOURNAL_KEY_FILE = tmp_path / "journal-keys"
    settings.SITE_URL = "https://numerique.cotesdarmor.example"
    for number in range(3):
        with transaction.atomic():
            api.record_event(actor=ObjectRef("actors", "person/1"), act="tests.look", about=ObjectRef("tests", str(number)))
        api.sequence_events()
    page = open_page("/journal/", width=width, scheme=scheme)
    violations = find_violations(page, axe_script)

    page.get_by_role("link", name="Prendre la dernière tête signée").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/journal/tete/")
    kept = page.inner_text("body")
    page.go_back()
    page.get_by_label("Collez-la ici").fill(kept)
    page.get_by_role("button", name="Comparer").click()
    page.wait_for_url("**/journal/verifier/#verifier")

    assert kept.startswith("numerique.cotesdarmor.example/journal\n4\n")
    assert "Rien n’a été retiré ni changé depuis" in page.inner_text("[role=status]")
    assert violations == find_violations(page, axe_script) == []
