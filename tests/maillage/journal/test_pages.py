"""The page of heads, and the history that other rooms show."""

from uuid import uuid4

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from tests.maillage.journal.acts import CONVENTION, JEANNE, LANNION, sign, sign_many

from jauge.journal import Checkpoint, sign_checkpoint, verify_growth, verify_proof
from maillage.journal import api, guards, keys, names, sequencer
from maillage.journal.data import ObjectName
from maillage.journal.models import Event

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


def test_a_head_that_was_kept_is_held_against_the_journal(client: Client) -> None:
    sign_many(3)
    api.sequence_events()
    kept = client.get("/journal/tete/").content.decode()
    sign_many(2)
    api.sequence_events()

    def paste(text: str) -> str:
        return client.post("/journal/verifier/", {"tete": text}).content.decode()

    signer = keys.load_signers()[0]
    forked = sign_checkpoint(Checkpoint(signer.name, 3, bytes(32)), [signer])
    foreign = sign_checkpoint(Checkpoint(signer.name, 3, bytes(32)), [keys.make_key(signer.name)])
    assert "2 événements s’y sont ajoutés" in paste(kept)
    assert "2 événements s’y sont ajoutés" in paste("  " + kept.replace("\n", "\r\n  ") + "\r\n\r\n")
    assert "ne vient pas de cette tête" in paste(forked)
    assert "Aucune clé de ce journal" in paste(foreign)
    assert "pas une tête signée" in paste("<script>bonjour")
    assert "<script>bonjour" not in paste("<script>bonjour")
    assert client.get("/journal/verifier/").status_code == 405
    assert verify_growth(client.get("/journal/depuis/4/").content.decode(), kept, [signer.verifier])
    assert client.get("/journal/depuis/9/").status_code == 404
    assert client.get(f"/journal/depuis/{10**30}/").status_code == 404


def test_a_journal_that_was_touched_says_so_to_whom_holds_a_head_against_it(client: Client) -> None:
    sign_many(3)
    api.sequence_events()
    kept = client.get("/journal/tete/").content.decode()
    sign_many(3)
    api.sequence_events()
    guards.remove_guards(connection)
    Event.objects.filter(index=2).update(right="maire")

    page = client.post("/journal/verifier/", {"tete": kept}).content.decode()

    assert "est abîmé" in page


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


def test_the_proof_of_an_event_is_taken_by_whom_knows_it(client: Client) -> None:
    event = sign()
    waiting = client.get(f"/journal/preuves/{event}/").status_code
    api.sequence_events()

    taken = client.get(f"/journal/preuves/{event}/")

    assert waiting == 404
    assert verify_proof(taken.content.decode(), [keys.load_signers()[0].verifier])[0].key == event
    assert taken["Content-Disposition"] == f'attachment; filename="{event}.tlog-proof"'
    assert f"/journal/preuves/{event}/" in render_to_string("journal/history.html", {"lines": api.list_history(about=CONVENTION)})
    assert client.get(f"/journal/preuves/{uuid4()}/").status_code == 404


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
