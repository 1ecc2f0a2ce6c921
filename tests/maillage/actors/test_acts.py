"""The acts on people, organisations and rights, through the door: what they change, what they refuse, whom they say to ask."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import IntegrityError
from tests.maillage.actors.conftest import TODAY, act_as, add_role, make_person

from maillage.actors import api
from maillage.actors.data import VISITOR, Actor, ActorsAct, OrganisationKind, OrganisationState, Role, Thing
from maillage.actors.models import Delegation, Membership, Organisation, PerimeterPart, Person
from maillage.actors.operations import NewOrganisation
from maillage.actors.trace import ref_delegation, ref_organisation
from maillage.journal import api as journal
from maillage.territories.api import Level, TerritoryRef

pytestmark = pytest.mark.django_db
YEAR = api.Period(TODAY, TODAY + timedelta(days=365))
LANNION = TerritoryRef(Level.COMMUNE, "22113")


def delegate(maire: Person, organisation: Organisation, receiver: Person, *, role: Role = Role.ELU, period: api.Period = YEAR) -> int:
    """The maire's delegation, the second factor just given."""
    actor = act_as(maire, confirmed=True)
    return api.give_delegation(
        actor=actor,
        organisation=organisation.pk,
        receiver=receiver.pk,
        role=role,
        subject="Numérique",
        deed="Arrêté 2026-12",
        period=period,
    )


def test_an_actor_has_the_roles_and_the_perimeter_of_their_organisation(maire: Person, lannion: Organisation) -> None:
    actor = act_as(maire)

    assert (actor.organisation, actor.organisation_name) == (lannion.pk, "Commune de Lannion")
    assert actor.roles == {Role.VISITOR, Role.PERSON, Role.ADMINISTRATOR, Role.ELU}
    assert actor.perimeter == {LANNION}


def test_an_actor_is_read_in_few_queries(maire: Person, lannion: Organisation, django_assert_num_queries: object) -> None:
    with django_assert_num_queries(5):  # type: ignore[operator]
        act_as(maire)


def test_who_has_two_organisations_acts_for_the_one_chosen(maire: Person, lannion: Organisation) -> None:
    other = api.create_organisation(actor=act_as(maire), new=NewOrganisation("Club", OrganisationKind.ASSOCIATION, siren="356000000"))
    Organisation.objects.filter(pk=other.id).update(state=OrganisationState.ACTIVE)

    assert api.get_actor(maire.pk, other.id).organisation == other.id
    assert api.get_actor(maire.pk, 999).organisation == lannion.pk  # a choice that is no longer theirs


def test_an_organisation_that_waits_gives_no_role(maire: Person) -> None:
    made = api.create_organisation(actor=act_as(maire), new=NewOrganisation("Club", OrganisationKind.ASSOCIATION, siren="356000000"))

    assert made.state is OrganisationState.WAITING
    assert act_as(maire).roles == {Role.VISITOR, Role.PERSON}


def test_the_operator_s_visa_lets_an_organisation_act(maire: Person, operator: Actor) -> None:
    made = api.create_organisation(actor=act_as(maire), new=NewOrganisation("Club", OrganisationKind.ASSOCIATION, siren="356000000"))

    api.approve_organisation(actor=operator, organisation=made.id)

    assert Role.ADMINISTRATOR in act_as(maire).roles
    with pytest.raises(api.OrganisationNotActive):
        api.approve_organisation(actor=operator, organisation=made.id)


@pytest.mark.parametrize(
    "new",
    [
        NewOrganisation("Commune", OrganisationKind.COMMUNE),
        NewOrganisation("Commune", OrganisationKind.COMMUNE, siren="212201130"),
        NewOrganisation("Commune", OrganisationKind.COMMUNE, siren="２１２２０１１３１"),  # digits of another script
        NewOrganisation("Commune", OrganisationKind.COMMUNE, siren="212201131", siret="35600000000048"),
        NewOrganisation("Commune", OrganisationKind.COMMUNE, siren="212201131", country="BE"),
        NewOrganisation("Stad", OrganisationKind.FOREIGN, siren="212201131", country="BE"),
        NewOrganisation("Stad", OrganisationKind.FOREIGN),
    ],
)
def test_a_wrong_identifier_is_refused(maire: Person, new: NewOrganisation) -> None:
    with pytest.raises(api.WrongIdentifier):
        api.create_organisation(actor=act_as(maire), new=new)


