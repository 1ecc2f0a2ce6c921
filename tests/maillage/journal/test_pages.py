"""The page of heads, and the history that other rooms show."""

import pytest
from django.template.loader import render_to_string
from django.test import Client
from tests.maillage.journal.acts import CONVENTION, JEANNE, LANNION, sign, sign_many

from maillage.journal import api, names, sequencer
from maillage.journal.data import ObjectName

pytestmark = pytest.mark.django_db


@pytest.fixture
def _named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Words and names as rooms above give them."""
    monkeypatch.setattr(names, "_WORDS", {"conventions.sign_convention": "a signé"})
    known = {JEANNE: ObjectName("Jeanne Le Goff", "/personnes/1/"), LANNION: ObjectName("Lannion")}
    monkeypatch.setattr(names, "_NAMERS", {"actors": lambda refs: {ref: known[ref] for ref in refs if ref in known}})


def test_an_empty_journal_says_what_will_be_there(client: Client) -> None:
    assert "Le journal est encore vide" in client.get("/journal/").content.decode()
    assert client.get("/journal/tete/").status_code == 404


def test_heads_are_listed_and_taken_as_they_are_verified(client: Client, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    for _ in range(52):
        sign()
        api.sequence_events()
    last = api.find_head()
    assert last is not None

    with django_assert_num_queries(2):
        page = client.get("/journal/").content.decode()

    assert last.root in page
    assert api.list_public_keys()[0] in page
    assert "?page=2" in page
    assert "2 événements" in client.get("/journal/?page=2").content.decode()
    assert client.get("/journal/tete/").content.decode() == last.note
    assert client.get(f"/journal/tetes/{last.size}/").content.decode() == last.note
    assert client.get("/journal/tetes/1/").status_code == 404
    assert client.get(f"/journal/tetes/{10**30}/").status_code == 404
    assert client.get("/journal/?page=abc").status_code == 200


@pytest.mark.usefixtures("_named")
def test_a_history_says_who_did_what_for_whom_and_when(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    sign_many(2)
    api.sequence_events()
    sign()

    with django_assert_num_queries(1):
        lines = api.list_history(about=CONVENTION)
    shown = render_to_string("journal/history.html", {"lines": lines, "hide_what": True})

    assert shown.count("<li>") == 3
    assert '<a href="/personnes/1/">Jeanne Le Goff</a> pour Lannion a signé' in " ".join(shown.split())
    assert "pas encore au journal signé" in shown
    assert "n° 2 du journal" in shown
    assert "conventions:convention/7" not in shown


def test_what_nobody_names_is_shown_by_its_reference() -> None:
    sign()

    shown = render_to_string("journal/history.html", {"lines": api.list_history(by=JEANNE), "hide_what": False})

    assert "actors:person/1" in shown
    assert "conventions.sign_convention" in shown
    assert "conventions:convention/7" in shown


def test_an_empty_history_says_so() -> None:
    assert "Personne n’a encore rien fait ici" in render_to_string("journal/history.html", {"lines": (), "hide_what": False})


def test_the_journal_names_itself() -> None:
    sign()
    api.sequence_events()

    names_shown = [line.who.text for line in api.list_history(about=sequencer.SEQUENCER)]

    assert names_shown == ["Le journal"]
