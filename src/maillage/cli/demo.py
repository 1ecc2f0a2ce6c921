"""`maillage demo`: from nothing to a diagnosis and an open site, by the very commands that anyone may type."""

import shlex
import time
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings

from maillage.cli.database import prepare_database
from maillage.cli.serve import run_site
from maillage.settings import paths

TERRITORY = "departement:22"  # Côtes-d'Armor: communes without EPCI, mergers, an island: a département that hides nothing


class StepFailed(typer.Exit):
    """A command of the demo has failed; it has said why."""


def run_demo(
    context: typer.Context,
    serve: Annotated[bool, typer.Option("--serve/--no-serve", help="Ouvrir le site à la fin.")] = True,
    port: Annotated[int | None, typer.Option(help="Port du site ; sinon le premier libre à partir de 8000.")] = None,
) -> None:
    """Tout préparer et montrer : base, livraison, comptes inventés, un diagnostic en PDF et en page, le site."""
    start = time.monotonic()
    _say("1/4  base de données")
    prepare_database()
    _say("2/4  livraison : des fichiers de départ aux chiffres")
    run_command(context, "release", "build")
    _say("3/4  organisations et personnes inventées")
    run_command(context, "actors", "invent")
    _say("4/4  diagnostic des Côtes-d’Armor")
    folder = paths.HOME / "diagnoses"
    folder.mkdir(parents=True, exist_ok=True)
    page, document = (write_diagnosis(context, folder, kind) for kind in ("html", "pdf"))
    _say(f"Prêt en {time.monotonic() - start:.0f} s.")
    _say(f"Livraisons : {settings.RELEASES}")
    _say(f"Diagnostic, page : {page}")
    _say(f"Diagnostic, PDF : {document}")
    if serve:
        run_site(port)


def write_diagnosis(context: typer.Context, folder: Path, kind: str) -> Path:
    """Write the demo's diagnosis as `html` or `pdf`; returns its absolute path. Raises StepFailed."""
    file = folder.resolve() / f"{TERRITORY.replace(':', '-')}.{kind}"
    run_command(context, "diagnose", TERRITORY, "--format", kind, "-o", str(file))
    return file


def run_command(context: typer.Context, *words: str) -> None:
    """Run a command of this very command line, shown as one would type it. Raises StepFailed."""
    _say(f"     $ maillage {shlex.join(words)}")
    try:
        context.find_root().command.main(list(words), prog_name="maillage")
    except SystemExit as end:
        if end.code:
            raise StepFailed(1) from None


def _say(line: str) -> None:
    typer.echo(line)
