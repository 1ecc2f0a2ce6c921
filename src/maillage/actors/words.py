"""How the house says a role, a kind of organisation, a relation (French; msgids of the translations)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.actors.data import OrganisationKind, OrganisationState, Relation, Role
from maillage.actors.rules import Refusal

ROLE_WORDS: dict[Role, Promise] = {
    Role.VISITOR: _("tout le monde, sans compte"),
    Role.PERSON: _("toute personne connectée"),
    Role.ADMINISTRATOR: _("administrateur"),
    Role.CHARGE_DE_MISSION: _("chargé de mission"),
    Role.ELU: _("élu"),
    Role.SECRETAIRE_DE_MAIRIE: _("secrétaire de mairie"),
    Role.DGS: _("directeur général des services"),
    Role.MEDIATEUR: _("médiateur numérique"),
    Role.DSI: _("directeur des systèmes d’information"),
    Role.ARCHIVISTE: _("archiviste"),
    Role.DPO: _("délégué à la protection des données"),
    Role.SCHOOL_HEAD: _("chef d’établissement"),
    Role.ASSOCIATION: _("représentant d’une association"),
    Role.FUNDER: _("financeur"),
    Role.PREFECTURE: _("préfecture"),
    Role.SOUS_PREFECTURE: _("sous-préfecture"),
    Role.NATIONAL_PILOT: _("pilote national"),
    Role.OPERATOR: _("opérateur du site"),
}
KIND_WORDS: dict[OrganisationKind, Promise] = {
    OrganisationKind.COMMUNE: _("commune"),
    OrganisationKind.EPCI: _("intercommunalité"),
    OrganisationKind.DEPARTEMENT: _("département"),
    OrganisationKind.REGION: _("région"),
    OrganisationKind.SYNDICAT: _("syndicat"),
    OrganisationKind.SCHOOL: _("établissement scolaire"),
    OrganisationKind.ASSOCIATION: _("association"),
    OrganisationKind.FUNDER: _("financeur"),
    OrganisationKind.PREFECTURE: _("préfecture"),
    OrganisationKind.SOUS_PREFECTURE: _("sous-préfecture"),
    OrganisationKind.NATIONAL: _("pilote national"),
    OrganisationKind.OPERATOR: _("opérateur du site"),
    OrganisationKind.FOREIGN: _("organisation étrangère"),
}
STATE_WORDS: dict[OrganisationState, Promise] = {
    OrganisationState.WAITING: _("en attente d’un visa"),
    OrganisationState.ACTIVE: _("active"),
    OrganisationState.ENDED: _("close"),
}
RELATION_WORDS: dict[Relation, Promise] = {
    Relation.SELF: _("pour soi-même"),
    Relation.ORGANISATION: _("dans son organisation"),
    Relation.PERIMETER: _("sur le périmètre de son organisation"),
    Relation.ELSEWHERE: _("partout"),
}
ROOM_WORDS: dict[str, Promise] = {
    "actors": _("Comptes et organisations"),
    "diagnoses": _("Diagnostics"),
    "jobs": _("Travaux longs"),
    "journal": _("Journal"),
    "observatory": _("Observatoire"),
    "perimeters": _("Périmètres"),
}
REFUSAL_WORDS: dict[str, Promise] = {
    "wrong_identifier": _("Ce SIREN ou ce SIRET n’en est pas un, manque, ou ne va pas avec le pays ou la nature. Vérifiez les chiffres."),
    "organisation_exists": _("Une organisation porte déjà ce SIREN : demandez à l’un de ses membres de vous inviter."),
    "organisation_not_active": _("Cette organisation attend encore son visa, ou elle est close : on ne peut pas agir pour elle."),
    "role_not_of_kind": _("Ce rôle n’existe pas dans une organisation de cette nature."),
    "last_administrator": _("C’est le dernier administrateur : nommez-en d’abord un autre."),
    "already_member": _("Vous avez déjà ce rôle dans cette organisation."),
    "to_oneself": _("On ne se donne pas délégation à soi-même."),
    "dates_reversed": _("La fin vient avant le début : vérifiez les dates."),
    "over": _("Cette délégation est déjà finie : rien n’a été changé."),
    "too_long": _("Une délégation ne dure pas plus qu’un mandat : rapprochez la fin."),
    "overlaps": _("Une autre délégation porte déjà sur ce sujet pendant ces jours : retirez-la, ou changez les dates."),
    "role_not_held": _("On ne prête qu’un rôle que l’on tient soi-même."),
    "used": _("Cette invitation a déjà servi : demandez-en une autre."),
    "revoked": _("Cette invitation a été remplacée par une plus récente : cherchez le dernier courriel reçu."),
    "expired": _("Cette invitation est trop ancienne : demandez-en une autre."),
    "not_addressee": _("Cette invitation est adressée à quelqu’un d’autre : elle ne sert qu’au compte de son adresse, une fois vérifiée."),
}


def tell_refusal(refusal: Refusal) -> str:
    """Why an act was refused and what to do, in a sentence."""
    return str(REFUSAL_WORDS[getattr(refusal, "reason", "") or refusal.code])


def tell_needed(granted: dict[Relation, frozenset[Role]]) -> str:
    """Which roles open an act, in words: `administrateur (dans son organisation) ; opérateur du site (partout)`.

    >>> tell_needed({Relation.ELSEWHERE: frozenset({Role.OPERATOR})})
    'opérateur du site (partout)'
    """
    parts = []
    for relation in Relation:
        if roles := granted.get(relation):
            parts.append(f"{', '.join(str(ROLE_WORDS[role]) for role in Role if role in roles)} ({RELATION_WORDS[relation]})")
    return "\u202f; ".join(parts)