def test_a_foreign_party_needs_no_siren_and_the_post_office_s_siret_is_right(maire: Person) -> None:
    api.create_organisation(actor=act_as(maire), new=NewOrganisation("Stad Brugge", OrganisationKind.FOREIGN, country="BE"))
    post = NewOrganisation("La Poste", OrganisationKind.FUNDER, siren="356000000", siret="35600000049837")

    assert api.create_organisation(actor=act_as(maire), new=post).siren == "356000000"


def test_the_database_itself_wants_a_siren_in_france() -> None:
    with pytest.raises(IntegrityError):
        Organisation.objects.create(name="x", kind=OrganisationKind.COMMUNE)


def test_a_second_organisation_of_one_siren_is_told_to_join_the_first(maire: Person, lannion: Organisation) -> None:
    with pytest.raises(api.OrganisationExists) as refused:
        api.create_organisation(actor=act_as(maire), new=NewOrganisation("Lannion", OrganisationKind.COMMUNE, siren="212201131"))

    assert refused.value.organisation == lannion.pk


def test_an_invitation_is_used_once_and_only_by_its_addressee(maire: Person, lannion: Organisation) -> None:
    addressee, other = make_person("invitee@lannion.example"), make_person("autre@lannion.example")
    secret = api.invite_member(actor=act_as(maire), organisation=lannion.pk, email="Invitee@Lannion.example ", role=Role.DGS)

    with pytest.raises(api.InvitationRefused, match="not_addressee"):
        api.accept_invitation(actor=act_as(other), secret=secret)
    assert api.accept_invitation(actor=act_as(addressee), secret=secret) == lannion.pk
    with pytest.raises(api.InvitationRefused, match="used"):
        api.accept_invitation(actor=act_as(addressee), secret=secret)
    with pytest.raises(api.UnknownInvitation):
        api.accept_invitation(actor=act_as(addressee), secret="secret")

    assert Role.DGS in act_as(addressee).roles


def test_an_invitation_waits_for_the_address_to_be_verified(maire: Person, lannion: Organisation) -> None:
    addressee = make_person("invitee@lannion.example")
    EmailAddress.objects.filter(user=addressee).update(verified=False)
    secret = api.invite_member(actor=act_as(maire), organisation=lannion.pk, email=addressee.email, role=Role.DGS)

    with pytest.raises(api.InvitationRefused, match="not_addressee"):
        api.accept_invitation(actor=act_as(addressee), secret=secret)


def test_a_second_invitation_replaces_the_first(maire: Person, lannion: Organisation) -> None:
    addressee = make_person("invitee@lannion.example")
    first, second = (
        api.invite_member(actor=act_as(maire), organisation=lannion.pk, email=addressee.email, role=Role.DGS) for _ in range(2)
    )

    with pytest.raises(api.InvitationRefused, match="revoked"):
        api.accept_invitation(actor=act_as(addressee), secret=first)
    api.accept_invitation(actor=act_as(addressee), secret=second)


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.NATIONAL_PILOT, Role.VISITOR, Role.SCHOOL_HEAD])
def test_a_commune_invites_nobody_to_a_role_that_it_does_not_know(maire: Person, lannion: Organisation, role: Role) -> None:
    with pytest.raises(api.RoleNotOfKind):
        api.invite_member(actor=act_as(maire), organisation=lannion.pk, email="x@y.example", role=role)


def test_the_last_administrator_names_another_before_leaving(maire: Person, secretary: Person, lannion: Organisation) -> None:
    own = Membership.objects.get(person=maire, role=Role.ADMINISTRATOR).pk

    with pytest.raises(api.LastAdministrator):
        api.end_membership(actor=act_as(maire), membership=own)
    add_role(secretary, lannion, Role.ADMINISTRATOR)
    api.end_membership(actor=act_as(maire), membership=own)

    assert Role.ADMINISTRATOR not in act_as(maire).roles
    with pytest.raises(api.UnknownMembership):
        api.end_membership(actor=act_as(secretary), membership=own)


