"""Pure decisions: who may do what, which roles an organisation knows, delegations, invitations, the last administrator. No clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from jauge.territories import TerritoryRef
from maillage.actors.data import NOTHING, Actor, OrganisationKind, OrganisationState, Permission, Relation, Role, Thing

CONFIRMATION = timedelta(minutes=10)  # for how long a second factor opens grave acts
INVITATION = timedelta(days=14)
LONGEST_DELEGATION = timedelta(days=7 * 366)  # a municipal mandate lasts six years (code électoral, L.227), prolonged once by law

_LOCAL = frozenset(
    {Role.ELU, Role.DGS, Role.DSI, Role.CHARGE_DE_MISSION, Role.SECRETAIRE_DE_MAIRIE, Role.MEDIATEUR, Role.ARCHIVISTE, Role.DPO}
)
_OFFICE = frozenset({Role.CHARGE_DE_MISSION, Role.DSI, Role.ARCHIVISTE, Role.DPO})
# Without this table an administrator of a commune could invite somebody as operator of the whole site.
ROLES_OF_KIND: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.COMMUNE: _LOCAL,
    OrganisationKind.EPCI: _LOCAL - {Role.SECRETAIRE_DE_MAIRIE},
    OrganisationKind.DEPARTEMENT: _LOCAL - {Role.SECRETAIRE_DE_MAIRIE},
    OrganisationKind.REGION: _LOCAL - {Role.SECRETAIRE_DE_MAIRIE},
    OrganisationKind.SYNDICAT: _LOCAL - {Role.SECRETAIRE_DE_MAIRIE},
    OrganisationKind.SCHOOL: frozenset({Role.SCHOOL_HEAD, Role.DPO}),
    OrganisationKind.ASSOCIATION: frozenset({Role.ASSOCIATION, Role.MEDIATEUR, Role.DPO}),
    OrganisationKind.FUNDER: _OFFICE | {Role.FUNDER},
    OrganisationKind.PREFECTURE: _OFFICE | {Role.PREFECTURE},
    OrganisationKind.SOUS_PREFECTURE: _OFFICE | {Role.SOUS_PREFECTURE},
    OrganisationKind.NATIONAL: _OFFICE | {Role.NATIONAL_PILOT},
    OrganisationKind.OPERATOR: frozenset({Role.OPERATOR, Role.DPO}),
    OrganisationKind.FOREIGN: frozenset({Role.ELU, Role.CHARGE_DE_MISSION, Role.ASSOCIATION, Role.DPO}),
}
STATE_KINDS = frozenset({OrganisationKind.PREFECTURE, OrganisationKind.SOUS_PREFECTURE, OrganisationKind.NATIONAL})
STATE_DOMAIN = ".gouv.fr"  # only the State's services are given such names


class Refusal(Exception):
    """An act that the gate lets through and a rule forbids. `code` is stable; pages turn it into a sentence."""

    code = "refusal"


class NotAllowed(Exception):
    """This actor may not do this act. `needed`: relation → roles that could; `whom`: who may be asked, in words."""

    code = "not_allowed"

    def __init__(self, permission: Permission, actor: Actor, thing: Thing, whom: str = "") -> None:
        super().__init__(f"{permission.name} needs {', '.join(sorted({role for roles in permission.granted.values() for role in roles}))}")
        self.permission = permission
        self.actor = actor
        self.thing = thing
        self.whom = whom


class SecondFactorNeeded(Exception):
    """A grave act by somebody who may do it, without a recent second factor."""

    code = "second_factor_needed"

    def __init__(self, permission: Permission) -> None:
        super().__init__(permission.name)
        self.permission = permission


class RoleNotOfKind(Refusal):
    """This kind of organisation does not know this role."""

    code = "role_not_of_kind"

    def __init__(self, role: Role, kind: OrganisationKind) -> None:
        super().__init__(f"{role} in {kind}")
        self.role = role
        self.kind = kind


class OrganisationNotActive(Refusal):
    """The organisation waits for its check, or has come to its end."""

    code = "organisation_not_active"

    def __init__(self, state: OrganisationState) -> None:
        super().__init__(str(state))
        self.state = state


class LastAdministrator(Refusal):
    """An organisation keeps an administrator: another one is named before the last leaves."""

    code = "last_administrator"


class DelegationRefused(Refusal):
    """A delegation that cannot be. `reason`: dates_reversed, too_long, over, to_oneself, overlaps."""

    code = "delegation_refused"

    def __init__(self, reason: str, other: "Period | None" = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.other = other


class InvitationRefused(Refusal):
    """An invitation that opens nothing. `reason`: used, revoked, expired, not_addressee, email_not_verified."""

    code = "invitation_refused"

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `starts_on` to `ends_on`, both included; `revoked_on`: the first day it no longer holds."""

    starts_on: date
    ends_on: date
    revoked_on: date | None = None

    def holds_on(self, day: date) -> bool:
        """True on the days when what it bounds is in force."""
        return self.starts_on <= day <= self.ends_on and (self.revoked_on is None or day < self.revoked_on)

    def meets(self, other: "Period") -> bool:
        """True when some day belongs to both, revocations counted."""
        first, last = max(self.starts_on, other.starts_on), min(self.ends_on, other.ends_on)
        ends = [period.revoked_on for period in (self, other) if period.revoked_on is not None]
        return first <= last and all(first < end for end in ends)


