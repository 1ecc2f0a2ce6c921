"""How this room tells the journal what was done, inside the transaction of each act, and how the journal names people and organisations."""

from collections.abc import Collection, Mapping
from enum import StrEnum

from django.urls import reverse

from maillage.actors.data import Actor, ActorsAct, OrganisationId, PersonId
from maillage.actors.models import Delegation, Organisation, Person
from maillage.journal import api as journal
from maillage.journal.data import ObjectName, ObjectRef

ROOM = "actors"
THE_MACHINE = ObjectRef(ROOM, "machine")  # who acts from its command line
ACT_WORDS = {
    ActorsAct.CREATE_ORGANISATION: "a inscrit",
    ActorsAct.APPROVE_ORGANISATION: "a visé l’inscription de",
    ActorsAct.EDIT_ORGANISATION: "a modifié la fiche de",
    ActorsAct.CHANGE_PERIMETER: "a changé le périmètre de",
    ActorsAct.END_ORGANISATION: "a clos",
    ActorsAct.INVITE_MEMBER: "a invité quelqu’un dans",
    ActorsAct.ACCEPT_INVITATION: "a rejoint",
    ActorsAct.END_MEMBERSHIP: "a mis fin à un rôle dans",
    ActorsAct.GIVE_DELEGATION: "a donné",
    ActorsAct.REVOKE_DELEGATION: "a retiré",
}


def ref_person(person: PersonId) -> ObjectRef:
    """How the journal refers to a person."""
    return ObjectRef(ROOM, f"person/{person}")


def ref_organisation(organisation: OrganisationId) -> ObjectRef:
    """How the journal refers to an organisation."""
    return ObjectRef(ROOM, f"organisation/{organisation}")


def ref_delegation(delegation: int) -> ObjectRef:
    """How the journal refers to a delegation."""
    return ObjectRef(ROOM, f"delegation/{delegation}")


def record(actor: Actor, act: StrEnum, *, about: ObjectRef, **facts: str) -> None:
    """Insert the act's event, in the transaction of the act. facts: what changed, nothing that names a person. Queries: 1."""
    journal.record_event(
        actor=ref_person(actor.person) if actor.person is not None else THE_MACHINE,
        act=f"{ROOM}.{act.value}",
        about=about,
        on_behalf_of=ref_organisation(actor.organisation) if actor.organisation is not None else None,
        right=" ".join([*sorted(actor.roles), *(f"delegation:{role}" for role in sorted(actor.lent_roles - actor.roles))]),
        facts=facts,
    )


def name_refs(refs: Collection[ObjectRef]) -> Mapping[ObjectRef, ObjectName]:
    """Names of people, organisations and delegations. Whoever shows a history checks first who may read it. Queries: 3 at most."""
    wanted: dict[str, dict[int, ObjectRef]] = {}
    for ref in refs:
        kind, _, number = ref.id.partition("/")
        if number.isdecimal():
            wanted.setdefault(kind, {})[int(number)] = ref
    found = {THE_MACHINE: ObjectName("La machine qui tient ce site")}
    if people := wanted.get("person"):
        found |= {people[row.pk]: ObjectName(row.name) for row in Person.objects.filter(pk__in=people)}
    if some := wanted.get("organisation"):
        for row in Organisation.objects.filter(pk__in=some):
            found[some[row.pk]] = ObjectName(row.name, reverse("actors:organisation", args=[row.pk]))
    if some := wanted.get("delegation"):
        for one in Delegation.objects.filter(pk__in=some).select_related("receiver"):
            found[some[one.pk]] = ObjectName(f"la délégation de {one.receiver.name} ({one.subject})")
    return found
