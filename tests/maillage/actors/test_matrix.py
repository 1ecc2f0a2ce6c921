"""Who may do what, as a grid that a person can read: each cell is tried in each relation, and the page says the same."""

import itertools
from datetime import UTC, datetime
from enum import StrEnum

import pytest
from django.test import Client

from jauge.territories import Level, TerritoryRef
from maillage.actors import api, gate, rules
from maillage.actors.data import Actor, ActorsAct, Relation, Role, Thing
from maillage.diagnoses.data import DiagnosesAct
from maillage.observatory.data import ObservatoryAct

# Rows: roles; columns: acts. S for oneself, O in one's organisation, P on its perimeter, E everywhere; «.» never.
# What opens to all is written on the two first rows, and holds for the others.
GRID = """
                     visitor person administrator charge_de_mission elu secretaire_de_mairie dgs mediateur dsi archiviste dpo school_head association funder prefecture sous_prefecture national_pilot operator
read_directory       E       .      .             .                 .   .                    .   .         .   .          .   .           .           .      .          .               .              .
create_organisation  .       E      .             .                 .   .                    .   .         .   .          .   .           .           .      .          .               .              .
approve_organisation .       .      .             .                 .   .                    .   .         .   .          .   .           .           .      .          .               .              E
edit_organisation    .       .      O             .                 .   .                    .   .         .   .          .   .           .           .      .          .               .              E
change_perimeter     .       .      .             .                 .   .                    .   .         .   .          .   .           .           .      .          .               .              E
end_organisation     .       .      .             .                 .   .                    .   .         .   .          .   .           .           .      .          .               .              E
read_members         .       .      O             O                 O   O                    O   O         O   O          O   O           O           O      O          O               O              E
invite_member        .       .      O             .                 .   O                    O   .         .   .          .   .           .           .      .          .               .              .
accept_invitation    .       E      .             .                 .   .                    .   .         .   .          .   .           .           .      .          .               .              .
end_membership       .       S      O             .                 .   .                    .   .         .   .          .   .           .           .      .          .               .              E
give_delegation      .       .      .             .                 O   .                    .   .         .   .          .   O           O           .      O          O               .              .
revoke_delegation    .       .      O             .                 O   .                    .   .         .   .          .   O           O           .      O          O               .              .
read_account         .       S      .             .                 .   .                    .   .         .   .          .   .           .           .      .          .               .              .
build_release        .       .      .             .                 .   .                    .   .         .   .          .   .           .           .      .          .               E              E
prepare_document     E       .      .             .                 .   .                    .   .         .   .          .   .           .           .      .          .               .              .
"""  # noqa: E501 - a grid
_HEAD, *_ROWS = [line.split() for line in GRID.strip().splitlines()]
CELLS = {(row[0], role): letter for row in _ROWS for role, letter in zip(_HEAD, row[1:], strict=True)}
ACTS: tuple[StrEnum, ...] = (*ActorsAct, *ObservatoryAct, *DiagnosesAct)
LETTERS = {Relation.SELF: "S", Relation.ORGANISATION: "O", Relation.PERIMETER: "P", Relation.ELSEWHERE: "E"}
BRETAGNE, LANNION = TerritoryRef(Level.REGION, "53"), TerritoryRef(Level.COMMUNE, "22113")
THINGS = {
    Relation.SELF: Thing(person=1),
    Relation.ORGANISATION: Thing(organisation=1),
    Relation.PERIMETER: Thing(organisation=2, person=2, territory=LANNION),
    Relation.ELSEWHERE: Thing(organisation=2, person=2, territory=TerritoryRef(Level.COMMUNE, "97411")),
}


def make_actor(role: Role) -> Actor:
    """Somebody with this role alone (and what everybody has), of organisation 1 in Bretagne, whose second factor was just given."""
    if role is Role.VISITOR:
        return Actor()
    roles = frozenset({Role.VISITOR, Role.PERSON, role})
    member = role is not Role.PERSON
    return Actor(
        person=1,
        name="Camille",
        organisation=1 if member else None,
        roles=roles,
        perimeter=frozenset({BRETAGNE}) if member else frozenset(),
        confirmed_at=datetime.now(UTC),
    )


def expect(act: StrEnum, role: Role, relation: Relation) -> bool:
    """What the grid says of a role, what is open to everybody counted."""
    if role in {Role.VISITOR, Role.PERSON} and relation in {Relation.ORGANISATION, Relation.PERIMETER}:
        relation = Relation.ELSEWHERE  # they belong to no organisation
    if role is Role.VISITOR and relation is Relation.SELF:
        relation = Relation.ELSEWHERE
    held = {role, Role.VISITOR} | ({Role.PERSON} if role is not Role.VISITOR else set())
    letters = {CELLS[act, one] for one in held}
    return "E" in letters or LETTERS[relation] in letters


def test_the_grid_has_a_row_for_each_act_and_a_column_for_each_role() -> None:
    assert [role.value for role in Role] == _HEAD
    assert [row[0] for row in _ROWS] == [act.value for act in ACTS]
    assert {permission.act for permission in api.list_permissions()} == set(ACTS)
    assert len(CELLS) * len(Relation) >= 150


@pytest.mark.parametrize(("act", "role"), list(itertools.product(ACTS, Role)))
def test_the_gate_opens_where_the_grid_says_and_nowhere_else(act: StrEnum, role: Role) -> None:
    actor = make_actor(role)

    opened = {relation for relation, thing in THINGS.items() if gate_opens(actor, act, thing)}

    assert opened == {relation for relation in Relation if expect(act, role, relation)}


def gate_opens(actor: Actor, act: StrEnum, thing: Thing) -> bool:
    """The gate without the database, which it reads only to say whom to ask."""
    try:
        gate.check_can(actor, act, thing, now=datetime.now(UTC), ask=lambda _: "")
    except rules.NotAllowed:
        return False
    return True


def test_an_act_that_no_room_declared_is_open_to_nobody() -> None:
    with pytest.raises(api.UnknownAct):
        api.check_can(make_actor(Role.OPERATOR), Role.OPERATOR)


def test_a_perimeter_holds_what_lies_inside_it_and_follows_a_merger() -> None:
    assert BRETAGNE in gate.find_around(LANNION)
    assert TerritoryRef(Level.COMMUNE, "24325") in gate.find_around(TerritoryRef(Level.COMMUNE, "24089", 2021))  # merged in 2022
    assert gate.find_around(TerritoryRef(Level.COMMUNE, "99999")) == {TerritoryRef(Level.COMMUNE, "99999")}


def test_an_act_is_not_declared_twice() -> None:
    known = gate.get_permission(ActorsAct.READ_DIRECTORY)

    api.register_acts(known)
    with pytest.raises(ValueError, match="two permissions"):
        api.register_acts(rules.Permission(ActorsAct.READ_DIRECTORY, "autre chose", {}))


@pytest.mark.django_db
def test_the_page_says_what_the_gate_does(client: Client) -> None:
    page = client.get("/droits/").content.decode()

    for permission in api.list_permissions():
        assert permission.label in page
    assert "Acte grave" in page
