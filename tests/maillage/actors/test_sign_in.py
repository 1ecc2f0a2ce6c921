"""Sign-in by pages: codes by mail, second factor, limits, nothing that tells whether an account exists."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client
from tests.maillage.actors.conftest import PASSWORD, make_person, open_session

from maillage.actors.data import Actor, Role
from maillage.actors.models import Delegation, Membership, Organisation, Person

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture(autouse=True)
def _no_attempt_is_remembered() -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD) -> object:
    """What the page of sign-in answers."""
    return client.post("/connexion/", {"login": email, "password": password})


def current_code() -> str:
    """The code that the telephone shows now."""
    return format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))


def test_a_visitor_costs_neither_a_session_nor_a_question_about_who_they_are(
    client: Client, django_assert_num_queries: object, settings: object, tmp_path: object
) -> None:
    settings.RELEASES = tmp_path  # type: ignore[attr-defined]
    with django_assert_num_queries(0):  # type: ignore[operator]
        answer = client.get("/droits/")

    assert not answer.cookies


def test_one_signs_up_by_the_code_received(client: Client) -> None:
    answer = client.post("/inscription/", {"email": "Camille@Example.org", "name": "Camille Le Goff", "password1": PASSWORD})
    assert answer["Location"] == "/inscription/verifier/"
    code = re.search(r"^[A-Z0-9-]{6,}$", mail.outbox[0].body, flags=re.MULTILINE)
    assert code, mail.outbox[0].body
    assert client.get("/compte/").status_code == 403

    client.post("/inscription/verifier/", {"code": code[0]})

    person = Person.objects.get(email="camille@example.org")
    assert person.name == "Camille Le Goff"
    assert "Camille Le Goff" in client.get("/compte/").content.decode()


@pytest.mark.parametrize(
    ("address", "fields"),
    [
        ("/inscription/", {"name": "X", "password1": PASSWORD}),
        ("/mot-de-passe/oublie/", {}),
    ],
)
def test_no_page_tells_whether_an_account_exists(client: Client, address: str, fields: dict[str, str]) -> None:
    make_person("connue@example.org")

    answers = []
    for email in ("connue@example.org", "inconnue@example.org"):
        answer = client.post(address, {"email": email, **fields}, follow=True)
        text = re.sub(r"csrfmiddlewaretoken\W+value=\W+\w+|" + email, "", answer.content.decode())
        answers.append((answer.status_code, answer.redirect_chain, text))
        client.cookies.clear()
    letters = {letter.to[0] for letter in mail.outbox}

    assert answers[0] == answers[1]
    assert letters == {"connue@example.org", "inconnue@example.org"}  # each learns by mail, the asker learns nothing


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(client: Client) -> None:
    make_person("connue@example.org")

    told = [
        re.findall(r'field-error[^>]*>([^<]+)|role="alert">(.*?)</ul>', sign_in(client, email, "faux").content.decode(), re.DOTALL)  # type: ignore[attr-defined]
        for email in ("connue@example.org", "inconnue@example.org")
    ]

    assert told[0] == told[1]
    assert told[0]


@pytest.mark.slow
def test_a_stranger_who_tries_a_thousand_passwords_does_not_lock_the_owner_out(client: Client) -> None:
    person = make_person("camille@example.org")
    assert sign_in(client, person.email).status_code == 302  # type: ignore[attr-defined]
    client.post("/deconnexion/")
    stranger = Client()

    answers = [
        stranger.post("/connexion/", {"login": person.email, "password": f"essai {n}"}, REMOTE_ADDR=f"203.0.113.{n % 250}").status_code
        for n in range(1000)
    ]
    last = stranger.post("/connexion/", {"login": person.email, "password": PASSWORD}, REMOTE_ADDR="203.0.113.251")

    assert set(answers) <= {200, 429}
    assert last.status_code == 200  # refused: the strangers' attempts are used up, even with the right password
    assert sign_in(client, person.email).status_code == 302  # type: ignore[attr-defined]


def test_the_second_factor_is_asked_and_a_code_serves_once(client: Client) -> None:
    person = make_person("camille@example.org")
    TOTP.activate(person, SECRET)
    code = current_code()

    assert sign_in(client, person.email)["Location"].startswith("/connexion/code/")  # type: ignore[index]
    assert client.get("/compte/").status_code == 403
    assert client.post("/connexion/code/", {"code": "000000"}).status_code == 200
    assert client.post("/connexion/code/", {"code": code}).status_code == 302
    assert client.get("/compte/").status_code == 200

    other = Client()
    sign_in(other, person.email)
    assert other.post("/connexion/code/", {"code": code}).status_code == 200


def test_a_grave_act_asks_for_the_code_again_then_goes_on(client: Client, maire: Person, lannion: Organisation, secretary: Person) -> None:
    address = f"/organisations/{lannion.pk}/deleguer/"
    open_session(client, maire, confirmed=False)

    assert client.get(address)["Location"] == "/compte/securite/"  # none set up yet: where to do so
    TOTP.activate(maire, SECRET)
    assert client.get(address)["Location"].startswith("/compte/confirmer/code/")
    back = client.post("/compte/confirmer/code/", {"code": current_code()}, follow=True)
    assert back.status_code == 200
    given = {"receiver": secretary.pk, "role": "elu", "subject": "Numérique", "deed": "Arrêté 3", "starts_on": "2026-01-01"}
    refused = client.post(address, {**given, "ends_on": "2025-01-01"})
    client.post(address, {**given, "ends_on": "2027-01-01"})

    assert "la fin vient avant le début" in refused.content.decode().lower()
    assert Delegation.objects.get().receiver == secretary


def test_an_invitation_goes_by_mail_and_opens_to_its_addressee_alone(client: Client, maire: Person, lannion: Organisation) -> None:
    open_session(client, maire)
    client.post(f"/organisations/{lannion.pk}/inviter/", {"email": "dgs@lannion.example", "role": "dgs"})
    address = re.search(r"https?://\S+?(/invitations/\S+)", mail.outbox[0].body)
    assert address

    refused = client.post(address[1])
    assert (refused.status_code, mail.outbox[0].to) == (409, ["dgs@lannion.example"])
    assert "adressée à quelqu’un d’autre" in refused.content.decode()
    addressee = Client()
    assert addressee.post(address[1]).status_code == 403
    open_session(addressee, make_person("dgs@lannion.example"))
    assert addressee.get(address[1]).status_code == 200
    assert addressee.post(address[1])["Location"] == f"/organisations/{lannion.pk}/"
    assert addressee.post(address[1]).status_code == 409

    assert Membership.objects.filter(organisation=lannion, role=Role.DGS).count() == 1


def test_a_refusal_is_a_page_that_says_which_role_and_whom_to_ask(client: Client, secretary: Person, lannion: Organisation) -> None:
    visitor = client.get(f"/organisations/{lannion.pk}/deleguer/")
    open_session(client, secretary)
    member = client.get(f"/organisations/{lannion.pk}/deleguer/")

    assert (visitor.status_code, member.status_code) == (403, 403)
    for page in (visitor.content.decode(), member.content.decode()):
        assert "Vous ne pouvez pas donner délégation" in page
        assert "élu, chef d’établissement" in page
    assert "accueil@lannion.example" in visitor.content.decode()
    assert "Maire" not in visitor.content.decode()
    assert "Maire" in member.content.decode()
    assert "Se connecter" in visitor.content.decode()


def test_names_of_members_are_read_only_by_those_who_may(client: Client, maire: Person, secretary: Person, lannion: Organisation) -> None:
    address = f"/organisations/{lannion.pk}/"
    public = client.get(address).content.decode()
    open_session(client, secretary)
    inside = client.get(address).content.decode()

    assert "Secretaire" not in public
    assert "Maire" in inside


def test_the_session_ends_on_the_server_when_one_signs_out(client: Client) -> None:
    open_session(client, make_person("camille@example.org"))
    kept = client.cookies.copy()

    client.post("/deconnexion/")
    client.cookies = kept

    assert client.get("/compte/").status_code == 403


def test_cookies_and_headers_protect(client: Client) -> None:
    answer = client.get("/connexion/")

    assert answer.cookies["csrftoken"]["httponly"]
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    assert "unsafe-eval" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    sign_in(client, make_person("camille@example.org").email)
    session = client.cookies["sessionid"]
    assert session["httponly"]
    assert session["samesite"] == "Lax"
    assert "no-store" in client.get("/compte/")["Cache-Control"]


def test_no_script_stands_in_a_page(client: Client, maire: Person) -> None:
    open_session(client, maire)
    for address in ("/connexion/", "/compte/securite/cles/ajouter/", "/compte/"):
        page = (Client() if address == "/connexion/" else client).get(address).content.decode()

        assert re.findall(r"<script(?![^>]*\b(?:src=|type=\"application/json\"))[^>]*>", page) == []
        assert re.findall(r"\son\w+=|\sstyle=|javascript:", page) == []


def test_a_letter_of_the_demo_is_shown_in_the_demo_alone(client: Client, settings: object, tmp_path: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"  # type: ignore[attr-defined]
    settings.EMAIL_FILE_PATH = tmp_path  # type: ignore[attr-defined]
    mail.send_mail("Votre code", "ABC-123 à recopier", None, ["camille@example.org"])

    assert client.get("/demonstration/courriels/").status_code == 404
    settings.DEMO = True  # type: ignore[attr-defined]
    page = client.get("/demonstration/courriels/").content.decode()

    assert "ABC-123 à recopier" in page
    assert "camille@example.org" in page


def test_a_person_chooses_for_whom_they_act(client: Client, maire: Person, lannion: Organisation) -> None:
    other = Organisation.objects.create(name="Syndicat", kind="syndicat", state="active", fictitious=True)
    Membership.objects.create(person=maire, organisation=other, role=Role.ELU, started_on=maire.joined_at - timedelta(days=1))
    open_session(client, maire)

    for asked in (str(other.pk), "999999", "<b>", "9" * 40):
        client.post("/compte/agir-pour/", {"organisation": asked})
        if asked == str(other.pk):
            assert "vous agissez pour Syndicat" in client.get("/compte/").content.decode()
    assert "vous agissez pour Commune de Lannion" in client.get("/compte/").content.decode()  # a choice that is not theirs


def test_an_organisation_is_renamed_by_its_administrator_and_closed_by_its_name(
    client: Client, maire: Person, lannion: Organisation, operator: Actor
) -> None:
    open_session(client, maire)
    client.post(f"/organisations/{lannion.pk}/modifier/", {"name": "Ville de Lannion", "contact_email": ""})
    lannion.refresh_from_db()
    assert lannion.name == "Ville de Lannion"

    closer = Client()
    open_session(closer, Person.objects.get(pk=operator.person))
    assert closer.post(f"/organisations/{lannion.pk}/clore/", {"successor": "", "confirmation": "Lannion"}).status_code == 400
    closer.post(f"/organisations/{lannion.pk}/clore/", {"successor": "", "confirmation": "Ville de Lannion"})

    assert "close : ses actes passés demeurent" in client.get(f"/organisations/{lannion.pk}/").content.decode().replace("\u202f", " ")
    assert client.post(f"/organisations/{lannion.pk}/modifier/", {"name": "X", "contact_email": ""}).status_code == 403
