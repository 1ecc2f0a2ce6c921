"""Commands of the room: `maillage territories search|resolve|crosswalk|compare-passage`."""

import csv
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from maillage.territories import api, passage

_CAUSES = {
    passage.Cause.EQUAL_PARTS: "parts égales dans la table",
    passage.Cause.JOINED_SINCE: "une part est réunie à d’autres communes depuis",
    passage.Cause.OTHER_CENSUS: "populations d’un autre recensement",
}
territories = typer.Typer(no_args_is_help=True, help="Territoires : recherche, codes d’hier et d’aujourd’hui.")


def add_commands(app: typer.Typer) -> None:
    """Give the command line the group `territories`."""
    app.add_typer(territories, name="territories")


@territories.command("search")
def search(
    text: str,
    limit: Annotated[int, typer.Option(min=1, max=100, help="Nombre de réponses.")] = 10,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Chercher un territoire par nom, code ou code postal."""
    hits = api.search_territories(text, limit)
    if as_json:
        _print_json([{"territory": str(h.ref), "name": h.name, "context": h.context, "matched": h.matched} for h in hits])
    for hit in () if as_json else hits:
        typer.echo(f"{hit.ref!s:<24}{hit.label}")
    if not hits:
        typer.echo("Aucun territoire ne répond à ce nom. Essayez un nom plus court, un code officiel ou un code postal.", err=True)
        raise typer.Exit(1)


@territories.command("resolve")
def resolve(
    code: str,
    cog: Annotated[int | None, typer.Option(help="Millésime du code (2008 et après) ; le plus récent par défaut.")] = None,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Dire quelle commune d’aujourd’hui répond à un code, et par quelle règle."""
    geography = api.get_geography()
    links = _with_vintage(lambda: geography.resolve(code, cog))
    if as_json:
        _print_json([link._asdict() for link in links])
    for link in () if as_json else links:
        name = geography.vintage().communes[link.code_to].name
        share = "" if link.weight == link.weight_total else f" (part {link.weight} / {link.weight_total})"
        typer.echo(f"{code} → commune:{link.code_to} {name}{share} — {link.rule}")
    if not links:
        reject = geography.crosswalk(cog or geography.newest).find_rejects([code])[0]
        hint = f" Vouliez-vous dire {reject.suggestion} ?" if reject.suggestion else ""
        typer.echo(f"Aucune commune n’a porté le code {code} depuis 2008 ({reject.reason}).{hint}", err=True)
        raise typer.Exit(2)


@territories.command("crosswalk")
def crosswalk(
    from_year: int,
    to_year: int,
    moved: Annotated[bool, typer.Option(help="Seulement les codes qui changent.")] = False,
    as_json: Annotated[bool, typer.Option("--json")] = False,
) -> None:
    """Écrire la table de passage entre deux millésimes, en CSV (ou en JSON) : chaque ligne dit sa règle."""
    rows = _with_vintage(lambda: api.get_geography().crosswalk(from_year, to_year)).table.to_pylist()
    kept = [row for row in rows if not moved or row["rule"] != "unchanged"]
    if as_json:
        _print_json(kept)
        return
    writer = csv.DictWriter(sys.stdout, fieldnames=["code_from", "code_to", "weight", "weight_total", "rule"], lineterminator="\n")
    writer.writeheader()
    writer.writerows(kept)


@territories.command("compare-passage")
def compare_passage(file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)]) -> None:
    """Comparer nos mouvements de communes à une table de passage publiée : paires, natures, ratios qui diffèrent."""
    comparison = passage.compare_passage(file, api.get_geography())
    typer.echo(f"{comparison.common} mouvements communs")
    for title, moves in (("seulement dans la table", comparison.only_theirs), ("seulement chez nous", comparison.only_ours)):
        typer.echo(f"{len(moves)} {title}")
        for move in moves:
            typer.echo(f"  {move.year} {move.code_from} → {move.code_to} ({move.kind})")
    typer.echo(f"{len(comparison.other_kind)} de nature différente")
    for theirs, ours in comparison.other_kind:
        typer.echo(f"  {ours.year} {ours.code_from} → {ours.code_to} : {theirs.kind} dans la table, {ours.kind} chez nous")
    typer.echo(f"{len(comparison.other_ratio)} de ratio différent (table ; nous : population municipale du premier millésime suivant)")
    for one in comparison.other_ratio:
        place = f"{one.ours.year} {one.ours.code_from} → {one.ours.code_to}"
        typer.echo(f"  {place} : {one.theirs.ratio:.4f} ; {one.ours.ratio:.4f} ({_CAUSES[one.cause]})")
    if comparison.only_theirs or comparison.only_ours or comparison.other_kind:
        raise typer.Exit(1)


def _with_vintage(read: Any) -> Any:
    """Read something that needs a vintage; one that is not shipped ends the command with exit code 2 and the years there are."""
    try:
        return read()
    except api.UnknownVintage as refusal:
        typer.echo(f"Pas de millésime {refusal.year}. Millésimes connus : {', '.join(map(str, refusal.years))}.", err=True)
        raise typer.Exit(2) from None


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))
