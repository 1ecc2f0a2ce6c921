"""`maillage diagnose`: the diagnosis of one territory, or of all départements, in a file or on the terminal."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from jauge.territories import Level, TerritoryRef
from maillage.diagnoses import api
from maillage.diagnoses.data import Format
from maillage.observatory.api import NoRelease, UnknownRelease
from maillage.territories import api as territories
from maillage.territories.api import UnknownTerritory

GROUPS = {"departements": Level.DEPARTEMENT, "regions": Level.REGION}


def add_commands(app: typer.Typer) -> None:
    """Add the room's commands."""
    app.command("diagnose")(diagnose)


def diagnose(
    territory: Annotated[str, typer.Argument(help="departement:22, commune:22278, epci:…, region:53, pays:FR")] = "",
    format: Annotated[Format, typer.Option(help="html, pdf, json ou csv")] = Format.HTML,  # noqa: A002 - the option's name
    output: Annotated[Path | None, typer.Option("-o", "--output", help="fichier, ou dossier avec --all")] = None,
    everything: Annotated[str, typer.Option("--all", help="departements ou regions : tous, dans le dossier de -o")] = "",
    release: Annotated[str, typer.Option(help="livraison (numéro ou identifiant)")] = "",
) -> None:
    """Écrire le diagnostic numérique d’un territoire, ou de tous."""
    if bool(territory) == bool(everything):
        _refuse("donnez un territoire (departement:22) ou --all departements")
    try:
        if everything:
            _diagnose_all(everything, format, output, release or None)
        else:
            _diagnose_one(territories.parse_territory(territory), format, output, release or None)
    except UnknownTerritory as error:
        _refuse(f"territoire inconnu : {error.asked}", error.suggestions)
    except UnknownRelease as error:
        _refuse(f"livraison inconnue : {error.asked}", error.suggestions)
    except NoRelease as error:
        _refuse(str(error) or "aucune livraison n’est construite ; lancez : maillage release build")


def _diagnose_one(ref: TerritoryRef, format: Format, output: Path | None, release: str | None) -> None:  # noqa: A002
    written = api.render_diagnosis(ref, format=format, release=release)
    if output is None:
        sys.stdout.buffer.write(written)
    else:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_bytes(written)
        typer.echo(output, err=True)


def _diagnose_all(group: str, format: Format, output: Path | None, release: str | None) -> None:  # noqa: A002
    """Write every territory of a group, overseas included; a failure is told and counted, the others go on, and the exit code is 1."""
    if group not in GROUPS:
        _refuse(f"groupe inconnu : {group}", tuple(GROUPS))
    if output is None:
        _refuse("--all écrit des fichiers : donnez leur dossier avec -o")
    assert output is not None
    refs = territories.get_geography().list_refs(GROUPS[group])
    output.mkdir(parents=True, exist_ok=True)
    started, failures = time.monotonic(), 0
    for number, ref in enumerate(refs, start=1):
        try:
            (output / f"{ref.level.value}-{ref.code}.{format.value}").write_bytes(api.render_diagnosis(ref, format=format, release=release))
        except (NoRelease, UnknownRelease):
            raise
        except Exception as error:  # one bad territory must not cost the hundred others
            failures += 1
            typer.echo(f"{ref} : {type(error).__name__} : {error}", err=True)
        typer.echo(f"{number}/{len(refs)} {ref} ({time.monotonic() - started:.0f} s)", err=True)
    if failures:
        raise typer.Exit(1)


def _refuse(message: str, suggestions: tuple[str, ...] = ()) -> None:
    """Say what is wrong and what may have been meant; exit code 2."""
    hint = f" — peut-être : {', '.join(suggestions)}" if suggestions else ""
    typer.echo(f"maillage diagnose : {message}{hint}", err=True)
    raise typer.Exit(2)
