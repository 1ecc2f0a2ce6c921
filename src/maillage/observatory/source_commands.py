"""Commands on sources: list what is described, check the files of a folder, fetch the ones that have an address."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from django.conf import settings

from jauge.definitions import BadDefinition
from jauge.provenance import SourceDefinition
from jauge.tables import TableRefused, check_table, describe_fault
from maillage.observatory.capture import SourceAbsent, UnsafePath, capture_source
from maillage.observatory.errors import UnknownSource
from maillage.observatory.fetch import Fetched, FetchRefused, fetch_source
from maillage.observatory.sources import load_sources, pick_sources
from maillage.ui.formats import typeset

USAGE_ERROR = 2
_Name = Annotated[str | None, typer.Argument(help="Nom d’une source (toutes sinon).")]
_Json = Annotated[bool, typer.Option("--json", help="Sortie en JSON.")]
_Folder = Annotated[
    Path | None, typer.Option("--sources", help="Dossier qui contient observatory/ (sinon MAILLAGE_SOURCES, sinon les données embarquées).")
]


def add_source_commands(app: typer.Typer) -> None:
    """Add the group `sources`: `list`, `check`, `fetch`."""
    group = typer.Typer(no_args_is_help=True, help="Sources : liste, vérification, téléchargement.")
    group.command("list")(list_sources)
    group.command("check")(check_sources)
    group.command("fetch")(fetch_sources)
    app.add_typer(group, name="sources")


def list_sources(as_json: _Json = False) -> None:
    """Montrer les sources décrites, leur éditeur, leur licence et leur date."""
    sources = _pick(None)
    if as_json:
        _print_json([_described(source) for source in sources])
        return
    for source in sources:
        mark = "refusée  " if source.refused else "embarquée" if source.starter else "         "
        typer.echo(f"{source.name:<40} {mark} {source.date}  {source.publisher} ({source.licence.label})")


def check_sources(name: _Name = None, folder: _Folder = None, as_json: _Json = False) -> None:
    """Lire et vérifier les fichiers des sources. Code de sortie 1 si l’un est refusé ou si celui demandé est absent."""
    where = folder or Path(settings.SOURCES)
    if not where.is_dir():
        _stop(f"{where} : dossier absent.")
    verdicts = [_verdict(source, where) for source in _pick(name)]
    if as_json:
        _print_json([verdict.as_json() for verdict in verdicts])
    else:
        for verdict in verdicts:
            typer.echo(typeset(verdict.sentence()))
    if any(verdict.status == "refused" or (name and verdict.status == "absent") for verdict in verdicts):
        raise typer.Exit(1)


def fetch_sources(
    name: _Name = None,
    to: Annotated[Path, typer.Option("--to", help="Dossier où ranger les fichiers.")] = Path("sources"),
) -> None:
    """Télécharger les fichiers officiels ; une commande interrompue reprend où elle s’était arrêtée."""
    failed = False
    for source in _pick(name):
        if source.fetch is None and name is None:
            typer.echo(typeset(f"· {source.name} : à récupérer à la main, {source.url}"))
            continue
        try:
            fetched = fetch_source(source, to, on_progress=_progress(source.name))
        except (FetchRefused, UnsafePath, OSError) as refusal:
            failed = True
            typer.echo(typeset(f"✗ {source.name} : {refusal}"), err=True)
        else:
            typer.echo(typeset(_fetched_sentence(source, fetched)))
    if failed:
        raise typer.Exit(1)


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a check found. status: accepted, refused or absent; `told` is the refusal's sentence."""

    source: SourceDefinition
    status: str
    rows: int = 0
    accepted: int = 0
    set_aside: int = 0
    rejects: tuple[dict[str, object], ...] = ()
    sha256: str | None = None
    told: str = ""
    code: str = ""

    def sentence(self) -> str:
        """One line, then one more for each of the first rejects."""
        if self.status == "absent":
            return f"· {self.source.name} : fichier absent ({self.source.file})"
        if self.status == "refused":
            return f"✗ {self.source.name} : {self.told}"
        aside = f", {self.set_aside} laissées de côté" if self.set_aside else ""
        lines = [f"✓ {self.source.name} : {self.accepted} lignes acceptées sur {self.rows}{aside}, {len(self.rejects)} refus"]
        lines += [f"    {describe_fault(reject)}" for reject in self.rejects[:3]]
        return "\n".join(lines)

    def as_json(self) -> dict[str, object]:
        """The verdict as JSON, all its rejects included."""
        return {
            "name": self.source.name,
            "file": self.source.file,
            "status": self.status,
            "rows": self.rows,
            "accepted": self.accepted,
            "set_aside": self.set_aside,
            "rejects": list(self.rejects),
            "sha256": self.sha256,
            "code": self.code or None,
            "message": self.told or None,
        }


def _verdict(source: SourceDefinition, folder: Path) -> _Verdict:
    try:
        captured = capture_source(source, folder)
        checked = check_table(captured.table, source.table_spec, file=source.file)
    except SourceAbsent as absent:
        return _Verdict(source, "absent", told=str(absent), code=absent.code)
    except (TableRefused, UnsafePath) as refusal:
        return _Verdict(source, "refused", told=str(refusal), code=refusal.code)
    rejects = tuple(checked.rejects.to_pylist())
    return _Verdict(source, "accepted", checked.rows, checked.table.num_rows, checked.set_aside, rejects, captured.sha256)


def _described(source: SourceDefinition) -> dict[str, object]:
    return {
        "name": source.name,
        "label": source.label.fr,
        "publisher": source.publisher,
        "licence": source.licence.id,
        "url": str(source.url),
        "date": source.date.isoformat(),
        "file": source.file,
        "copy": source.copied_from,
        "starter": source.starter,
        "refused": source.refused,
        "fetch": str(source.fetch.url) if source.fetch else None,
    }


def _pick(name: str | None) -> list[SourceDefinition]:
    """The sources asked for; ends the command with code 2 and a sentence when they cannot be known."""
    try:
        return pick_sources(load_sources(Path(settings.DEFINITIONS)), name)
    except BadDefinition as error:
        _stop(str(error))
    except UnknownSource as error:
        hint = f" Vouliez-vous dire : {', '.join(error.suggestions)} ?" if error.suggestions else ""
        _stop(f"Source inconnue : « {error.asked[:80]} ».{hint}")


def _stop(sentence: str) -> NoReturn:
    typer.echo(typeset(sentence), err=True)
    raise typer.Exit(USAGE_ERROR)


def _print_json(content: object) -> None:
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


def _fetched_sentence(source: SourceDefinition, fetched: Fetched) -> str:
    state = "déjà là" if fetched.already_there else "téléchargé"
    proof = "vérifié" if fetched.verified else "sans empreinte connue"
    note = f"\n    {source.fetch.note}" if source.fetch and source.fetch.note else ""
    return f"✓ {source.name} : {state}, {fetched.size} octets, {proof} → {fetched.path}{note}"


class _progress:  # noqa: N801 — used as a function
    """Tell the progress of a download on one line of a terminal, at most once per percent."""

    def __init__(self, name: str) -> None:
        self.name, self.told = name, -1

    def __call__(self, done: int, total: int | None) -> None:
        share = 100 * done // total if total else done // 1_000_000
        if share == self.told or not sys.stderr.isatty():
            return
        self.told = share
        end = "\n" if total and done >= total else ""
        sys.stderr.write(f"\r  {self.name} : {share} {'%' if total else 'Mo'}{end}")
        sys.stderr.flush()
