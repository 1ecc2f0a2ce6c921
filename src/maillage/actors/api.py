"""The door of `actors`: who acts, whether they may, and the acts on people, organisations and rights.

An upper room declares its acts as a StrEnum and registers a `Permission` for each from its `AppConfig.ready()`, then calls
`check_can(actor, act, thing)` first in each of its own acts. Rights are nowhere else.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.utils import timezone

from jauge.territories import TerritoryRef
from maillage.actors import gate, operations, queries, rules, sessions
from maillage.actors.data import (
    Actor,
    ActorsAct,
    DelegationInfo,
    MembershipInfo,
    OrganisationId,
    OrganisationInfo,
    OrganisationState,
    PersonId,
    Role,
    Thing,
)
from maillage.actors.gate import UnknownAct, list_permissions, register_acts
from maillage.actors.operations import AlreadyMember, NewOrganisation, OrganisationExists, PersonExists, WrongIdentifier
from maillage.actors.queries import UnknownDelegation, UnknownInvitation, UnknownMembership, UnknownOrganisation, UnknownPerson
from maillage.actors.rules import (
    DelegationRefused,
    InvitationRefused,
    LastAdministrator,
    NotAllowed,
    OrganisationNotActive,
    Period,
    RoleNotOfKind,
    SecondFactorNeeded,
)

__all__ = [
    "AlreadyMember",
    "DelegationRefused",
    "InvitationRefused",
    "LastAdministrator",
    "NewOrganisation",
    "NotAllowed",
    "OrganisationExists",
    "OrganisationNotActive",
    "Period",
    "PersonExists",
    "RoleNotOfKind",
    "SecondFactorNeeded",
    "UnknownAct",
    "UnknownDelegation",
    "UnknownInvitation",
    "UnknownMembership",
    "UnknownOrganisation",
    "UnknownPerson",
    "WrongIdentifier",
    "accept_invitation",
    "approve_organisation",
    "can",
    "change_perimeter",
    "check_can",
    "create_administrator",
    "create_organisation",
    "edit_organisation",
    "end_membership",
    "end_organisation",
    "get_actor",
    "get_actor_of",
    "get_organisation",
    "give_delegation",
    "invite_member",
    "list_delegations",
    "list_members",
    "list_memberships",
    "list_organisations",
    "list_permissions",
    "register_acts",
    "revoke_delegation",
]


def check_can(actor: Actor, act: StrEnum, thing: Thing | TerritoryRef | None = None) -> None:
    """The one gate. Raises NotAllowed (which roles could, whom to ask), SecondFactorNeeded, UnknownAct.

    Queries: 0 when it opens; 1 or 2 more to say whom to ask.
    """
    gate.check_can(
        actor, act, thing, now=timezone.now(), ask=lambda about: queries.find_whom_to_ask(about, names=_is_insider(actor, about))
    )


def can(actor: Actor, act: StrEnum, thing: Thing | TerritoryRef | None = None) -> bool:
    """True when the gate opens, a second factor apart: what a page offers. Queries: 0."""
    try:
        gate.check_can(actor, act, thing, now=timezone.now(), ask=lambda _: "")
    except NotAllowed:
        return False
    except SecondFactorNeeded:
        return True
    return True


def _is_insider(actor: Actor, about: Thing) -> bool:
    return about.organisation is not None and about.organisation == actor.organisation


def get_actor_of(request: HttpRequest) -> Actor:
    """Who acts by this request; VISITOR without account. Read once per request. Queries: 0 for a visitor, else 6 at most."""
    found: Actor | None = getattr(request, "acting", None)
    if found is None:
        found = sessions.find_actor(request)
        request.acting = found  # type: ignore[attr-defined]
    return found


def get_actor(person: PersonId, organisation: OrganisationId | None = None, *, confirmed_at: datetime | None = None) -> Actor:
    """A person acting for an organisation (None: their first). Raises UnknownPerson. Queries: 4."""
    return queries.find_actor(person, organisation, confirmed_at=confirmed_at, today=timezone.localdate())


def create_administrator(*, email: str, name: str, password: str, organisation: str) -> Actor:
    """The first operator of a site, with their organisation of kind `operator`: for the command line of the machine, no page calls it.

    Raises PersonExists. Journal: actors.create_organisation.
    """
    person = operations.create_person(email=email, name=name, password=password)
    operations.found_operator(person, organisation, today=timezone.localdate())
    return get_actor(person.pk)


def create_organisation(*, actor: Actor, new: NewOrganisation) -> OrganisationInfo:
    """Register an organisation; the actor becomes its administrator. It waits for a visa unless the founder's address proves it.

    Only an operator gives it a perimeter, with the visa. Raises NotAllowed, WrongIdentifier, OrganisationExists.
    Journal: actors.create_organisation. Queries: 7.
    """
    check_can(actor, ActorsAct.CREATE_ORGANISATION)
    emails = EmailAddress.objects.filter(user_id=actor.account, verified=True, primary=True).values_list("email", flat=True)
    state = rules.first_state(new.kind, next(iter(emails), ""))
    row = operations.create_organisation(actor, new, state=state, founder=actor.account, today=timezone.localdate())
    return queries.get_organisation(row.pk)


def approve_organisation(*, actor: Actor, organisation: OrganisationId) -> None:
    """Give the visa to an organisation that waits. Raises NotAllowed, UnknownOrganisation, OrganisationNotActive.

    Journal: actors.approve_organisation.
    """
    check_can(actor, ActorsAct.APPROVE_ORGANISATION, Thing(organisation=organisation))
    operations.approve_organisation(actor, organisation)


def edit_organisation(*, actor: Actor, organisation: OrganisationId, name: str, contact_email: str) -> None:
    """Change how an organisation is called and reached. Raises NotAllowed, UnknownOrganisation, OrganisationNotActive.

    Journal: actors.edit_organisation.
    """
    check_can(actor, ActorsAct.EDIT_ORGANISATION, Thing(organisation=organisation))
    operations.edit_organisation(actor, organisation, name=name, contact_email=contact_email)


def change_perimeter(*, actor: Actor, organisation: OrganisationId, perimeter: Iterable[TerritoryRef]) -> None:
    """Replace the territories on which an organisation acts. Raises NotAllowed, SecondFactorNeeded, UnknownOrganisation.

    Journal: actors.change_perimeter.
    """
    check_can(actor, ActorsAct.CHANGE_PERIMETER, Thing(organisation=organisation))
    operations.change_perimeter(actor, organisation, perimeter)


def end_organisation(*, actor: Actor, organisation: OrganisationId, successor: OrganisationId | None = None) -> None:
    """Dissolve an organisation, or merge it into `successor`, which takes its members.

    Raises NotAllowed, SecondFactorNeeded, UnknownOrganisation, OrganisationNotActive. Journal: actors.end_organisation.
    """
    check_can(actor, ActorsAct.END_ORGANISATION, Thing(organisation=organisation))
    operations.end_organisation(actor, organisation, successor=successor, today=timezone.localdate())


def invite_member(*, actor: Actor, organisation: OrganisationId, email: str, role: Role) -> str:
    """Invite somebody; returns the secret of the invitation, to be sent to that address only.

    Raises NotAllowed, UnknownOrganisation, OrganisationNotActive, RoleNotOfKind. Journal: actors.invite_member.
    """
    check_can(actor, ActorsAct.INVITE_MEMBER, Thing(organisation=organisation))
    return operations.invite_member(actor, organisation, email=email, role=role, now=timezone.now())


def accept_invitation(*, actor: Actor, secret: str) -> OrganisationId:
    """Join an organisation by an invitation; returns it. The secret is the right: it opens once, to its addressee, in time.

    Raises NotAllowed, UnknownInvitation, InvitationRefused, OrganisationNotActive, AlreadyMember. Journal: actors.accept_invitation.
    """
    check_can(actor, ActorsAct.ACCEPT_INVITATION)
    return operations.accept_invitation(actor, secret, now=timezone.now())


def end_membership(*, actor: Actor, membership: int) -> None:
    """Leave, or end the role of a member. Raises NotAllowed, UnknownMembership, LastAdministrator. Journal: actors.end_membership."""
    info = queries.get_membership(membership)
    check_can(actor, ActorsAct.END_MEMBERSHIP, Thing(organisation=info.organisation, person=info.person))
    operations.end_membership(actor, membership, today=timezone.localdate())


def give_delegation(
    *, actor: Actor, organisation: OrganisationId, receiver: PersonId, role: Role, subject: str, deed: str, period: Period
) -> int:
    """Lend a role that the actor holds in the organisation, for a time; returns the delegation.

    Raises NotAllowed, SecondFactorNeeded, DelegationRefused, OrganisationNotActive. Journal: actors.give_delegation.
    """
    check_can(actor, ActorsAct.GIVE_DELEGATION, Thing(organisation=organisation))
    if role not in actor.roles:
        raise DelegationRefused("role_not_held")
    return operations.give_delegation(
        actor,
        organisation=organisation,
        receiver=receiver,
        role=role,
        subject=subject,
        deed=deed,
        period=period,
        today=timezone.localdate(),
    )


def revoke_delegation(*, actor: Actor, delegation: int) -> None:
    """End a delegation today. Raises NotAllowed, UnknownDelegation, DelegationRefused. Journal: actors.revoke_delegation."""
    row = queries.get_delegation_row(delegation)
    check_can(actor, ActorsAct.REVOKE_DELEGATION, Thing(organisation=row.organisation_id))
    operations.revoke_delegation(actor, delegation, today=timezone.localdate())


def get_organisation(organisation: OrganisationId) -> OrganisationInfo:
    """An organisation with its perimeter. Raises UnknownOrganisation. Queries: 2."""
    return queries.get_organisation(organisation)


def list_organisations(*, around: TerritoryRef | None = None, state: OrganisationState | None = None) -> tuple[OrganisationInfo, ...]:
    """Organisations by name; `around`: those that act on this territory, or on one that holds it. Queries: 2."""
    return queries.list_organisations(around=gate.find_around(around) if around else None, state=state)


def list_members(*, actor: Actor, organisation: OrganisationId) -> tuple[MembershipInfo, ...]:
    """Who holds which role in an organisation. Raises NotAllowed. Queries: 1."""
    check_can(actor, ActorsAct.READ_MEMBERS, Thing(organisation=organisation))
    return queries.list_members(organisation)


def list_memberships(actor: Actor) -> tuple[MembershipInfo, ...]:
    """The roles that the actor holds, in all their organisations. Queries: 1, or 0 for a visitor."""
    return queries.list_memberships(actor.person) if actor.person is not None else ()


def list_delegations(*, actor: Actor, organisation: OrganisationId) -> tuple[DelegationInfo, ...]:
    """The delegations of an organisation, past ones too. Raises NotAllowed. Queries: 1."""
    check_can(actor, ActorsAct.READ_MEMBERS, Thing(organisation=organisation))
    return queries.list_delegations(organisation)
