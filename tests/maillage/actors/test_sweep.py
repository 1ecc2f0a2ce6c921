"""Every address of the site, read and written by nobody and by somebody in each role: none lets in more than the matrix says.

The addresses are those of the site itself: a new one that takes a POST, or that not everybody may read, fails here until it says
by which act.
"""

from collections.abc import Iterator
from enum import StrEnum

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from tests.journeys.pages import NO_PAGES, PAGES, SIGNED_PAGES
from tests.maillage.actors.conftest import add_role, make_person, open_session
from tests.maillage.actors.test_matrix import expect

from maillage.actors.data import ActorsAct, OrganisationKind, OrganisationState, Relation, Role
from maillage.actors.models import Delegation, Organisation, Person
from maillage.actors.rules import can_hold_role
from maillage.diagnoses.data import DiagnosesAct

pytestmark = pytest.mark.django_db


class Rule(StrEnum):
    """What opens an address when no act does."""

    EVERYBODY = "everybody"
    SIGNED_IN = "signed in"


# What reads an address that is neither a public page nor one of its parts.
READS: dict[str, StrEnum] = {
    "actors:register": ActorsAct.CREATE_ORGANISATION,
    "actors:invite": ActorsAct.INVITE_MEMBER,
    "actors:delegate": ActorsAct.GIVE_DELEGATION,
    "actors:change_perimeter": ActorsAct.CHANGE_PERIMETER,
    "actors:edit": ActorsAct.EDIT_ORGANISATION,
    "actors:end": ActorsAct.END_ORGANISATION,
    "actors:account": ActorsAct.READ_ACCOUNT,
    "actors:mail": Rule.EVERYBODY,  # 404 but in the demo
    "openid_connect_login": Rule.EVERYBODY,
    "socialaccount_login_error": Rule.EVERYBODY,
    "mfa_login_webauthn": Rule.EVERYBODY,  # the challenge that a passkey answers
    "mfa_download_recovery_codes": Rule.SIGNED_IN,
    # Steps of signing in: without what was begun, they lead back to its beginning.
    **dict.fromkeys(
        ["account_email_verification_sent", "account_confirm_password_reset_code", "account_complete_password_reset", "mfa_authenticate"],
        Rule.EVERYBODY,
    ),
    "socialaccount_signup": Rule.EVERYBODY,
    "account_logout": Rule.EVERYBODY,  # leads home who has not signed in
}
# What writes. An address that is not here refuses every POST.
WRITES: dict[str, StrEnum] = {
    "actors:register": ActorsAct.CREATE_ORGANISATION,
    "actors:approve": ActorsAct.APPROVE_ORGANISATION,
    "actors:invite": ActorsAct.INVITE_MEMBER,
    "actors:delegate": ActorsAct.GIVE_DELEGATION,
    "actors:change_perimeter": ActorsAct.CHANGE_PERIMETER,
    "actors:edit": ActorsAct.EDIT_ORGANISATION,
    "actors:end": ActorsAct.END_ORGANISATION,
    "actors:end_membership": ActorsAct.END_MEMBERSHIP,
    "actors:revoke_delegation": ActorsAct.REVOKE_DELEGATION,
    "actors:act_for": ActorsAct.READ_ACCOUNT,
    "actors:invitation": ActorsAct.ACCEPT_INVITATION,  # then the secret decides
    "portal:appearance": Rule.EVERYBODY,
    "journal:check": Rule.EVERYBODY,  # says whether a proof that one brings holds
    "diagnoses:prepare": DiagnosesAct.PREPARE_DOCUMENT,
    "jobs:cancel": Rule.EVERYBODY,  # of jobs that visitors start; the others are refused to all
    "jobs:retry": Rule.EVERYBODY,
    **dict.fromkeys(
        [
            "account_login", "account_signup", "account_reset_password", "account_email_verification_sent", "mfa_authenticate",
            "account_confirm_password_reset_code", "account_complete_password_reset", "account_logout", "mfa_login_webauthn",
            "openid_connect_login", "socialaccount_signup",
        ],
        Rule.EVERYBODY,
    ),
    **dict.fromkeys(
        [
            "account_email", "account_change_password", "account_set_password", "account_reauthenticate", "mfa_reauthenticate",
            "mfa_reauthenticate_webauthn",
            "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_remove_webauthn",
            "mfa_edit_webauthn", "socialaccount_connections",
        ],
        Rule.SIGNED_IN,
    ),
}  # fmt: skip
SELF_ACTS = {ActorsAct.READ_ACCOUNT}  # about the one who asks, whatever the address


def list_addresses(patterns: list[URLPattern | URLResolver], room: str = "", before: str = "") -> Iterator[tuple[str, str]]:
    """(name, address with words in braces) of each address of the site."""
    for entry in patterns:
        route = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from list_addresses(entry.url_patterns, entry.namespace or room, route)
        else:
            yield (f"{room}:{entry.name}" if room else str(entry.name)), "/" + route


