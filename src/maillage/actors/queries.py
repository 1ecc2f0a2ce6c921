"""Reads of people, organisations and rights."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from jauge.territories import Level, TerritoryRef, UnknownTerritory, UnknownVintage
from maillage.actors.data import (
    Actor,
    DelegationInfo,
    MembershipInfo,
    OrganisationId,
    OrganisationInfo,
    OrganisationKind,
    OrganisationState,
    PersonId,
    Role,
    Thing,
)
from maillage.actors.models import Delegation, Invitation, Membership, Organisation, PerimeterPart, Person
from maillage.territories import api as territories


class UnknownOrganisation(LookupError):
    """No organisation has this identifier."""

    code = "unknown_organisation"


class UnknownMembership(LookupError):
    """No membership has this identifier, or it has ended."""

    code = "unknown_membership"


class UnknownDelegation(LookupError):
    """No delegation has this identifier."""

    code = "unknown_delegation"


class UnknownInvitation(LookupError):
    """No invitation has this secret."""

    code = "unknown_invitation"


class UnknownPerson(LookupError):
    """No account has this address or identifier."""

    code = "unknown_person"


def find_actor(person: PersonId, organisation: OrganisationId | None, *, confirmed_at: datetime | None, today: date) -> Actor:
    """The person acting for `organisation` (None or one without them: their first). Raises UnknownPerson. Queries: 3, 4 with perimeter."""
    row = Person.objects.filter(pk=person, is_active=True).values("name").first()
    if row is None:
        raise UnknownPerson(str(person))
    held = _roles_by_organisation(live_memberships().filter(person=person).values_list("organisation", "role"))
    lent = _roles_by_organisation(
        delegations_on(today).filter(receiver=person, organisation__state=OrganisationState.ACTIVE).values_list("organisation", "role")
    )
    known = [*held, *(one for one in lent if one not in held)]
    plain = frozenset({Role.VISITOR, Role.PERSON})
    if not known:
        return Actor(person=person, name=row["name"], roles=plain, confirmed_at=confirmed_at)
    chosen = organisation if organisation in known else known[0]
    return Actor(
        person=person,
        name=row["name"],
        organisation=chosen,
        organisation_name=Organisation.objects.values_list("name", flat=True).get(pk=chosen),
        roles=plain | held.get(chosen, frozenset()),
        lent_roles=lent.get(chosen, frozenset()),
        perimeter=frozenset(get_perimeter(chosen)),
        confirmed_at=confirmed_at,
    )


def _roles_by_organisation(rows: Iterable[tuple[int, str]]) -> dict[int, frozenset[Role]]:
    found: dict[int, frozenset[Role]] = {}
    for organisation, role in rows:
        found[organisation] = found.get(organisation, frozenset()) | {Role(role)}
    return found


def live_memberships() -> QuerySet[Membership]:
    """Memberships in force, of organisations that act."""
    return Membership.objects.filter(ended_on__isnull=True, organisation__state=OrganisationState.ACTIVE)


def delegations_on(day: date) -> QuerySet[Delegation]:
    """Delegations in force on a day, whose giver still holds the role that was lent."""
    holding = Membership.objects.filter(
        person=OuterRef("giver"), organisation=OuterRef("organisation"), role=OuterRef("role"), ended_on__isnull=True
    )
    in_time = Q(starts_on__lte=day, ends_on__gte=day) & (Q(revoked_on__isnull=True) | Q(revoked_on__gt=day))
    return Delegation.objects.filter(in_time, Exists(holding))


def get_perimeter(organisation: OrganisationId) -> tuple[TerritoryRef, ...]:
    """The territories on which an organisation acts, carried to the newest vintage, named without it. Queries: 1."""
    parts = PerimeterPart.objects.filter(organisation=organisation)
    return tuple(dict.fromkeys(ref for part in parts for ref in _carry(part)))


def _carry(part: PerimeterPart) -> tuple[TerritoryRef, ...]:
    stored = TerritoryRef(Level(part.level), part.code, part.cog_year, part.country)
    try:
        found = territories.carry_ref(stored)
    except (UnknownTerritory, UnknownVintage):
        found = (stored,)
    return tuple(TerritoryRef(ref.level, ref.code, None, ref.country) for ref in found)


def get_row(organisation: OrganisationId) -> Organisation:
    """The stored organisation. Raises UnknownOrganisation. Queries: 1."""
    row = Organisation.objects.filter(pk=organisation).first()
    if row is None:
        raise UnknownOrganisation(str(organisation))
    return row


def get_organisation(organisation: OrganisationId) -> OrganisationInfo:
    """An organisation with its perimeter. Raises UnknownOrganisation. Queries: 2."""
    return describe(get_row(organisation), get_perimeter(organisation))


def list_organisations(
    *, around: frozenset[TerritoryRef] | None = None, state: OrganisationState | None = None
) -> tuple[OrganisationInfo, ...]:
    """Organisations by name, those that have ended left out unless asked for; `around`: acting on one of these territories. Queries: 2."""
    rows = Organisation.objects.filter(state=state) if state else Organisation.objects.exclude(state=OrganisationState.ENDED)
    found = list(rows)
    parts: dict[int, list[TerritoryRef]] = {row.pk: [] for row in found}
    for part in PerimeterPart.objects.filter(organisation__in=list(parts)):
        parts[part.organisation_id] += _carry(part)
    infos = (describe(row, tuple(dict.fromkeys(parts[row.pk]))) for row in found)
    return tuple(info for info in infos if around is None or around & frozenset(info.perimeter))


def describe(row: Organisation, perimeter: tuple[TerritoryRef, ...]) -> OrganisationInfo:
    """The stored organisation as it passes through the door."""
    return OrganisationInfo(
        id=row.pk,
        name=row.name,
        kind=OrganisationKind(row.kind),
        state=OrganisationState(row.state),
        siren=row.siren or "",
        country=row.country,
        contact_email=row.contact_email,
        perimeter=perimeter,
        successor=row.successor_id,
        fictitious=row.fictitious,
    )


def list_members(organisation: OrganisationId) -> tuple[MembershipInfo, ...]:
    """Who holds which role in an organisation today. Queries: 1."""
    rows = Membership.objects.filter(organisation=organisation, ended_on__isnull=True)
    return tuple(map(_describe_membership, rows.select_related("person", "organisation")))


def list_memberships(person: PersonId) -> tuple[MembershipInfo, ...]:
    """The roles that a person holds today, in organisations that act. Queries: 1."""
    return tuple(map(_describe_membership, live_memberships().filter(person=person).select_related("person", "organisation")))


def get_membership(membership: int) -> MembershipInfo:
    """A membership in force. Raises UnknownMembership. Queries: 1."""
    row = Membership.objects.filter(pk=membership, ended_on__isnull=True).select_related("person", "organisation").first()
    if row is None:
        raise UnknownMembership(str(membership))
    return _describe_membership(row)


def _describe_membership(row: Membership) -> MembershipInfo:
    return MembershipInfo(
        id=row.pk,
        person=row.person_id,
        person_name=row.person.name,
        organisation=row.organisation_id,
        organisation_name=row.organisation.name,
        role=Role(row.role),
        started_on=row.started_on,
    )


def list_delegations(organisation: OrganisationId) -> tuple[DelegationInfo, ...]:
    """The delegations of an organisation, past ones too, the newest first. Queries: 1."""
    rows = Delegation.objects.filter(organisation=organisation).select_related("giver", "receiver")
    return tuple(map(_describe_delegation, rows))


def get_delegation_row(delegation: int) -> Delegation:
    """The stored delegation. Raises UnknownDelegation. Queries: 1."""
    row = Delegation.objects.filter(pk=delegation).first()
    if row is None:
        raise UnknownDelegation(str(delegation))
    return row


def _describe_delegation(row: Delegation) -> DelegationInfo:
    return DelegationInfo(
        id=row.pk,
        organisation=row.organisation_id,
        giver_name=row.giver.name,
        receiver_name=row.receiver.name,
        role=Role(row.role),
        subject=row.subject,
        deed=row.deed,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        revoked_on=row.revoked_on,
    )


def count_administrators(organisation: OrganisationId) -> int:
    """How many administrators an organisation has. Queries: 1."""
    return Membership.objects.filter(organisation=organisation, role=Role.ADMINISTRATOR, ended_on__isnull=True).count()


def find_invitation(secret_sha256: str) -> Invitation:
    """The stored invitation. Raises UnknownInvitation. Queries: 1."""
    row = Invitation.objects.filter(secret_sha256=secret_sha256).select_related("organisation").first()
    if row is None:
        raise UnknownInvitation
    return row


def find_whom_to_ask(thing: Thing, *, names: bool) -> str:
    """Who may be asked about a thing, in words: the administrators (only to those who may read names), else the public address.

    Queries: 1 or 2; 0 for a thing of no organisation.
    """
    if thing.organisation is None:
        return ""
    row = Organisation.objects.filter(pk=thing.organisation).values("name", "contact_email").first()
    if row is None:
        return ""
    if names:
        admins = [member.person_name for member in list_members(thing.organisation) if member.role is Role.ADMINISTRATOR]
        return f"{', '.join(admins)} ({row['name']})" if admins else str(row["name"])
    return f"{row['name']} ({row['contact_email']})" if row["contact_email"] else str(row["name"])
