"""Pure decisions, case by case: delegations, invitations, the last administrator, roles by kind, the second factor."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maillage.actors import rules
from maillage.actors.data import Actor, OrganisationKind, OrganisationState, Permission, Relation, Role
from maillage.actors.data import ActorsAct as Act
from maillage.actors.rules import Period

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
DAYS = st.integers(-400, 400).map(lambda days: TODAY + timedelta(days=days))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    """Periods of a year at most, some revoked."""
    start = draw(DAYS)
    return Period(start, start + timedelta(days=draw(st.integers(0, 365))), draw(st.none() | DAYS))


@given(periods(), periods())
def test_two_periods_meet_exactly_when_a_day_is_in_both(one: Period, other: Period) -> None:
    days = (one.starts_on + timedelta(days=number) for number in range(366))

    assert one.meets(other) is any(one.holds_on(day) and other.holds_on(day) for day in days)
    assert one.meets(other) is other.meets(one)


@pytest.mark.parametrize(
    ("period", "to_oneself", "reason"),
    [
        (Period(TODAY, TODAY), False, ""),
        (Period(TODAY, TODAY + timedelta(days=365)), True, "to_oneself"),
        (Period(TODAY, TODAY - timedelta(days=1)), False, "dates_reversed"),
        (Period(date(2025, 1, 1), date(2025, 12, 31)), False, "over"),
        (Period(TODAY, date(2040, 1, 1)), False, "too_long"),
        (Period(TODAY, date(2027, 3, 1)), False, "overlaps"),  # the other one begins on 1 March
    ],
)
def test_a_delegation_is_refused_with_its_reason(period: Period, to_oneself: bool, reason: str) -> None:
    others = [Period(date(2027, 3, 1), date(2027, 6, 1)), Period(TODAY, date(2027, 6, 1), revoked_on=TODAY)]

    if not reason:
        rules.check_can_delegate(period, to_oneself=to_oneself, others=others, today=TODAY)
        return
    with pytest.raises(rules.DelegationRefused) as refused:
        rules.check_can_delegate(period, to_oneself=to_oneself, others=others, today=TODAY)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("verified", "expires_in_h", "used", "revoked", "reason"),
    [
        (["Camille@Lannion.fr"], 1, False, False, ""),
        (["autre@lannion.fr"], 1, False, False, "not_addressee"),
        ([], 1, False, False, "not_addressee"),
        (["camille@lannion.fr"], 0, False, False, "expired"),
        (["camille@lannion.fr"], 1, True, False, "used"),
        (["camille@lannion.fr"], 1, False, True, "revoked"),
    ],
)
def test_an_invitation_opens_once_to_its_addressee_in_time(
    verified: list[str], expires_in_h: int, used: bool, revoked: bool, reason: str
) -> None:
    def accept() -> None:
        rules.check_can_accept(
            addressed_to="camille@lannion.fr",
            verified_emails=verified,
            expires_at=NOW + timedelta(hours=expires_in_h),
            used=used,
            revoked=revoked,
            now=NOW,
        )

    if not reason:
        accept()
        return
    with pytest.raises(rules.InvitationRefused) as refused:
        accept()
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("role", "administrators", "leaves"),
    [(Role.ADMINISTRATOR, 1, False), (Role.ADMINISTRATOR, 2, True), (Role.ELU, 1, True), (Role.ELU, 0, True)],
)
def test_the_last_administrator_stays(role: Role, administrators: int, leaves: bool) -> None:
    if leaves:
        rules.check_can_end_membership(role, administrators=administrators)
        return
    with pytest.raises(rules.LastAdministrator):
        rules.check_can_end_membership(role, administrators=administrators)


@pytest.mark.parametrize("kind", list(OrganisationKind))
def test_only_the_operator_s_organisation_has_operators(kind: OrganisationKind) -> None:
    assert rules.can_hold_role(Role.OPERATOR, kind) is (kind is OrganisationKind.OPERATOR)
    assert rules.can_hold_role(Role.NATIONAL_PILOT, kind) is (kind is OrganisationKind.NATIONAL)
    assert rules.can_hold_role(Role.ADMINISTRATOR, kind)
    assert not rules.can_hold_role(Role.VISITOR, kind)
    with pytest.raises(rules.RoleNotOfKind):
        rules.check_role_of_kind(Role.PERSON, kind)


@pytest.mark.parametrize(
    ("kind", "email", "state"),
    [
        (OrganisationKind.PREFECTURE, "a@cotes-darmor.gouv.fr", OrganisationState.ACTIVE),
        (OrganisationKind.PREFECTURE, "a@gouv.fr.example.org", OrganisationState.WAITING),
        (OrganisationKind.PREFECTURE, "a@fauxgouv.fr", OrganisationState.WAITING),
        (OrganisationKind.PREFECTURE, "", OrganisationState.WAITING),
        (OrganisationKind.COMMUNE, "a@mairie-lannion.fr", OrganisationState.WAITING),
        (OrganisationKind.OPERATOR, "a@x.gouv.fr", OrganisationState.WAITING),
        (OrganisationKind.NATIONAL, "a@x.gouv.fr", OrganisationState.WAITING),
    ],
)
def test_an_organisation_waits_unless_the_address_proves_it(kind: OrganisationKind, email: str, state: OrganisationState) -> None:
    assert rules.first_state(kind, email) is state


GRAVE = Permission(Act.GIVE_DELEGATION, "x", {Relation.ELSEWHERE: frozenset({Role.ELU})}, grave=True, by_delegation=False)


@pytest.mark.parametrize("minutes", [None, -1, 10, 600])
def test_a_grave_act_wants_a_second_factor_given_less_than_ten_minutes_ago(minutes: int | None) -> None:
    confirmed = None if minutes is None else NOW - timedelta(minutes=minutes)

    with pytest.raises(rules.SecondFactorNeeded):
        rules.check_can(Actor(person=1, roles=frozenset({Role.ELU}), confirmed_at=confirmed), GRAVE, now=NOW)
    rules.check_can(Actor(person=1, roles=frozenset({Role.ELU}), confirmed_at=NOW - timedelta(minutes=9)), GRAVE, now=NOW)


def test_a_lent_role_does_not_pass_a_delegation_on() -> None:
    delegate = Actor(person=1, lent_roles=frozenset({Role.ELU}), confirmed_at=NOW)

    with pytest.raises(rules.NotAllowed):
        rules.check_can(delegate, GRAVE, now=NOW)
    rules.check_can(delegate, Permission(Act.INVITE_MEMBER, "x", GRAVE.granted), now=NOW)