FILLED = {
    "<int:organisation>": "{organisation}",
    "<int:membership>": "{membership}",
    "<int:delegation>": "{delegation}",
    "<int:pk>": "1",
    "<uuid:job>": "00000000-0000-0000-0000-000000000000",
    "<slug:level>": "commune",
    "<str:code>": "22113",
    "<slug:verb>": "convenir",
    "<str:provider_id>": "nobody",
    "<str:secret>": "nothing",
}


def fill(route: str, **things: int) -> str:
    """An address with something for each of its words; any other word is «1»."""
    for word, value in FILLED.items():
        route = route.replace(word, value)
    while "<" in route:
        start, end = route.index("<"), route.index(">")
        route = f"{route[:start]}1{route[end + 1 :]}"
    return route.format(**things) if things else route


def was_let_in(answer: HttpResponse) -> bool:
    """Neither 403, nor sent to sign in, nor a method that is not allowed."""
    sent_away = answer.status_code == 302 and answer["Location"].startswith(("/connexion/?", "/connexion/code"))
    return answer.status_code not in {403, 405} and not sent_away


@pytest.fixture
def world(lannion: Organisation, maire: Person) -> dict[str, int]:
    """Somebody else's organisation, membership and delegation."""
    adjoint = make_person("adjoint@lannion.example")
    membership = add_role(adjoint, lannion, Role.DSI)
    delegation = Delegation.objects.create(
        organisation=lannion, giver=maire, receiver=adjoint, role=Role.ELU, starts_on="2026-01-01", ends_on="2100-01-01"
    )
    return {"organisation": lannion.pk, "membership": membership, "delegation": delegation.pk}


def found_organisation(role: Role) -> tuple[Person, dict[str, int]]:
    """Somebody with one role in an organisation of a kind that knows it, and what is in it: a colleague and their delegation."""
    person, colleague = make_person("quelquun@example.org"), make_person("collegue@example.org")
    if role is Role.PERSON:
        return person, {}
    kind = next(kind for kind in OrganisationKind if can_hold_role(role, kind))
    row = Organisation.objects.create(name="La sienne", kind=kind, state=OrganisationState.ACTIVE, fictitious=True)
    add_role(person, row, role)
    membership = add_role(colleague, row, Role.DPO)
    delegation = Delegation.objects.create(
        organisation=row, giver=colleague, receiver=person, role=Role.DSI, starts_on="2026-01-01", ends_on="2100-01-01"
    )
    return person, {"organisation": row.pk, "membership": membership, "delegation": delegation.pk}


def opens(rule: StrEnum, role: Role, relation: Relation) -> bool:
    """Whether the rule lets somebody in."""
    if isinstance(rule, Rule):
        return rule is Rule.EVERYBODY or role is not Role.VISITOR
    if rule in SELF_ACTS:
        relation = Relation.SELF
    return expect(rule, role, relation)


# Each takes two seconds: those that the site knows best are tried before each commit, the others with the whole suite.
BEFORE_EACH_COMMIT = {Role.VISITOR, Role.PERSON, Role.ADMINISTRATOR, Role.ELU, Role.OPERATOR}
ROLES = [pytest.param(role, marks=() if role in BEFORE_EACH_COMMIT else pytest.mark.slow) for role in Role]


@pytest.mark.parametrize("role", ROLES)
def test_no_address_lets_in_more_than_the_matrix_says(
    role: Role, client: Client, world: dict[str, int], settings: object, tmp_path: object
) -> None:
    settings.RELEASES = tmp_path  # type: ignore[attr-defined] - no release: what pages show is not the point
    targets = {Relation.ELSEWHERE: world}
    if role is not Role.VISITOR:
        person, own = found_organisation(role)
        open_session(client, person)
        targets |= {Relation.ORGANISATION: own} if own else {}
    client.raise_request_exception = False
    signed_in = client.cookies.copy()

    wrong = []
    for name, route in list_addresses(get_resolver().url_patterns):
        for relation, things in targets.items():
            if relation is Relation.ORGANISATION and "{" not in fill(route):
                continue  # the same address as elsewhere
            for method, rule in (("get", find_reading_rule(name)), ("post", WRITES.get(name))):
                expected = rule is not None and opens(rule, role, relation)
                client.cookies = signed_in.copy()  # one of the addresses signs out
                cache.clear()  # limits of attempts are not the point either
                with transaction.atomic():
                    answer = getattr(client, method)(fill(route, **things))
                    transaction.set_rollback(True)
                unanswered = {404, 405} if rule is None else {405}
                if answer.status_code >= 500 or (was_let_in(answer) != expected and answer.status_code not in unanswered):
                    wrong.append((name, method, relation.value, answer.status_code, expected))

    assert wrong == []


def find_reading_rule(name: str) -> StrEnum | None:
    """What opens an address to reading; None: nothing does (it takes only a POST)."""
    if name in READS:
        return READS[name]
    if name in PAGES or (name in NO_PAGES and name not in WRITES):
        return Rule.EVERYBODY
    return Rule.SIGNED_IN if name in SIGNED_PAGES or name.startswith(("mfa_", "account_")) else None