def test_a_delegation_lends_a_role_for_its_days_and_ends_with_its_giver(maire: Person, secretary: Person, lannion: Organisation) -> None:
    adjoint = make_person("adjoint@lannion.example")
    delegation = delegate(maire, lannion, adjoint)
    assert act_as(adjoint).lent_roles == {Role.ELU}
    assert act_as(adjoint).organisation == lannion.pk

    api.revoke_delegation(actor=act_as(maire), delegation=delegation)
    assert act_as(adjoint).lent_roles == frozenset()
    with pytest.raises(api.DelegationRefused, match="over"):
        api.revoke_delegation(actor=act_as(maire), delegation=delegation)

    delegate(maire, lannion, adjoint)
    api.end_membership(actor=act_as(maire), membership=Membership.objects.get(person=maire, role=Role.ELU).pk)
    assert act_as(adjoint).lent_roles == frozenset()


@pytest.mark.parametrize("period", [api.Period(date(2020, 1, 1), date(2020, 12, 31)), api.Period(TODAY + timedelta(days=1), YEAR.ends_on)])
def test_a_delegation_that_is_over_or_to_come_lends_nothing(maire: Person, lannion: Organisation, period: api.Period) -> None:
    adjoint = make_person("adjoint@lannion.example")
    Delegation.objects.create(
        organisation=lannion, giver=maire, receiver=adjoint, role=Role.ELU, starts_on=period.starts_on, ends_on=period.ends_on
    )

    assert act_as(adjoint).lent_roles == frozenset()


def test_two_delegations_of_one_subject_do_not_overlap(maire: Person, lannion: Organisation) -> None:
    delegate(maire, lannion, make_person("adjoint@lannion.example"))

    with pytest.raises(api.DelegationRefused, match="overlaps"):
        delegate(maire, lannion, make_person("autre@lannion.example"))


def test_one_lends_only_a_role_that_one_holds(maire: Person, lannion: Organisation, secretary: Person) -> None:
    with pytest.raises(api.DelegationRefused, match="role_not_held"):
        delegate(maire, lannion, secretary, role=Role.DGS)


def test_a_grave_act_wants_the_second_factor(maire: Person, lannion: Organisation, secretary: Person) -> None:
    with pytest.raises(api.SecondFactorNeeded):
        api.give_delegation(
            actor=act_as(maire), organisation=lannion.pk, receiver=secretary.pk, role=Role.ELU, subject="x", deed="y", period=YEAR
        )


def test_a_merged_organisation_ends_and_its_members_go_on(maire: Person, secretary: Person, lannion: Organisation, operator: Actor) -> None:
    new = api.create_organisation(
        actor=act_as(make_person("a@b.example")), new=NewOrganisation("Agglo", OrganisationKind.EPCI, siren="200065928")
    )
    api.approve_organisation(actor=operator, organisation=new.id)

    api.end_organisation(actor=operator, organisation=lannion.pk, successor=new.id)

    assert api.get_organisation(lannion.pk).state is OrganisationState.ENDED
    assert api.get_organisation(lannion.pk).successor == new.id
    assert {Role.ELU, Role.ADMINISTRATOR} <= act_as(maire).roles
    assert act_as(maire).organisation == new.id
    assert act_as(secretary).organisation is None  # an EPCI knows no secrétaire de mairie
    with pytest.raises(api.OrganisationNotActive):
        api.end_organisation(actor=operator, organisation=lannion.pk)


def test_a_perimeter_given_before_a_merger_holds_the_merged_commune(lannion: Organisation, maire: Person) -> None:
    PerimeterPart.objects.filter(organisation=lannion).update(code="24089", cog_year=2021)

    assert act_as(maire).perimeter == {TerritoryRef(Level.COMMUNE, "24325")}


def test_organisations_are_found_by_the_territory_on_which_they_act(lannion: Organisation, operator: Actor) -> None:
    region = api.create_organisation(actor=operator, new=NewOrganisation("Région", OrganisationKind.REGION, siren="233500016"))
    api.change_perimeter(actor=operator, organisation=region.id, perimeter=[TerritoryRef(Level.REGION, "53")])

    assert [one.name for one in api.list_organisations(around=LANNION)] == ["Commune de Lannion", "Région"]
    assert [one.name for one in api.list_organisations(around=TerritoryRef(Level.COMMUNE, "35238"))] == ["Région"]


