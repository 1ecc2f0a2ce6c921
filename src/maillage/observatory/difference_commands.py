"""`maillage release diff`: what changed between two releases, as sentences, JSON or CSV."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NoReturn, TextIO

import typer

from maillage.observatory import api
from maillage.observatory.data import ChangedFigure, Differences
from maillage.observatory.streams import write_changes_csv, write_differences_json
from maillage.ui.formats import format_count, typeset
from maillage.ui.words import CAUSE_WORDS, CHANGE_WORDS

_Release = Annotated[str, typer.Argument(help="Numéro, identifiant ou son début.")]
_AsJson = Annotated[bool, typer.Option("--json", help="Tout en JSON, chaque chiffre changé compris.")]
_Output = Annotated[Path | None, typer.Option("--output", "-o", help="Écrire tous les changements dans ce fichier : .json ou .csv.")]


def diff_releases(before: _Release, after: _Release, as_json: _AsJson = False, output: _Output = None) -> None:
    """Dire ce qui change d’une livraison à une autre, de combien, et à cause de quoi."""
    if output is not None and output.suffix not in {".json", ".csv"}:
        _refuse(f"{output.name} : le nom du fichier finit par .json ou .csv.")
    try:
        found = api.get_differences(before, after)
    except (api.NoRelease, api.Incomparable) as error:
        _refuse(str(error) or "Aucune livraison n’a encore été construite : lancez « maillage release build ».")
    except api.UnknownRelease as error:
        _refuse(f"Livraison inconnue : « {str(error)[:80]} ». Celles qui existent : {', '.join(error.suggestions)}.")
    changes = api.list_changes(found)
    if output is not None:
        _write(output, found, changes)
    elif as_json:
        for part in write_differences_json(found, changes):
            typer.echo(part, nl=False)
        typer.echo()
        return
    for line in _tell(found):
        typer.echo(typeset(line))


def _write(output: Path, found: Differences, changes: Iterator[ChangedFigure]) -> None:
    parts = write_differences_json(found, changes) if output.suffix == ".json" else write_changes_csv(changes)
    try:
        with output.open("w", encoding="utf-8", newline="") as file:
            _write_parts(file, parts)
    except OSError as error:
        _refuse(f"Écriture impossible : {output} ({error.strerror}).", code=1)


def _write_parts(file: TextIO, parts: Iterator[str]) -> None:
    for part in parts:
        file.write(part)


def _tell(found: Differences) -> Iterator[str]:
    yield f"De la livraison {found.before[:12]} à la livraison {found.after[:12]} :"
    sizes = f"{format_count(found.figures_before)} avant, {format_count(found.figures_after)} après"
    yield f"{format_count(found.changed)} chiffres changent ({sizes})."
    for total in found.chains:
        kinds = ", ".join(f"{format_count(count)} {CHANGE_WORDS[change]}" for change, count in total.changes.items())  # type: ignore[index]
        yield f"  {format_count(total.count)} : {' + '.join(str(CAUSE_WORDS[cause]) for cause in total.causes)} ({kinds})"  # type: ignore[index]
    for source in found.sources:
        yield f"  fichier {source.name} : {_tell_hashes(source.before, source.after)}"
    for one in found.definitions:
        weight = "" if one.measures else ", sans effet sur les chiffres"
        yield f"  définition {one.code}, {one.field or 'entière'}{weight} : « {one.before[:100]} » → « {one.after[:100]} »"
    for word, places in (("nouveaux", found.territories_new), ("disparus", found.territories_gone)):
        if places:
            yield f"  territoires {word} : {', '.join(f'{level}:{code}' for level, code in places[:20])}{', …' if len(places) > 20 else ''}"
    for word, series in (("nouvelles", found.series_new), ("disparues", found.series_gone)):
        if series:
            yield f"  séries {word} : {', '.join(f'{code} {period}' for code, period in series)}"


def _tell_hashes(before: str, after: str) -> str:
    if not before:
        return f"nouveau, empreinte {after[:12]}"
    if not after:
        return f"n’est plus là (empreinte {before[:12]})"
    return f"même nom, autres octets : empreinte {before[:12]} → {after[:12]}"


def _refuse(message: str, *, code: int = 2) -> NoReturn:
    typer.echo(typeset(message), err=True)
    raise typer.Exit(code)
