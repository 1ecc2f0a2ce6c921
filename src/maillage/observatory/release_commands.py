"""Commands about releases: build and show them, print a figure with its proof."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from django.urls import reverse
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from jauge.territories import TerritoryRef, UnknownTerritory, UnknownVintage
from maillage.actors.data import MACHINE
from maillage.observatory import api
from maillage.observatory.data import STAGE_WORDS, Provenance, ReleaseInfo
from maillage.observatory.difference_commands import diff_releases
from maillage.observatory.tasks import hand_over_build
from maillage.territories.api import get_territory, parse_territory
from maillage.ui.formats import format_count, format_period, format_reading, format_value, typeset, write_margin

_STATUSES = {"observed": "observé", "estimated": "estimé", "secret": "secret", "missing": "manquant", "simulated": "modélisé"}
_REASONS = {
    "not_collected": "non collecté",
    "statistical_secrecy": "secret statistique de l’éditeur",
    "complementary_secrecy": "masqué pour protéger une autre valeur",
    "not_applicable": "sans objet",
    "source_error": "erreur de la source",
    "territory_changed": "le territoire a changé",
    "not_aggregable": "non sommable au-dessus de son niveau",
    "partial_coverage": "une partie du territoire n’est pas connue",
    "split_by_population": "partagé selon la population",
    "weighted": "moyenne pondérée",
    "simulated": "issu d’un modèle de l’éditeur",
}
_VERDICTS = {"total_only": "tout est masqué, sauf le total", "nothing": "tout est masqué"}
_WHERE_TO_LOOK = {
    "Territoire inconnu": "Cherchez-le par son nom : « maillage territories search NOM ».",
    "Indicateur inconnu": "« maillage release show » donne la liste des indicateurs.",
    "Période inconnue": "« maillage release show » donne les périodes de chaque indicateur.",
    "Livraison inconnue": "« maillage release list » donne celles qui existent.",
}
AsJson = Annotated[bool, typer.Option("--json", help="Sortie en JSON.")]


def add_release_commands(app: typer.Typer) -> None:
    """Add `release` (build, list, show, diff) and `figure`."""
    group = typer.Typer(no_args_is_help=True, help="Livraisons de chiffres : construction, liste, contenu.")
    group.command("build")(build_release)
    group.command("list")(list_releases)
    group.command("show")(show_release)
    group.command("diff")(diff_releases)
    app.add_typer(group, name="release")
    app.command("figure")(show_figure)


def build_release(
    sources: Annotated[Path | None, typer.Option(help="Dossier de fichiers bruts (par défaut, les sources embarquées).")] = None,
    as_job: Annotated[bool, typer.Option("--job", help="Confier la construction à « maillage worker » et rendre la main.")] = False,
    as_json: AsJson = False,
) -> None:
    """Construire la livraison des sources et la mettre en service."""
    if sources is not None and not sources.is_dir():
        _refuse(f"{sources} n’est pas un dossier.")
    if as_job:
        typer.echo(f"Construction confiée ; elle se suit à l’adresse {reverse('jobs:job', args=(hand_over_build(sources),))} du site.")
        return
    with _ProgressBar() as bar:
        try:
            release = api.build_release(actor=MACHINE, sources=sources, on_progress=bar.report)
        except (api.BadDefinition, api.BuildRunning, api.DiskFull, api.NothingToMeasure) as error:
            _refuse(str(error), code=1)
        except OSError as error:
            _refuse(f"Lecture ou écriture impossible : {error.filename or ''} ({error.strerror or error}).", code=1)
    if as_json:
        typer.echo(json.dumps(asdict(release), ensure_ascii=False, default=str))
    else:
        _print_release(release)


def list_releases(as_json: AsJson = False) -> None:
    """Lister les livraisons, la plus récente d’abord."""
    found = api.list_releases()
    if as_json:
        typer.echo(json.dumps([asdict(release) for release in found], ensure_ascii=False, default=str))
        return
    retired = api.list_retired()
    for release in found:
        typer.echo(f"n° {release.number or '—'}  {release.id[:12]}  {release.built_at}  {len(release.sources)} sources")
    for gone in retired:
        typer.echo(
            f"n° {gone.number or '—'}  {gone.id[:12]}  {gone.built_at}  retirée : dossier {'abîmé' if gone.is_damaged else 'absent'}"
        )
    if not found and not retired:
        typer.echo("Aucune livraison. Construisez la première : maillage release build")


def show_release(
    release: Annotated[str | None, typer.Argument(help="Numéro, identifiant ou son début.")] = None, as_json: AsJson = False
) -> None:
    """Montrer ce que contient une livraison."""
    try:
        found = api.get_release(release)
    except (api.NoRelease, api.UnknownRelease) as error:
        _refuse_unknown("Livraison inconnue", error)
    if as_json:
        typer.echo(json.dumps(asdict(found), ensure_ascii=False, default=str))
    else:
        _print_release(found)


def show_figure(
    territory: Annotated[str, typer.Argument(help="commune:22278, epci:<siren>, departement:22, region:53, pays:FR")],
    indicator: Annotated[str, typer.Argument(help="Code de l’indicateur, par exemple fixed_share_30mbps.")],
    release: Annotated[str | None, typer.Option(help="Numéro, identifiant ou son début.")] = None,
    period: Annotated[str | None, typer.Option(help="Période : 2017, 2018-Q1, 2019-09-30…")] = None,
    cog: Annotated[int | None, typer.Option(help="Millésime du code officiel géographique.")] = None,
    as_json: AsJson = False,
) -> None:
    """Donner un chiffre avec sa preuve : formule, statut, sources."""
    try:
        ref = _read_territory(territory, cog)
        figure = api.get_figure(ref, indicator, period=period, release=release, cog_year=cog)
        proof = api.get_provenance(figure)
    except UnknownTerritory as error:
        _refuse_unknown("Territoire inconnu", error)
    except UnknownVintage as error:
        _refuse(f"Millésime inconnu : {error.year}. Millésimes connus : {', '.join(map(str, error.years))}.")
    except api.UnknownIndicator as error:
        _refuse_unknown("Indicateur inconnu", error)
    except api.UnknownPeriod as error:
        _refuse_unknown("Période inconnue", error)
    except (api.NoRelease, api.UnknownRelease) as error:
        _refuse_unknown("Livraison inconnue", error)
    if as_json:
        typer.echo(json.dumps(proof.describe(), ensure_ascii=False))
    else:
        _print_figure(proof)


def _read_territory(text: str, cog_year: int | None) -> TerritoryRef:
    """A territory of the newest vintage, or of the one asked (where its code may stand for another land)."""
    if text.startswith("perimetre:"):
        _refuse("Les périmètres ne sont pas encore recensés : aucun chiffre ne peut être donné pour eux.")
    if cog_year is None:
        return parse_territory(text)
    try:
        return TerritoryRef.parse(text)
    except ValueError:
        return parse_territory(text)  # refuses it, with suggestions


def _print_figure(proof: Provenance) -> None:
    figure, about = proof.figure, proof.indicator
    value = "—" if figure.value is None else format_reading(figure, about.unit, about.decimals, _find_population(figure.territory))
    why = f" ({_REASONS[figure.reason]})" if figure.reason else ""
    typer.echo(f"{figure.territory} · {about.label['fr']} · {format_period(figure.period)}")
    typer.echo(f"  {value}")
    if figure.numerator is not None and figure.denominator is not None:
        typer.echo(f"  {format_count(figure.numerator)} sur {format_count(figure.denominator)}")
    if margin := write_margin(figure, about.small_below):
        typer.echo(typeset(f"  {margin}"))
    typer.echo(f"  statut  : {_STATUSES[figure.status]}{why}")
    typer.echo(f"  formule : {proof.formula}")
    for source in proof.sources:
        typer.echo(f"  source  : {source.label} — {source.publisher}, {source.licence}")
        typer.echo(f"            {source.url} (SHA-256 {source.sha256[:12]}…)")
    typer.echo(f"  livraison {figure.release[:12]}")


def _find_population(ref: TerritoryRef) -> int | None:
    """The population that bounds the denominator of a rate of persons, None for a territory of another vintage."""
    try:
        return get_territory(ref).population
    except UnknownTerritory:
        return None


def _print_release(release: ReleaseInfo) -> None:
    typer.echo(f"Livraison n° {release.number or '—'} · {release.id} · COG {release.cog_year}")
    typer.echo(f"{len(release.sources)} sources :")
    for source in release.sources:
        rejected = f", {format_count(source.rejects)} rejet{'s' if source.rejects > 1 else ''}" if source.rejects else ""
        typer.echo(f"  {source.name} : {format_count(source.rows)} lignes{rejected}")
    for name, why in release.refused:
        typer.echo(f"  refusée : {name} — {why}")
    for table in release.secrecy:
        hidden = f"{format_count(table.inherited)} par l’éditeur, {format_count(table.small)} sous le seuil de {table.threshold}"
        rest = _VERDICTS.get(table.verdict) or f"{format_count(table.masked)} pour en protéger un autre"
        typer.echo(f"  secret : {table.source} {format_period(table.period)} — {hidden}, {rest}")
    for declined in release.declined:
        typer.echo(typeset(f"  sans chiffre : {declined.name} — {declined.reason}"))
    _print_checks(release)
    typer.echo("Indicateurs, et part des territoires de leur niveau qui ont un chiffre :")
    for code, periods in release.coverage.items():
        newest, several = max(periods), "s" if len(periods) > 1 else ""
        typer.echo(f"  {code} : {format_value(float(periods[newest]), 'share', 1)} ({newest}), {len(periods)} période{several}")


def _print_checks(release: ReleaseInfo) -> None:
    """What the checks found, by file."""
    verdicts = [check.verdict for check in release.checks]
    failed, skipped = verdicts.count("failed"), verdicts.count("skipped")
    typer.echo(typeset(f"Contrôles : {len(verdicts)}, dont {failed} qui ont trouvé un défaut et {skipped} non exécutés."))
    for one in release.findings:
        lines = ", ".join(str(cell.line) for cell in one.examples if cell.line is not None)
        where = f" (lignes {lines}…)" if lines else ""
        typer.echo(typeset(f"  {one.number}. {one.file}, {' + '.join(one.columns[:3])} : « {one.title} ». {one.says}{where}"))


def _refuse(message: str, *, code: int = 2) -> NoReturn:
    typer.echo(typeset(message), err=True)
    raise typer.Exit(code)


def _refuse_unknown(what: str, error: LookupError) -> NoReturn:
    if isinstance(error, api.ReleaseGone):
        _refuse(str(error))
    if isinstance(error, api.NoRelease):
        _refuse("Aucune livraison n’a encore été construite : lancez « maillage release build ».")
    suggestions = getattr(error, "suggestions", ())
    hint = f"Vouliez-vous dire : {', '.join(suggestions)} ?" if suggestions else _WHERE_TO_LOOK[what]
    _refuse(f"{what} : « {str(error)[:80]} ». {hint}")


class _ProgressBar:
    """The stages of a build on the terminal's error output, so that `--json` stays clean."""

    def __init__(self) -> None:
        columns = (TextColumn("{task.description:<24}"), BarColumn(), TextColumn("{task.fields[message]}"), TimeElapsedColumn())
        self._progress = Progress(*columns, console=Console(stderr=True))
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> "_ProgressBar":
        self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()

    def report(self, stage: str, done: int, total: int, message: str) -> None:
        """Show how far a stage is."""
        if stage not in self._tasks:
            for earlier in self._tasks.values():
                self._progress.update(earlier, completed=self._progress.tasks[earlier].total, message="")
            self._tasks[stage] = self._progress.add_task(STAGE_WORDS[stage], message="")
        self._progress.update(self._tasks[stage], completed=done, total=total, message=message)
