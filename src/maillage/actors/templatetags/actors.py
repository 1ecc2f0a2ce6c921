"""Tags of the room's pages. `{% load actors %}`."""

from django import forms, template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from maillage.actors.data import OrganisationKind, Role
from maillage.actors.words import KIND_WORDS, ROLE_WORDS

register = template.Library()
# Labels and hints of the fields of django-allauth, by their names.
FIELD_WORDS: dict[str, tuple[Promise, Promise | str]] = {
    "login": (_("Adresse électronique"), ""),
    "email": (_("Adresse électronique"), ""),
    "password": (_("Mot de passe"), ""),
    "password1": (_("Mot de passe"), _("Douze caractères au moins ; une phrase se retient mieux qu’un mot compliqué.")),
    "password2": (_("Le même, encore une fois"), ""),
    "oldpassword": (_("Mot de passe d’aujourd’hui"), ""),
    "code": (_("Code"), ""),
    "passwordless": (_("Entrer par cette clé seule"), _("Elle remplace alors le mot de passe et le code.")),
}


@register.simple_tag
def house_words(form: forms.BaseForm) -> str:
    """Give a form of django-allauth our words, and no placeholder: it vanishes when one types. Shows nothing."""
    for field in form:
        field.field.widget.attrs.pop("placeholder", None)
        if field.name in FIELD_WORDS and type(form).__module__.startswith("allauth."):
            field.label, field.help_text = map(str, FIELD_WORDS[field.name])
    return ""


@register.filter
def role_word(role: Role) -> str:
    """A role in words."""
    return str(ROLE_WORDS[Role(role)])


@register.filter
def organisation_kind(kind: str) -> str:
    """The kind of an organisation in words."""
    return str(KIND_WORDS[OrganisationKind(kind)])
