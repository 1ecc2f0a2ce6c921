"""How people come in and act, in a real browser, wide and narrow: by keyboard, by a passkey, by an identity provider."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from oidc_provider_mock import User, app
from playwright.sync_api import Page, expect
from tests.journeys.conftest import NARROW, WIDE, OpenPage
from tests.journeys.test_accessibility import find_violations
from tests.maillage.actors.conftest import PASSWORD, make_person
from werkzeug.serving import make_server

from maillage.actors.models import Delegation, Organisation, Person

WIDTHS = pytest.mark.parametrize("width", [WIDE, NARROW])


@pytest.fixture(autouse=True)
def _no_attempt_is_remembered() -> None:
    cache.clear()


def fill_by_keyboard(page: Page, first: str, *values: str) -> None:
    """Type values into a field and those that follow it, by the key Tab alone, then Enter."""
    page.get_by_label(first, exact=True).focus()
    for number, value in enumerate(values):
        if number:
            page.keyboard.press("Tab")
        page.keyboard.type(value)
    page.keyboard.press("Enter")


def read_code(address: str) -> str:
    """The code of the last letter sent to an address."""
    letter = next(letter for letter in reversed(mail.outbox) if letter.to == [address])
    found = re.search(r"^[A-Z0-9-]{6,}$", letter.body, flags=re.MULTILINE)
    assert found
    return found[0]


def show_code(secret: str) -> str:
    """What a telephone that knows the secret shows now."""
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


@WIDTHS
def test_one_signs_up_and_sets_up_codes_by_keyboard(open_page: OpenPage, axe_script: str, width: int) -> None:
    page = open_page("/inscription/", width=width)
    fill_by_keyboard(page, "Adresse électronique", "camille@example.org", "Camille Le Goff", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Quel code avez-vous reçu\u202f?")
    assert find_violations(page, axe_script) == []
    fill_by_keyboard(page, "Code", read_code("camille@example.org"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Camille Le Goff")

    page.get_by_role("link", name="Sécurité du compte").press("Enter")
    page.get_by_role("link", name="Activer les codes").press("Enter")
    fill_by_keyboard(page, "Mot de passe", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Activer les codes du téléphone")
    assert find_violations(page, axe_script) == []
    fill_by_keyboard(page, "Code", show_code(page.locator("main code").inner_text()))
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos codes de secours")
    spare = page.locator(".codes code").first.inner_text()

    page.goto(page.url.split("/compte/")[0] + "/deconnexion/")
    page.get_by_role("button", name="Se déconnecter").press("Enter")
    page.get_by_role("link", name="Compte").press("Enter")
    fill_by_keyboard(page, "Adresse électronique", "camille@example.org", PASSWORD)
    expect(page.get_by_role("heading", level=1)).to_have_text("Quel code affiche votre application\u202f?")
    assert find_violations(page, axe_script) == []
    fill_by_keyboard(page, "Code", spare)

    expect(page.get_by_role("heading", level=1)).to_contain_text("Camille Le Goff")


@WIDTHS
def test_a_passkey_opens_the_account_without_a_password(
    open_page: OpenPage, give_key: Callable[[Page], None], transactional_db: None, width: int
) -> None:
    page = open_page("/compte/securite/cles/ajouter/", width=width, person=make_person("camille@example.org"))
    give_key(page)
    page.get_by_label("Entrer par cette clé seule").check()
    page.get_by_role("button", name="Ajouter la clé").press("Enter")
    page.wait_for_url("**/secours/")

    page.goto(page.url.split("/compte/")[0] + "/deconnexion/")
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("link", name="Compte").click()
    page.get_by_role("button", name="Se connecter avec une clé d’accès").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Camille")
    assert Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).count() == 1


@pytest.fixture
def provider(settings: Any) -> Iterator[str]:
    """A real OpenID Connect provider on loopback: `known`, and two that bring somebody else's address, one of them not verified."""
    served = app(
        require_client_registration=False,
        user_claims=[
            User(sub="known", claims={"email": "camille@example.org", "email_verified": True, "name": "Camille Le Goff"}),
            User(sub="changed", claims={"email": "maire@lannion.example", "email_verified": True, "name": "Quelqu’un"}),
            User(sub="unsure", claims={"email": "maire@lannion.example", "email_verified": False, "name": "Quelqu’un"}),
        ],
    )
    server = make_server("127.0.0.1", 0, served)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    known = {"provider_id": "essai", "name": "Fournisseur d’essai", "client_id": "maillage", "secret": "secret"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [{**known, "settings": {"server_url": address}}]}
    }
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {**directives, "form-action": [*directives["form-action"], address]}}
    yield address
    server.shutdown()
    thread.join()


