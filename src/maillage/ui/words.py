"""How the house says a status, a reason, a level, a kind of territory (French; msgids of the translations)."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from jauge.quantities import Reason, Status
from jauge.releases import Change, RevisionCause
from jauge.territories import Level

STATUS_WORDS: dict[Status, Promise] = {
    Status.OBSERVED: _("observé"),
    Status.ESTIMATED: _("estimé"),
    Status.SECRET: _("couvert par le secret statistique"),
    Status.MISSING: _("non disponible"),
    Status.SIMULATED: _("simulé"),
}
REASON_WORDS: dict[Reason, Promise] = {
    Reason.NOT_COLLECTED: _("La source ne recueille pas ce chiffre pour ce territoire."),
    Reason.STATISTICAL_SECRECY: _("L’éditeur ne diffuse pas ce chiffre : trop peu de personnes ou de foyers y seraient reconnaissables."),
    Reason.COMPLEMENTARY_SECRECY: _(
        "Ce chiffre est masqué pour en protéger un autre : une soustraction le livrerait, et l’éditeur tient cet autre secret."
    ),
    Reason.NOT_APPLICABLE: _("Ce chiffre n’a pas de sens ici : le dénominateur est nul."),
    Reason.SOURCE_ERROR: _("La source se contredit (un numérateur dépasse son dénominateur, par exemple) : le chiffre est écarté."),
    Reason.TERRITORY_CHANGED: _("Le territoire a changé depuis : le chiffre ne peut pas lui être rapporté."),
    Reason.NOT_AGGREGABLE: _("La source ne donne cette mesure qu’à un autre niveau, et un taux ou une médiane ne s’additionnent pas."),
    Reason.PARTIAL_COVERAGE: _("Une partie des communes n’est pas renseignée."),
    Reason.SPLIT_BY_POPULATION: _("La commune a été séparée depuis : le chiffre est partagé selon la population municipale."),
    Reason.WEIGHTED: _("Le taux est la moyenne des territoires plus petits, pondérée par un effectif de la livraison."),
    Reason.SIMULATED: _("Ce chiffre est inventé pour la démonstration."),
}
CAUSE_WORDS: dict[RevisionCause, Promise] = {
    RevisionCause.TERRITORY: _("territoire"),
    RevisionCause.DEFINITION: _("définition"),
    RevisionCause.SOURCE: _("fichier"),
    RevisionCause.METHOD: _("méthode"),
    RevisionCause.SECRECY: _("secret statistique"),
    RevisionCause.UNEXPLAINED: _("cause non trouvée"),
}
CHANGE_WORDS: dict[Change, Promise] = {
    Change.APPEARED: _("apparu"),
    Change.DISAPPEARED: _("disparu"),
    Change.REVISED: _("révisé"),
    Change.GAINED: _("devenu connu"),
    Change.LOST: _("devenu inconnu"),
    Change.RESTATED: _("même valeur, autres effectifs ou statut"),
}
LEVEL_WORDS: dict[Level, Promise] = {
    Level.COMMUNE: _("commune"),
    Level.EPCI: _("intercommunalité"),
    Level.DEPARTEMENT: _("département"),
    Level.REGION: _("région"),
    Level.PAYS: _("pays"),
    Level.PERIMETRE: _("périmètre"),
}
LEVEL_PLURALS: dict[Level, Promise] = {
    Level.COMMUNE: _("communes"),
    Level.EPCI: _("intercommunalités"),
    Level.DEPARTEMENT: _("départements"),
    Level.REGION: _("régions"),
    Level.PAYS: _("pays"),
    Level.PERIMETRE: _("périmètres"),
}
KIND_WORDS: dict[str, Promise] = {
    "metropole": _("commune"),
    "drom": _("commune d’outre-mer"),
    "com": _("collectivité d’outre-mer"),
    "CC": _("communauté de communes"),
    "CA": _("communauté d’agglomération"),
    "CU": _("communauté urbaine"),
    "METRO": _("métropole"),
    "MET69": _("métropole à statut particulier"),
    "departement": _("département"),
    "region": _("région"),
    "pays": _("pays"),
}
THEME_WORDS: dict[str, Promise] = {
    "networks": _("Réseaux"),
    "people": _("Personnes"),
    "places": _("Lieux et aide"),
    "practices": _("Pratiques"),
    "fragility": _("Fragilité numérique"),
}
