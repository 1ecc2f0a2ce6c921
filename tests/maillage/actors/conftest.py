"""What the tests of people and rights share: a commune, its maire, its secretary, an operator."""

import time
from datetime import UTC, datetime

import pytest
from django.test import Client

from maillage.actors import api, operations
from maillage.actors.data import Actor, OrganisationKind, OrganisationState, Role
from maillage.actors.models import Membership, Organisation, Person
from maillage.actors.operations import NewOrganisation
from maillage.territories.api import Level, TerritoryRef

PASSWORD = "une longue phrase à retenir"
TODAY = datetime.now(UTC).date()


def make_person(email: str, name: str = "") -> Person:
    """An account with a verified address."""
    return operations.create_person(email=email, name=name or email.partition("@")[0].title(), password=PASSWORD)


def add_role(person: Person, organisation: Organisation, role: Role) -> int:
    """A membership, past the gate."""
    return Membership.objects.create(person=person, organisation=organisation, role=role, started_on=TODAY).pk


def act_as(person: Person, *, confirmed: bool = False) -> Actor:
    """The person's actor, the second factor just given or not."""
    return api.get_actor(person.pk, confirmed_at=datetime.now(UTC) if confirmed else None)


@pytest.fixture
def maire(db: None) -> Person:
    """The maire of Lannion, administrator too."""
    return make_person("maire@lannion.example")


@pytest.fixture
def lannion(maire: Person) -> Organisation:
    """The commune of Lannion, whose maire is its administrator and élu."""
    new = NewOrganisation("Commune de Lannion", OrganisationKind.COMMUNE, siren="212201131", contact_email="accueil@lannion.example")
    row = operations.create_organisation(Actor(), new, state=OrganisationState.ACTIVE, founder=maire.pk, today=TODAY)
    operations.replace_perimeter(row, [TerritoryRef(Level.COMMUNE, "22113")])
    add_role(maire, row, Role.ELU)
    return row


@pytest.fixture
def secretary(lannion: Organisation) -> Person:
    """The secrétaire de mairie of Lannion."""
    person = make_person("secretaire@lannion.example")
    add_role(person, lannion, Role.SECRETAIRE_DE_MAIRIE)
    return person


@pytest.fixture
def operator(db: None) -> Actor:
    """The operator of the site, the second factor just given."""
    made = api.create_administrator(email="operateur@site.example", name="Opératrice", password=PASSWORD, organisation="Le site")
    return api.get_actor(made.person or 0, confirmed_at=datetime.now(UTC))


def open_session(client: Client, person: Person, *, confirmed: bool = True) -> None:
    """Sign a person in as the pages do: by password, and the second factor just given or not."""
    client.force_login(person)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    if confirmed:
        session["account_authentication_methods"] += [{"method": "mfa", "type": "totp", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(person.pk)
    session.save()
