"""Writes of people, organisations and rights: one function per act, in a transaction, with its event in the journal."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction
from django.db.models import Q

from jauge.tables.codes import Code, has_right_key
from jauge.territories import TerritoryRef
from maillage.actors import queries, rules
from maillage.actors.data import MACHINE, Actor, ActorsAct, OrganisationId, OrganisationKind, OrganisationState, PersonId, Role
from maillage.actors.models import Delegation, Invitation, Membership, Organisation, PerimeterPart, Person
from maillage.actors.rules import Period
from maillage.actors.trace import record, ref_delegation, ref_organisation
from maillage.territories import api as territories


class WrongIdentifier(rules.Refusal):
    """A SIREN or SIRET that is none, that do not go together, or that is missing. `value` is what was given."""

    code = "wrong_identifier"

    def __init__(self, value: str) -> None:
        super().__init__(value)
        self.value = value


class OrganisationExists(rules.Refusal):
    """An organisation already bears this SIREN: one joins it, by an invitation of its members."""

    code = "organisation_exists"

    def __init__(self, organisation: OrganisationId) -> None:
        super().__init__(str(organisation))
        self.organisation = organisation


class PersonExists(rules.Refusal):
    """An account already has this address."""

    code = "person_exists"


class AlreadyMember(rules.Refusal):
    """The person already holds this role in this organisation."""

    code = "already_member"


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """What the founder says of an organisation. `siren` is empty abroad, and there only; `siret` is the seat's, or empty."""

    name: str
    kind: OrganisationKind
    siren: str = ""
    siret: str = ""
    country: str = "FR"
    contact_email: str = ""
    perimeter: tuple[TerritoryRef, ...] = ()
    fictitious: bool = False


def check_identifiers(new: NewOrganisation) -> None:
    """Raises WrongIdentifier unless SIREN and SIRET are right, go together, and stand where they must."""
    foreign = new.kind is OrganisationKind.FOREIGN
    if foreign != (new.country != "FR") or (foreign and (new.siren or new.siret)):
        raise WrongIdentifier(new.siren or new.country)
    if not foreign and not (new.fictitious and not new.siren) and not has_right_key(new.siren, Code.SIREN):
        raise WrongIdentifier(new.siren)
    if new.siret and not (has_right_key(new.siret, Code.SIRET) and new.siret.startswith(new.siren)):
        raise WrongIdentifier(new.siret)


def create_person(*, email: str, name: str, password: str | None, fictitious: bool = False) -> Person:
    """An account whose address is held for verified. Raises PersonExists."""
    try:
        with transaction.atomic():
            person = Person.objects.create_user(email, password, name=name, fictitious=fictitious)
            EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    except IntegrityError:
        raise PersonExists(email) from None
    return person


@transaction.atomic
def create_organisation(actor: Actor, new: NewOrganisation, *, state: OrganisationState, founder: PersonId, today: date) -> Organisation:
    """Create an organisation whose founder is its first administrator. Raises WrongIdentifier, OrganisationExists."""
    check_identifiers(new)
    if new.siren and (found := Organisation.objects.filter(siren=new.siren).first()):
        raise OrganisationExists(found.pk)
    row = Organisation.objects.create(
        name=new.name,
        kind=new.kind,
        state=state,
        siren=new.siren or None,
        siret=new.siret,
        country=new.country,
        contact_email=new.contact_email,
        fictitious=new.fictitious,
    )
    replace_perimeter(row, new.perimeter)
    Membership.objects.create(person_id=founder, organisation=row, role=Role.ADMINISTRATOR, started_on=today)
    record(actor, ActorsAct.CREATE_ORGANISATION, about=ref_organisation(row.pk), kind=new.kind, state=state)
    return row


def replace_perimeter(row: Organisation, refs: Iterable[TerritoryRef]) -> None:
    """Store the territories of an organisation, in the newest vintage unless they say theirs. Queries: 2."""
    newest = territories.get_geography().newest
    PerimeterPart.objects.filter(organisation=row).delete()
    PerimeterPart.objects.bulk_create(
        PerimeterPart(organisation=row, level=ref.level, code=ref.code, cog_year=ref.cog_year or newest, country=ref.country)
        for ref in dict.fromkeys(refs)
    )


