"""Who may do the acts of this room, and of the rooms below, which cannot know of rights."""

from maillage.actors.data import ActorsAct, Permission, Relation, Role

_EVERYBODY = {Relation.ELSEWHERE: frozenset({Role.VISITOR})}
_OPERATOR = {Relation.ELSEWHERE: frozenset({Role.OPERATOR})}
_MEMBERS = frozenset(Role) - {Role.VISITOR, Role.PERSON}
_WATCHERS = frozenset({Role.OPERATOR})

ACTORS = (
    Permission(ActorsAct.READ_DIRECTORY, "lire l’annuaire des organisations", _EVERYBODY),
    Permission(ActorsAct.CREATE_ORGANISATION, "inscrire une organisation", {Relation.ELSEWHERE: frozenset({Role.PERSON})}),
    Permission(ActorsAct.APPROVE_ORGANISATION, "viser l’inscription d’une organisation", _OPERATOR),
    Permission(
        ActorsAct.EDIT_ORGANISATION,
        "modifier la fiche d’une organisation",
        {Relation.ORGANISATION: frozenset({Role.ADMINISTRATOR}), Relation.ELSEWHERE: frozenset({Role.OPERATOR})},
    ),
    Permission(ActorsAct.CHANGE_PERIMETER, "changer le périmètre d’une organisation", _OPERATOR, grave=True),
    Permission(ActorsAct.END_ORGANISATION, "clore une organisation ou la réunir à une autre", _OPERATOR, grave=True),
    Permission(
        ActorsAct.READ_MEMBERS,
        "lire les noms des membres d’une organisation",
        {Relation.ORGANISATION: _MEMBERS, Relation.ELSEWHERE: _WATCHERS},
    ),
    Permission(
        ActorsAct.INVITE_MEMBER,
        "inviter quelqu’un dans une organisation",
        {Relation.ORGANISATION: frozenset({Role.ADMINISTRATOR, Role.DGS, Role.SECRETAIRE_DE_MAIRIE})},
    ),
    Permission(
        ActorsAct.ACCEPT_INVITATION, "vous servir d’une invitation qui vous est adressée", {Relation.ELSEWHERE: frozenset({Role.PERSON})}
    ),
    Permission(
        ActorsAct.END_MEMBERSHIP,
        "mettre fin au rôle d’un membre",
        {
            Relation.SELF: frozenset({Role.PERSON}),
            Relation.ORGANISATION: frozenset({Role.ADMINISTRATOR}),
            Relation.ELSEWHERE: frozenset({Role.OPERATOR}),
        },
    ),
    Permission(
        ActorsAct.GIVE_DELEGATION,
        "donner délégation",
        {Relation.ORGANISATION: frozenset({Role.ELU, Role.PREFECTURE, Role.SOUS_PREFECTURE, Role.SCHOOL_HEAD, Role.ASSOCIATION})},
        grave=True,
        by_delegation=False,
    ),
    Permission(
        ActorsAct.REVOKE_DELEGATION,
        "retirer une délégation",
        {
            Relation.ORGANISATION: frozenset(
                {Role.ADMINISTRATOR, Role.ELU, Role.PREFECTURE, Role.SOUS_PREFECTURE, Role.SCHOOL_HEAD, Role.ASSOCIATION}
            )
        },
        by_delegation=False,
    ),
    Permission(ActorsAct.READ_ACCOUNT, "lire un compte", {Relation.SELF: frozenset({Role.PERSON})}),
)