def find_relations(actor: Actor, thing: Thing, around: frozenset[TerritoryRef] = frozenset()) -> frozenset[Relation]:
    """How the actor stands to the thing. around: the territories that hold the thing's one, and itself.

    >>> sorted(find_relations(Actor(person=1), Thing(person=1)))
    [<Relation.ELSEWHERE: 'elsewhere'>, <Relation.SELF: 'self'>]
    >>> sorted(find_relations(Actor(), Thing()))
    [<Relation.ELSEWHERE: 'elsewhere'>]
    """
    found = {Relation.ELSEWHERE}
    if thing.person is not None and thing.person == actor.person:
        found.add(Relation.SELF)
    if thing.organisation is not None and thing.organisation == actor.organisation:
        found.add(Relation.ORGANISATION)
    if around & actor.perimeter:
        found.add(Relation.PERIMETER)
    return frozenset(found)


def check_can(
    actor: Actor, permission: Permission, thing: Thing = NOTHING, *, around: frozenset[TerritoryRef] = frozenset(), now: datetime
) -> None:
    """Raises NotAllowed unless a role of the actor opens the act in one of its relations; SecondFactorNeeded for a grave one."""
    roles = actor.roles | actor.lent_roles if permission.by_delegation else actor.roles
    if not any(roles & permission.granted.get(relation, frozenset()) for relation in find_relations(actor, thing, around)):
        raise NotAllowed(permission, actor, thing)
    if permission.grave and not has_confirmed(actor, now):
        raise SecondFactorNeeded(permission)


def has_confirmed(actor: Actor, now: datetime) -> bool:
    """True while the second factor given last still opens grave acts; a clock set back opens nothing."""
    return actor.confirmed_at is not None and timedelta(0) <= now - actor.confirmed_at < CONFIRMATION


def check_role_of_kind(role: Role, kind: OrganisationKind) -> None:
    """Raises RoleNotOfKind unless members of this kind of organisation may hold the role. All kinds have administrators."""
    if role is not Role.ADMINISTRATOR and role not in ROLES_OF_KIND[kind]:
        raise RoleNotOfKind(role, kind)


def can_hold_role(role: Role, kind: OrganisationKind) -> bool:
    """True when members of this kind of organisation may hold the role."""
    return role is Role.ADMINISTRATOR or role in ROLES_OF_KIND[kind]


def check_active(state: OrganisationState) -> None:
    """Raises OrganisationNotActive unless members may act for it."""
    if state is not OrganisationState.ACTIVE:
        raise OrganisationNotActive(state)


def first_state(kind: OrganisationKind, verified_email: str) -> OrganisationState:
    """A new organisation acts at once only where the address of its founder proves it: a State service under .gouv.fr.

    Anybody may buy `mairie-of-x.fr`: the domain of a local authority proves nothing, an operator looks at it.

    >>> first_state(OrganisationKind.PREFECTURE, "a@cotes-darmor.gouv.fr"), first_state(OrganisationKind.COMMUNE, "a@x.gouv.fr")
    (<OrganisationState.ACTIVE: 'active'>, <OrganisationState.WAITING: 'waiting'>)
    """
    proven = kind in STATE_KINDS - {OrganisationKind.NATIONAL} and verified_email.rpartition("@")[2].endswith(STATE_DOMAIN)
    return OrganisationState.ACTIVE if proven else OrganisationState.WAITING


def check_can_end_membership(role: Role, *, administrators: int) -> None:
    """administrators: how many the organisation has now. Raises LastAdministrator."""
    if role is Role.ADMINISTRATOR and administrators <= 1:
        raise LastAdministrator


def check_can_delegate(period: Period, *, to_oneself: bool, others: Iterable[Period], today: date) -> None:
    """others: delegations of the same giver, role and subject. Raises DelegationRefused.

    Two delegates for one subject at one time would leave open who decides (CGCT, L.2122-18: a delegation says of what, and to whom).
    """
    if to_oneself:
        raise DelegationRefused("to_oneself")
    if period.ends_on < period.starts_on:
        raise DelegationRefused("dates_reversed")
    if period.ends_on < today:
        raise DelegationRefused("over")
    if period.ends_on - period.starts_on > LONGEST_DELEGATION:
        raise DelegationRefused("too_long")
    for other in others:
        if period.meets(other):
            raise DelegationRefused("overlaps", other)


def check_can_accept(
    *, addressed_to: str, verified_emails: Iterable[str], expires_at: datetime, used: bool, revoked: bool, now: datetime
) -> None:
    """Raises InvitationRefused unless a person with these verified addresses may use the invitation, once, in time."""
    for refused, reason in ((used, "used"), (revoked, "revoked"), (expires_at <= now, "expired")):
        if refused:
            raise InvitationRefused(reason)
    if addressed_to.casefold() not in {email.casefold() for email in verified_emails}:
        raise InvitationRefused("not_addressee")
