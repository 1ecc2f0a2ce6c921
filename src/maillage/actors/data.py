"""What passes through the door of `actors`: roles, relations, an actor, what an act is about, the rights it asks. No Django here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from jauge.territories import TerritoryRef

type PersonId = int
type OrganisationId = int


class Role(StrEnum):
    """In what capacity somebody acts. The first two need no membership: whoever comes, and whoever has signed in."""

    VISITOR = "visitor"
    PERSON = "person"
    ADMINISTRATOR = "administrator"
    CHARGE_DE_MISSION = "charge_de_mission"
    ELU = "elu"
    SECRETAIRE_DE_MAIRIE = "secretaire_de_mairie"
    DGS = "dgs"
    MEDIATEUR = "mediateur"
    DSI = "dsi"
    ARCHIVISTE = "archiviste"
    DPO = "dpo"
    SCHOOL_HEAD = "school_head"
    ASSOCIATION = "association"
    FUNDER = "funder"
    PREFECTURE = "prefecture"
    SOUS_PREFECTURE = "sous_prefecture"
    NATIONAL_PILOT = "national_pilot"
    OPERATOR = "operator"


class OrganisationKind(StrEnum):
    """What an organisation is; it bounds the roles that its members may hold (`rules.ROLES_OF_KIND`)."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    SYNDICAT = "syndicat"
    SCHOOL = "school"
    ASSOCIATION = "association"
    FUNDER = "funder"
    PREFECTURE = "prefecture"
    SOUS_PREFECTURE = "sous_prefecture"
    NATIONAL = "national"
    OPERATOR = "operator"
    FOREIGN = "foreign"  # abroad: no SIREN


class OrganisationState(StrEnum):
    """An organisation waits for a check, acts, or has come to its end (merged into another, or dissolved)."""

    WAITING = "waiting"
    ACTIVE = "active"
    ENDED = "ended"


class Relation(StrEnum):
    """How an actor stands to what the act is about; `ELSEWHERE` is always true."""

    SELF = "self"
    ORGANISATION = "organisation"
    PERIMETER = "perimeter"
    ELSEWHERE = "elsewhere"


class ActorsAct(StrEnum):
    """The acts of this room."""

    READ_DIRECTORY = "read_directory"
    CREATE_ORGANISATION = "create_organisation"
    APPROVE_ORGANISATION = "approve_organisation"
    EDIT_ORGANISATION = "edit_organisation"
    CHANGE_PERIMETER = "change_perimeter"
    END_ORGANISATION = "end_organisation"
    READ_MEMBERS = "read_members"
    INVITE_MEMBER = "invite_member"
    ACCEPT_INVITATION = "accept_invitation"
    END_MEMBERSHIP = "end_membership"
    GIVE_DELEGATION = "give_delegation"
    REVOKE_DELEGATION = "revoke_delegation"
    READ_ACCOUNT = "read_account"


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, for which organisation, in which roles, on which territories. `roles` are held, `lent_roles` come by delegation.

    `perimeter` holds the territories as they were given (newest vintage); what lies inside them belongs to it too.
    `confirmed_at`: when the second factor was last given in this session; None without.
    """

    person: PersonId | None = None
    name: str = ""
    organisation: OrganisationId | None = None
    organisation_name: str = ""
    roles: frozenset[Role] = frozenset({Role.VISITOR})
    lent_roles: frozenset[Role] = frozenset()
    perimeter: frozenset[TerritoryRef] = frozenset()
    confirmed_at: datetime | None = None

    @property
    def is_signed_in(self) -> bool:
        """True for a person, False for a visitor."""
        return self.person is not None

    @property
    def account(self) -> PersonId:
        """The person, for acts that the gate opens to nobody without account. Raises LookupError for a visitor."""
        if self.person is None:
            raise LookupError("a visitor has no account")
        return self.person


VISITOR = Actor()
# Who types commands on the machine that keeps the site holds its database anyway: the gate knows them as an operator.
MACHINE = Actor(name="machine", roles=frozenset({Role.VISITOR, Role.OPERATOR}))


@dataclass(frozen=True, slots=True)
class Thing:
    """What an act is about, as far as rights go: whose it is and where. All empty: an act about nothing in particular."""

    territory: TerritoryRef | None = None
    organisation: OrganisationId | None = None
    person: PersonId | None = None


NOTHING = Thing()


@dataclass(frozen=True, slots=True)
class Permission:
    """Who may do an act: for each relation, the roles that it opens to. `grave` asks for the second factor again.

    `by_delegation` False: a role that was lent does not open it (who received a delegation does not pass it on).
    `label` completes «Vous pouvez…».
    """

    act: StrEnum
    label: str
    granted: Mapping[Relation, frozenset[Role]] = field(hash=False)
    grave: bool = False
    by_delegation: bool = True

    @property
    def room(self) -> str:
        """The room that declares the act."""
        return type(self.act).__module__.split(".")[1]

    @property
    def name(self) -> str:
        """The act's stable name in journals and addresses: `actors.invite_member`."""
        return f"{self.room}.{self.act.value}"


@dataclass(frozen=True, slots=True)
class OrganisationInfo:
    """An organisation as pages show it. `perimeter`: its territories; `successor`: the one that it was merged into."""

    id: OrganisationId
    name: str
    kind: OrganisationKind
    state: OrganisationState
    siren: str
    country: str
    contact_email: str
    perimeter: tuple[TerritoryRef, ...]
    successor: OrganisationId | None
    fictitious: bool

    @property
    def thing(self) -> Thing:
        """The organisation as what an act is about."""
        return Thing(organisation=self.id, territory=self.perimeter[0] if self.perimeter else None)


@dataclass(frozen=True, slots=True)
class MembershipInfo:
    """A person in a role of an organisation."""

    id: int
    person: PersonId
    person_name: str
    organisation: OrganisationId
    organisation_name: str
    role: Role
    started_on: date


@dataclass(frozen=True, slots=True)
class DelegationInfo:
    """A role lent by one person to another, from a day to another (both included), by a dated deed."""

    id: int
    organisation: OrganisationId
    giver_name: str
    receiver_name: str
    role: Role
    subject: str
    deed: str
    starts_on: date
    ends_on: date
    revoked_on: date | None
