"""Forms of accounts and organisations: French labels, hints that say what will happen."""

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from jauge.territories import TerritoryRef, UnknownTerritory
from maillage.actors.data import MembershipInfo, OrganisationInfo, OrganisationKind, Role
from maillage.actors.models import Person
from maillage.actors.names import LONGEST, clean_name
from maillage.actors.rules import Period, can_hold_role
from maillage.actors.words import KIND_WORDS, ROLE_WORDS
from maillage.territories import api as territories


class NameForm(forms.Form):
    """What signing up asks beside an address and a password (django-allauth puts it in its own form)."""

    name = forms.CharField(
        label=_("Votre nom"),
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("Tel que vos collègues vous connaissent. Seuls les membres de votre organisation le voient."),
    )

    def clean_name(self) -> str:
        """The name as it is kept; a name must remain."""
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError(_("Écrivez votre nom."))
        return name

    def signup(self, request: HttpRequest, user: Person) -> None:
        """Keep the name; called by django-allauth once the account is made."""
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])


class OrganisationForm(forms.Form):
    """What registering an organisation asks."""

    name = forms.CharField(label=_("Nom de l’organisation"), max_length=200)
    kind = forms.ChoiceField(label=_("Nature"), choices=[(kind.value, KIND_WORDS[kind]) for kind in OrganisationKind])
    siren = forms.CharField(
        label=_("SIREN"), max_length=20, required=False, help_text=_("Neuf chiffres ; à laisser vide pour une organisation étrangère.")
    )
    siret = forms.CharField(label=_("SIRET du siège"), max_length=24, required=False, help_text=_("Quatorze chiffres, s’il est connu."))
    country = forms.RegexField(label=_("Pays"), regex=r"^[A-Z]{2}$", initial="FR", help_text=_("Deux lettres : FR, BE, DE, ES, IT…"))
    contact_email = forms.EmailField(
        label=_("Adresse publique"), required=False, help_text=_("Celle de l’accueil : elle sera montrée à qui cherche à vous joindre.")
    )

    def clean_siren(self) -> str:
        """The digits alone: one often writes `212 201 131`."""
        return "".join(self.cleaned_data["siren"].split())

    def clean_siret(self) -> str:
        """The digits alone."""
        return "".join(self.cleaned_data["siret"].split())


class CardForm(forms.Form):
    """How an organisation is called and reached."""

    name = forms.CharField(label=_("Nom de l’organisation"), max_length=200)
    contact_email = forms.EmailField(label=_("Adresse publique"), required=False)


class EndForm(forms.Form):
    """What becomes of the members of an organisation that ends; its name typed again, for it cannot be undone."""

    successor = forms.ChoiceField(
        label=_("Réunie à"), required=False, help_text=_("Ses membres y gardent leurs rôles ; sans organisation, elle est dissoute.")
    )
    confirmation = forms.CharField(label=_("Écrivez le nom de l’organisation, pour confirmer"), max_length=200)

    def __init__(self, *args: object, info: OrganisationInfo, others: tuple[OrganisationInfo, ...], **rest: object) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        self._name = info.name
        choices = [("", _("aucune : dissoute")), *((str(one.id), one.name) for one in others if one.id != info.id)]
        self.fields["successor"].choices = choices  # type: ignore[attr-defined]

    def clean_confirmation(self) -> str:
        """The very name."""
        typed: str = self.cleaned_data["confirmation"]
        if typed.strip() != self._name:
            raise forms.ValidationError(_("Ce n’est pas le nom de l’organisation : rien n’a été fait."))
        return typed


class PerimeterForm(forms.Form):
    """The territories on which an organisation acts, one a line."""

    perimeter = forms.CharField(
        label=_("Territoires"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Un par ligne : commune:22113, epci:200065928, departement:22."),
    )

    def clean_perimeter(self) -> tuple[TerritoryRef, ...]:
        """The territories, each known of the newest vintage."""
        try:
            return tuple(territories.parse_territory(line) for line in self.cleaned_data["perimeter"].splitlines() if line.strip())
        except UnknownTerritory as unknown:
            near = ", ".join(unknown.suggestions[:3])
            raise forms.ValidationError(
                _("« %(asked)s » n’est pas un territoire connu. Plus proches : %(near)s") % {"asked": unknown.asked, "near": near}
            ) from None


class InvitationForm(forms.Form):
    """Whom to invite, in which role."""

    email = forms.EmailField(
        label=_("Adresse de la personne"), help_text=_("Elle seule pourra se servir de l’invitation, une fois, pendant quatorze jours.")
    )
    role = forms.ChoiceField(label=_("Rôle"))

    def __init__(self, *args: object, kind: OrganisationKind, **rest: object) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        self.fields["role"].choices = [(role.value, ROLE_WORDS[role]) for role in Role if can_hold_role(role, kind)]  # type: ignore[attr-defined]


class DelegationForm(forms.Form):
    """Who receives which role, on what, from when to when, by which deed."""

    receiver = forms.ChoiceField(label=_("Qui reçoit la délégation"))
    role = forms.ChoiceField(label=_("Rôle prêté"))
    subject = forms.CharField(label=_("Sujet"), max_length=120, help_text=_("Par exemple : numérique et inclusion."))
    deed = forms.CharField(label=_("Acte"), max_length=120, help_text=_("Par exemple : arrêté n° 2026-41 du 3 mai 2026."))
    starts_on = forms.DateField(label=_("Du"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    ends_on = forms.DateField(label=_("Au (inclus)"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: object, members: tuple[MembershipInfo, ...], roles: frozenset[Role], **rest: object) -> None:
        super().__init__(*args, **rest)  # type: ignore[arg-type]
        people = dict.fromkeys((str(member.person), member.person_name) for member in members)
        self.fields["receiver"].choices = list(people)  # type: ignore[attr-defined]
        self.fields["role"].choices = [(role.value, ROLE_WORDS[role]) for role in Role if role in roles]  # type: ignore[attr-defined]

    @property
    def period(self) -> Period:
        """The days of a form that has been checked."""
        return Period(self.cleaned_data["starts_on"], self.cleaned_data["ends_on"])