@WIDTHS
def test_an_identity_provider_opens_an_account(open_page: OpenPage, provider: str, width: int) -> None:
    page = open_page("/connexion/", width=width)
    page.get_by_role("button", name="Continuer avec Fournisseur d’essai").press("Enter")
    page.get_by_role("button", name="Authorize as known").press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Camille Le Goff")
    assert Person.objects.get().email == "camille@example.org"


@pytest.mark.parametrize("subject", ["unsure", "changed"])
def test_an_address_brought_by_a_provider_opens_nobody_s_account(open_page: OpenPage, provider: str, maire: Person, subject: str) -> None:
    page = open_page("/connexion/")
    page.get_by_role("button", name="Continuer avec Fournisseur d’essai").click()
    page.get_by_role("button", name=f"Authorize as {subject}").press("Enter")

    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Maire")
    page.goto(page.url.split("/connexion")[0].split("/inscription")[0] + "/compte/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vous ne pouvez pas lire un compte")


def test_an_answer_of_the_provider_serves_once(open_page: OpenPage, provider: str) -> None:
    page = open_page("/connexion/")
    answers: list[str] = []
    page.on("request", lambda request: answers.append(request.url) if "/retour/" in request.url else None)
    page.get_by_role("button", name="Continuer avec Fournisseur d’essai").click()
    page.get_by_role("button", name="Authorize as known").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Camille")

    thief = open_page("/connexion/")
    thief.goto(answers[0])

    expect(thief.get_by_role("heading", level=1)).to_contain_text("n’a pas confirmé qui vous êtes")


@WIDTHS
def test_an_invitation_is_sent_and_opens_to_its_addressee(open_page: OpenPage, maire: Person, lannion: Organisation, width: int) -> None:
    page = open_page(f"/organisations/{lannion.pk}/", width=width, person=maire)
    page.get_by_role("link", name="Inviter quelqu’un").press("Enter")
    page.get_by_label("Rôle").select_option("dgs")
    fill_by_keyboard(page, "Adresse de la personne", "dgs@lannion.example")
    expect(page.get_by_role("status")).to_have_text("L’invitation est partie.")
    address = re.search(r"/invitations/\S+", mail.outbox[-1].body)
    assert address

    guest = open_page(address[0], width=width, person=make_person("dgs@lannion.example", "Dominique"))
    guest.get_by_role("button", name="Rejoindre l’organisation").press("Enter")

    expect(guest.get_by_role("heading", level=1)).to_have_text("Commune de Lannion")
    expect(guest.locator(".rows li", has_text="Dominique").first).to_contain_text("directeur général des services")


@WIDTHS
def test_a_delegation_is_withdrawn_by_its_name(
    open_page: OpenPage, maire: Person, secretary: Person, lannion: Organisation, width: int
) -> None:
    Delegation.objects.create(
        organisation=lannion, giver=maire, receiver=secretary, role="elu", subject="Numérique", deed="Arrêté 3",
        starts_on=date(2026, 1, 1), ends_on=date(2100, 1, 1),
    )  # fmt: skip
    page = open_page(f"/organisations/{lannion.pk}/", width=width, person=maire)

    page.locator("summary", has_text="Retirer").press("Enter")
    page.get_by_role("button", name="Retirer la délégation de Secretaire").press("Enter")

    expect(page.get_by_text("retirée le")).to_be_visible()


@WIDTHS
def test_a_refusal_says_which_role_and_whom_to_ask(
    open_page: OpenPage, axe_script: str, secretary: Person, lannion: Organisation, width: int
) -> None:
    page = open_page(f"/organisations/{lannion.pk}/deleguer/", width=width, person=secretary)

    expect(page.get_by_role("heading", level=1)).to_have_text("Vous ne pouvez pas donner délégation")
    expect(page.get_by_text("À qui demander")).to_contain_text("Maire (Commune de Lannion)")
    assert find_violations(page, axe_script) == []