def test_a_refusal_says_which_role_and_whom_to_ask(maire: Person, secretary: Person, lannion: Organisation) -> None:
    about = Thing(organisation=lannion.pk)

    with pytest.raises(api.NotAllowed) as stranger:
        api.check_can(VISITOR, ActorsAct.INVITE_MEMBER, about)
    with pytest.raises(api.NotAllowed) as member:
        api.check_can(act_as(secretary), ActorsAct.GIVE_DELEGATION, about)

    assert stranger.value.whom == "Commune de Lannion (accueil@lannion.example)"  # no name of a person
    assert member.value.whom == "Maire (Commune de Lannion)"
    assert Role.ELU in next(iter(member.value.permission.granted.values()))


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", "Robert'); DROP TABLE actors_person;--", "\u202eecneréfni", "a" * 120])
def test_hostile_names_are_kept_as_they_are(name: str) -> None:
    person = make_person("hostile@example.org", name)

    assert Person.objects.get(pk=person.pk).name == name


def test_two_accounts_never_share_an_address() -> None:
    make_person("camille@lannion.example")

    with pytest.raises(api.PersonExists):
        make_person("Camille@Lannion.example")


def test_a_closed_account_acts_no_more(maire: Person, lannion: Organisation) -> None:
    Person.objects.filter(pk=maire.pk).update(is_active=False)

    with pytest.raises(api.UnknownPerson):
        act_as(maire)


def test_each_act_leaves_its_event_and_the_history_says_who_did_what(
    maire: Person, secretary: Person, lannion: Organisation, operator: Actor
) -> None:
    guest = make_person("dgs@lannion.example", "Dominique")
    secret = api.invite_member(actor=act_as(maire), organisation=lannion.pk, email=guest.email, role=Role.DGS)
    api.accept_invitation(actor=act_as(guest), secret=secret)
    delegation = delegate(maire, lannion, secretary)
    api.revoke_delegation(actor=act_as(maire), delegation=delegation)
    api.change_perimeter(actor=operator, organisation=lannion.pk, perimeter=[LANNION])
    api.end_membership(actor=act_as(maire), membership=Membership.objects.get(person=guest).pk)
    api.end_organisation(actor=operator, organisation=lannion.pk)

    told = [(line.who.text, line.did, line.what.text) for line in journal.list_history(about=ref_organisation(lannion.pk))]
    deed = [(line.who.text, line.did, line.what.text) for line in journal.list_history(about=ref_delegation(delegation))]

    lannion_is = "Commune de Lannion"
    assert told[::-1] == [
        ("La machine qui tient ce site", "a inscrit", lannion_is),
        ("Maire", "a invité quelqu’un dans", lannion_is),
        ("Dominique", "a rejoint", lannion_is),
        ("Opératrice", "a changé le périmètre de", lannion_is),
        ("Maire", "a mis fin à un rôle dans", lannion_is),
        ("Opératrice", "a clos", lannion_is),
    ]
    assert deed == [("Maire", did, "la délégation de Secretaire (Numérique)") for did in ("a retiré", "a donné")]


def test_the_journal_says_which_right_is_held_and_which_is_lent(maire: Person, lannion: Organisation) -> None:
    adjoint = make_person("adjoint@lannion.example")
    add_role(adjoint, lannion, Role.DGS)
    delegate(maire, lannion, adjoint)

    api.invite_member(actor=act_as(adjoint), organisation=lannion.pk, email="x@y.example", role=Role.DSI)

    assert journal.list_events(about=ref_organisation(lannion.pk))[0].right == "dgs person visitor delegation:elu"


def test_an_act_that_fails_leaves_no_event(maire: Person, lannion: Organisation) -> None:
    before = len(journal.list_events(about=ref_organisation(lannion.pk)))

    with pytest.raises(api.RoleNotOfKind):
        api.invite_member(actor=act_as(maire), organisation=lannion.pk, email="x@y.example", role=Role.OPERATOR)

    assert len(journal.list_events(about=ref_organisation(lannion.pk))) == before