@transaction.atomic
def found_operator(person: Person, name: str, *, today: date) -> Organisation:
    """The organisation that keeps the site, with its first operator and administrator. It needs no SIREN: it is the site itself."""
    new = NewOrganisation(name=name, kind=OrganisationKind.OPERATOR, fictitious=True)
    row = create_organisation(MACHINE, new, state=OrganisationState.ACTIVE, founder=person.pk, today=today)
    Membership.objects.create(person=person, organisation=row, role=Role.OPERATOR, started_on=today)
    return row


@transaction.atomic
def approve_organisation(actor: Actor, organisation: OrganisationId) -> None:
    """Let an organisation that waits act. Raises UnknownOrganisation, OrganisationNotActive for one that does not wait."""
    row = queries.get_row(organisation)
    if not Organisation.objects.filter(pk=organisation, state=OrganisationState.WAITING).update(state=OrganisationState.ACTIVE):
        raise rules.OrganisationNotActive(OrganisationState(row.state))
    record(actor, ActorsAct.APPROVE_ORGANISATION, about=ref_organisation(organisation))


@transaction.atomic
def edit_organisation(actor: Actor, organisation: OrganisationId, *, name: str, contact_email: str) -> None:
    """Change how an organisation is called and reached. Raises UnknownOrganisation, OrganisationNotActive for one that has ended."""
    row = queries.get_row(organisation)
    if row.state == OrganisationState.ENDED:
        raise rules.OrganisationNotActive(OrganisationState.ENDED)
    Organisation.objects.filter(pk=organisation).update(name=name, contact_email=contact_email)
    record(actor, ActorsAct.EDIT_ORGANISATION, about=ref_organisation(organisation), before_name=row.name, name=name)


@transaction.atomic
def change_perimeter(actor: Actor, organisation: OrganisationId, refs: Iterable[TerritoryRef]) -> None:
    """Replace the territories on which an organisation acts. Raises UnknownOrganisation."""
    kept = tuple(refs)
    replace_perimeter(queries.get_row(organisation), kept)
    record(actor, ActorsAct.CHANGE_PERIMETER, about=ref_organisation(organisation), territories=" ".join(map(str, kept)))


@transaction.atomic
def end_organisation(actor: Actor, organisation: OrganisationId, *, successor: OrganisationId | None, today: date) -> None:
    """End an organisation; its members go on in the successor, with their roles where it knows them. Nothing is erased.

    Raises UnknownOrganisation, OrganisationNotActive (either one).
    """
    row = queries.get_row(organisation)
    rules.check_active(OrganisationState(row.state))
    if successor is not None:
        _carry_members(row, queries.get_row(successor), today)
    Membership.objects.filter(organisation=row, ended_on__isnull=True).update(ended_on=today)
    Delegation.objects.filter(organisation=row, revoked_on__isnull=True, ends_on__gte=today).update(revoked_on=today)
    Invitation.objects.filter(organisation=row, used_at__isnull=True, revoked_at__isnull=True).delete()
    Organisation.objects.filter(pk=row.pk).update(state=OrganisationState.ENDED, ended_on=today, successor=successor)
    record(actor, ActorsAct.END_ORGANISATION, about=ref_organisation(organisation), successor=str(successor or ""))


def _carry_members(old: Organisation, new: Organisation, today: date) -> None:
    rules.check_active(OrganisationState(new.state))
    for member in Membership.objects.filter(organisation=old, ended_on__isnull=True):
        if rules.can_hold_role(Role(member.role), OrganisationKind(new.kind)):
            _join(member.person_id, new, Role(member.role), today)


def _join(person: PersonId, organisation: Organisation, role: Role, today: date) -> bool:
    """A membership where there is none yet; False when the person already had it."""
    _, created = Membership.objects.get_or_create(
        person_id=person, organisation=organisation, role=role, ended_on=None, defaults={"started_on": today}
    )
    return created


@transaction.atomic
def invite_member(actor: Actor, organisation: OrganisationId, *, email: str, role: Role, now: datetime) -> str:
    """Make an invitation; returns its secret, which is not kept. A pending one for the same address and role is replaced.

    Raises UnknownOrganisation, OrganisationNotActive, RoleNotOfKind.
    """
    row = queries.get_row(organisation)
    rules.check_active(OrganisationState(row.state))
    rules.check_role_of_kind(role, OrganisationKind(row.kind))
    address = email.strip().lower()
    pending = Invitation.objects.filter(organisation=row, email=address, role=role, used_at__isnull=True, revoked_at__isnull=True)
    pending.update(revoked_at=now)
    secret = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=row,
        email=address,
        role=role,
        secret_sha256=hash_secret(secret),
        invited_by_id=actor.account,
        created_at=now,
        expires_at=now + rules.INVITATION,
    )
    record(actor, ActorsAct.INVITE_MEMBER, about=ref_organisation(organisation), invitation=str(invitation.pk), role=role)
    return secret


