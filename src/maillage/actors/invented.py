"""Invented organisations and people of Côtes-d'Armor for the demo: one account per role, all marked as such."""

from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from jauge.territories import TerritoryRef
from maillage.actors import operations
from maillage.actors.data import MACHINE, OrganisationKind, OrganisationState, Role
from maillage.actors.models import Delegation, Membership, Person
from maillage.actors.operations import NewOrganisation

PASSWORD = "demonstration-des-cotes-d-armor"  # printed by `make demo`; these accounts open in a demonstration alone
DOMAIN = "demonstration.example"  # .example belongs to nobody (RFC 2606)


@dataclass(frozen=True, slots=True)
class Invented:
    """An organisation of the demo: its name, kind, territory, and who holds which roles in it (name → roles, the first administers)."""

    name: str
    kind: OrganisationKind
    territory: str
    people: dict[str, tuple[Role, ...]]


COMMUNE = Invented(
    "Commune de Lannion (démonstration)",
    OrganisationKind.COMMUNE,
    "commune:22113",
    {
        "Awen Kerbrat": (Role.ADMINISTRATOR,),
        "Maïwenn Le Cosquer": (Role.ELU,),
        "Erwan Tanguy-Roz": (Role.DGS,),
        "Solenn Guivarch": (Role.SECRETAIRE_DE_MAIRIE,),
        "Yann Prigent-Even": (Role.DSI,),
    },
)
OTHERS = (
    Invented(
        "Intercommunalité du Trégor (démonstration)",
        OrganisationKind.EPCI,
        "epci:200065928",
        {"Nolwenn Coadou": (Role.CHARGE_DE_MISSION,), "Gaël Tréguer-Hir": (Role.MEDIATEUR,)},
    ),
    Invented(
        "Département des Côtes-d’Armor (démonstration)",
        OrganisationKind.DEPARTEMENT,
        "departement:22",
        {"Rozenn Le Bihan-Dour": (Role.ARCHIVISTE,), "Tugdual Morvan-Le": (Role.DPO,)},
    ),
    Invented(
        "Préfecture des Côtes-d’Armor (démonstration)",
        OrganisationKind.PREFECTURE,
        "departement:22",
        {"Hélène Aubry-Mor": (Role.PREFECTURE,)},
    ),
    Invented(
        "Sous-préfecture de Lannion (démonstration)",
        OrganisationKind.SOUS_PREFECTURE,
        "epci:200065928",
        {"Bastien Lorcy": (Role.SOUS_PREFECTURE,)},
    ),
    Invented("Collège du Léguer (démonstration)", OrganisationKind.SCHOOL, "commune:22113", {"Katell Rannou-Bras": (Role.SCHOOL_HEAD,)}),
    Invented(
        "Association Le Clic breton (démonstration)", OrganisationKind.ASSOCIATION, "commune:22113", {"Malo Quéré-Ty": (Role.ASSOCIATION,)}
    ),
    Invented("Fonds numérique de Bretagne (démonstration)", OrganisationKind.FUNDER, "region:53", {"Enora Jaffré-Lan": (Role.FUNDER,)}),
    Invented("Pilotage national (démonstration)", OrganisationKind.NATIONAL, "pays:FR", {"Camille Verdier-Oz": (Role.NATIONAL_PILOT,)}),
    Invented("Opérateur du site (démonstration)", OrganisationKind.OPERATOR, "pays:FR", {"Louison Mercadal": (Role.OPERATOR,)}),
)


def list_accounts() -> list[tuple[Role, str]]:
    """(role, address) of each account of the demo, in the order of the roles."""
    roles = {role for one in (COMMUNE, *OTHERS) for held in one.people.values() for role in held}
    return [(role, _address(role)) for role in Role if role in roles]


def _address(role: Role) -> str:
    return f"{role.value.replace('_', '-')}@{DOMAIN}"


@transaction.atomic
def invent_people(*, today: date) -> bool:
    """Make the demo's organisations and people; False when they are there already. Queries: 1 when they are."""
    if Person.objects.filter(email=_address(Role.ADMINISTRATOR)).exists():
        return False
    hashed = make_password(PASSWORD)  # once: a hash takes a third of a second, on purpose
    for one in (COMMUNE, *OTHERS):
        _invent_organisation(one, hashed, today)
    maire = Membership.objects.get(role=Role.ELU, person__fictitious=True)
    Delegation.objects.create(
        organisation_id=maire.organisation_id,
        giver_id=maire.person_id,
        receiver=Person.objects.get(email=_address(Role.DGS)),
        role=Role.ELU,
        subject="Numérique et inclusion",
        deed="arrêté inventé n° 12",
        starts_on=today,
        ends_on=today + timedelta(days=365),
    )
    return True


def _invent_organisation(one: Invented, hashed: str, today: date) -> None:
    people = {name: _invent_person(name, roles[0], hashed) for name, roles in one.people.items()}
    founder = next(iter(people.values()))
    new = NewOrganisation(
        one.name,
        one.kind,
        contact_email=f"accueil@{DOMAIN}",
        perimeter=(TerritoryRef.parse(one.territory),),
        fictitious=True,
    )
    row = operations.create_organisation(MACHINE, new, state=OrganisationState.ACTIVE, founder=founder.pk, today=today)
    for name, roles in one.people.items():
        for role in set(roles) - {Role.ADMINISTRATOR}:
            Membership.objects.create(person=people[name], organisation=row, role=role, started_on=today)


def _invent_person(name: str, role: Role, hashed: str) -> Person:
    person = Person.objects.create(email=_address(role), name=name, password=hashed, fictitious=True)
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person
