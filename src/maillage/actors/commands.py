"""Commands of the room: the first account of a site, the invented ones of the demo."""

import os
from typing import Annotated

import typer
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from maillage.actors import api
from maillage.actors.invented import PASSWORD, invent_people, list_accounts
from maillage.actors.words import ROLE_WORDS
from maillage.settings import paths


def add_commands(app: typer.Typer) -> None:
    """Add the group `actors`."""
    group = typer.Typer(no_args_is_help=True, help="Comptes et organisations.")
    group.callback()(_describe)
    group.command("create-admin")(create_admin)
    group.command("invent")(invent)
    app.add_typer(group, name="actors")


def _describe() -> None:
    """Comptes et organisations."""


def create_admin(
    email: Annotated[str, typer.Argument(help="Adresse du premier opérateur.")],
    name: Annotated[str, typer.Option(help="Nom montré dans les pages.")] = "Opérateur",
    organisation: Annotated[str, typer.Option(help="Organisation qui tient le site.")] = "Opérateur du site",
) -> None:
    """Créer le premier opérateur du site (mot de passe demandé, ou lu dans MAILLAGE_ADMIN_PASSWORD)."""
    password = os.environ.get("MAILLAGE_ADMIN_PASSWORD") or typer.prompt("Mot de passe", hide_input=True, confirmation_prompt=True)
    try:
        validate_email(email)
        validate_password(password)
        actor = api.create_administrator(email=email, name=name, password=password, organisation=organisation)
    except ValidationError as error:
        typer.echo(" ".join(error.messages), err=True)
        raise typer.Exit(2) from None
    except api.PersonExists:
        typer.echo(f"Un compte porte déjà l’adresse {email}\u202f: rien n’a été changé.", err=True)
        raise typer.Exit(1) from None
    typer.echo(f"Compte créé\u202f: {email}, opérateur de «\u202f{actor.organisation_name}\u202f».")
    typer.echo("Connectez-vous, puis activez la double authentification\u202f: les actes graves la demandent.")


def invent() -> None:
    """Inventer les organisations et les personnes de la démonstration, une par rôle, et dire comment entrer."""
    paths.HOME.joinpath("demonstration").touch()
    made = invent_people(today=timezone.localdate())
    typer.echo(("Comptes inventés" if made else "Comptes inventés, déjà là") + f"\u202f; mot de passe de tous\u202f: {PASSWORD}")
    for role, email in list_accounts():
        typer.echo(f"  {ROLE_WORDS[role]:<40} {email}")