def hash_secret(secret: str) -> str:
    """What is kept of the secret of an invitation."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def accept_invitation(actor: Actor, secret: str, *, now: datetime) -> OrganisationId:
    """Join by an invitation; returns the organisation.

    Raises UnknownInvitation, InvitationRefused, OrganisationNotActive, AlreadyMember.
    """
    invitation = queries.find_invitation(hash_secret(secret))
    verified = EmailAddress.objects.filter(user_id=actor.person, verified=True).values_list("email", flat=True)
    rules.check_can_accept(
        addressed_to=invitation.email,
        verified_emails=verified,
        expires_at=invitation.expires_at,
        used=invitation.used_at is not None,
        revoked=invitation.revoked_at is not None,
        now=now,
    )
    rules.check_active(OrganisationState(invitation.organisation.state))
    unused = Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True, revoked_at__isnull=True)
    if not unused.update(used_at=now, used_by=actor.person):  # another browser used it between the two statements
        raise rules.InvitationRefused("used")
    if not _join(actor.account, invitation.organisation, Role(invitation.role), now.date()):
        raise AlreadyMember
    record(actor, ActorsAct.ACCEPT_INVITATION, about=ref_organisation(invitation.organisation_id), invitation=str(invitation.pk))
    return invitation.organisation_id


@transaction.atomic
def end_membership(actor: Actor, membership: int, *, today: date) -> None:
    """End a role; the delegations that it gave end with it. Raises UnknownMembership, LastAdministrator."""
    row = queries.get_membership(membership)
    # Two administrators who leave at the same moment wait for each other here, and the second is refused.
    Organisation.objects.select_for_update().get(pk=row.organisation)
    rules.check_can_end_membership(row.role, administrators=queries.count_administrators(row.organisation))
    if not Membership.objects.filter(pk=membership, ended_on__isnull=True).update(ended_on=today):
        raise queries.UnknownMembership(str(membership))
    given = Delegation.objects.filter(organisation=row.organisation, giver=row.person, role=row.role, ends_on__gte=today)
    given.filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=today)).update(revoked_on=today)
    record(actor, ActorsAct.END_MEMBERSHIP, about=ref_organisation(row.organisation), membership=str(membership), role=row.role)


@transaction.atomic
def give_delegation(
    actor: Actor, *, organisation: OrganisationId, receiver: PersonId, role: Role, subject: str, deed: str, period: Period, today: date
) -> int:
    """Lend a role that the actor holds; returns the delegation. Raises DelegationRefused, OrganisationNotActive, UnknownOrganisation."""
    row = Organisation.objects.select_for_update().filter(pk=organisation).first()
    if row is None:
        raise queries.UnknownOrganisation(str(organisation))
    rules.check_active(OrganisationState(row.state))
    others = Delegation.objects.filter(organisation=row, giver_id=actor.account, role=role, subject__iexact=subject.strip())
    rules.check_can_delegate(
        period,
        to_oneself=receiver == actor.person,
        others=[Period(other.starts_on, other.ends_on, other.revoked_on) for other in others],
        today=today,
    )
    delegation = Delegation.objects.create(
        organisation=row,
        giver_id=actor.account,
        receiver_id=receiver,
        role=role,
        subject=subject.strip(),
        deed=deed.strip(),
        starts_on=period.starts_on,
        ends_on=period.ends_on,
    )
    record(actor, ActorsAct.GIVE_DELEGATION, about=ref_delegation(delegation.pk), organisation=str(organisation), role=role)
    return delegation.pk


@transaction.atomic
def revoke_delegation(actor: Actor, delegation: int, *, today: date) -> None:
    """End a delegation today; what was done under it stays done. Raises UnknownDelegation, DelegationRefused when it is over."""
    row = queries.get_delegation_row(delegation)
    live = Delegation.objects.filter(pk=delegation, ends_on__gte=today).filter(Q(revoked_on__isnull=True) | Q(revoked_on__gt=today))
    if not live.update(revoked_on=today):
        raise rules.DelegationRefused("over")
    record(actor, ActorsAct.REVOKE_DELEGATION, about=ref_delegation(row.pk), organisation=str(row.organisation_id))
