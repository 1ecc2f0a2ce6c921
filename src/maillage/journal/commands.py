"""Commands of the room: the sequencer, heads, proofs, verification, keys."""

import json
import signal
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, NoReturn
from uuid import UUID

import typer
from django.db import connection
from django.utils import timezone

from jauge.journal import (
    Checkpoint,
    EventMalformed,
    KeyMalformed,
    NoteMalformed,
    NoteNotSigned,
    ProofFalse,
    ProofMalformed,
    Verifier,
    read_checkpoint,
    read_verifier,
    verify_growth,
    verify_proof,
)
from maillage.journal import api, keys, queries, rotation, sequencer
from maillage.journal.guards import find_missing_guards, install_guards
from maillage.journal.words import say_fault

FINE = "\u202f"
AsJson = Annotated[bool, typer.Option("--json", help="Sortie en JSON.")]
Keys = Annotated[list[str] | None, typer.Option("--key", help="Clé publique à croire ; par défaut celles que tient cette machine.")]


def add_commands(app: typer.Typer) -> None:
    """Add the group `journal`."""
    group = typer.Typer(no_args_is_help=True, help="Journal des actes : mise en ordre, têtes signées, preuves, vérification.")
    group.command("sequence")(sequence)
    group.command("head")(show_head)
    group.command("prove")(prove)
    group.command("verify")(verify)
    group.command("rotate-key")(rotate_key)
    app.add_typer(group, name="journal")


def sequence(
    follow: Annotated[bool, typer.Option("--follow", help="Continuer à mesure que des actes arrivent.")] = False,
    accept_lost_key: Annotated[
        bool, typer.Option("--accept-lost-key", help="Continuer avec une clé qui n’a pas signé la dernière tête : l’ancienne est perdue.")
    ] = False,
) -> None:
    """Numéroter et enchaîner les événements qui attendent, et signer la tête du journal."""
    if missing := find_missing_guards(connection):
        install_guards(connection)
        typer.echo(f"Gardes remises dans la base{FINE}: {', '.join(missing)}.", err=True)
    if accept_lost_key:
        sequencer.sequence_batch(now=timezone.now(), even_empty=True, accept_lost_key=True)
    if follow:
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        signal.signal(signal.SIGINT, lambda *_: stop.set())
        sequencer.run_forever(stop=stop)
        return
    done = _explain(sequencer.sequence_events)
    typer.echo(f"Événements ajoutés au journal{FINE}: {done}.")


def show_head(as_json: AsJson = False) -> None:
    """Montrer la dernière tête signée : à garder ailleurs, pour vérifier plus tard que rien n’a été retiré."""
    head = api.find_head()
    if head is None:
        _fail(f"Le journal est vide{FINE}: aucune tête n’est encore signée (maillage journal sequence).", code=1)
    elif as_json:
        typer.echo(json.dumps(asdict(head), default=str, ensure_ascii=False))
    else:
        typer.echo(head.note, nl=False)


def prove(
    event: Annotated[UUID | None, typer.Argument(help="Identifiant de l’événement.")] = None,
    since: Annotated[
        Path | None, typer.Option("--since", help="Prouver plutôt que le journal n’a fait que grandir depuis cette tête.")
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", help="Fichier à écrire ; sinon la sortie.")] = None,
) -> None:
    """Écrire la preuve qu’un événement est dans le journal : elle se vérifie loin d’ici, avec la seule clé publique."""
    if (event is None) == (since is None):
        _fail("Donnez un événement, ou une tête gardée (--since).", code=2)
    text = _explain(lambda: api.prove_event(event) if event else api.prove_growth(_read_head(since).size))
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text)
        typer.echo(f"Preuve écrite{FINE}: {output}")


def verify(
    proof: Annotated[
        str | None, typer.Option("--proof", help="Vérifier seulement un événement : son identifiant, ou un fichier de preuve.")
    ] = None,
    since: Annotated[list[Path] | None, typer.Option("--since", help="Tête signée gardée ailleurs : le journal doit en venir.")] = None,
    growth: Annotated[
        Path | None,
        typer.Option("--growth", help="Vérifier seulement, par ce fichier de preuve, que le journal vient de la tête de --since."),
    ] = None,
    key: Keys = None,
    as_json: AsJson = False,
) -> None:
    """Relire tout le journal et dire ce qui y a été retiré, déplacé, changé ou ajouté ; code 1 s’il y a une faute."""
    trusted = _read_keys(key)
    if growth is not None:
        _verify_growth(growth, since or [], trusted, as_json)
        return
    if proof is not None:
        _verify_proof(proof, trusted, as_json)
        return
    try:
        found = api.verify_journal(known_notes=[_read_file(file) for file in since or []], trusted=trusted)
    except NoteMalformed:
        _fail("Un fichier donné à --since n’est pas une tête signée (maillage journal head).", code=2)
    if as_json:
        typer.echo(json.dumps({**asdict(found), "whole": found.whole}, ensure_ascii=False))
    else:
        typer.echo(f"{found.size} événements relus, {found.heads} têtes, {found.waiting} en attente, en {found.seconds:.1f} s.")
        typer.echo(f"Empreinte{FINE}: {found.root}")
        for fault in found.faults:
            typer.echo(say_fault(fault), err=True)
        if found.missing_guards:
            typer.echo(
                f"Gardes absentes de la base (maillage doctor, puis une migration les remet){FINE}: {', '.join(found.missing_guards)}.",
                err=True,
            )
        typer.echo("Le journal est entier." if found.whole else f"Fautes trouvées{FINE}: {len(found.faults)}.")
    raise typer.Exit(int(not found.whole))


def rotate_key(
    finish: Annotated[bool, typer.Option("--finish", help="Quitter l’ancienne clé : la nouvelle signera seule.")] = False,
) -> None:
    """Changer la clé qui signe : d’abord une clé de plus, et les deux signent ; puis --finish."""
    step = rotation.finish_rotation if finish else rotation.start_rotation
    verifier = _explain(lambda: step(now=timezone.now()))
    typer.echo(f"Clé publique{' qui signe seule' if finish else ' ajoutée'}{FINE}: {verifier}")


def _verify_proof(asked: str, trusted: list[Verifier], as_json: bool) -> None:
    file = Path(asked)
    if file.is_file():
        text = _read_file(file)
    else:
        try:
            identifier = UUID(asked)
        except ValueError:
            _fail(f"{asked} n’est ni un fichier de preuve ni l’identifiant d’un événement.", code=2)
        text = _explain(lambda: api.prove_event(identifier))
    event, index, head = _explain(lambda: verify_proof(text, trusted or _list_known_keys()))
    if as_json:
        found = {"valid": True, "index": index, "size": head.size, "origin": head.origin, "event": asdict(event)}
        typer.echo(json.dumps(found, default=str, ensure_ascii=False))
    else:
        typer.echo(f"Preuve vraie{FINE}: événement {event.key}, {event.act}, n° {index} sur {head.size} de {head.origin}.")


def _verify_growth(file: Path, since: list[Path], trusted: list[Verifier], as_json: bool) -> None:
    if len(since) != 1:
        _fail("--growth veut une tête gardée, et une seule (--since).", code=2)
    text, kept = _read_file(file), _read_file(since[0])
    old, new = _explain(lambda: verify_growth(text, kept, trusted or _list_known_keys()))
    if as_json:
        typer.echo(json.dumps({"valid": True, "old_size": old.size, "size": new.size, "origin": new.origin}))
    else:
        typer.echo(f"Preuve vraie{FINE}: de {old.size} à {new.size} événements, {new.origin} n’a fait que grandir.")


def _list_known_keys() -> list[Verifier]:
    return [*keys.find_verifiers(), *queries.list_verifiers()]


def _explain[T](act: Callable[[], T]) -> T:
    """Do an act of the room; say in French why it is refused."""
    try:
        return act()
    except api.UnknownEvent as error:
        _fail(f"Aucun événement ne porte l’identifiant {error.event}.", code=2)
    except api.NotSequenced:
        _fail("Cet événement attend encore d’être mis en ordre (maillage journal sequence).", code=1)
    except (api.TreeSpoiled, sequencer.HeadSpoiled):
        _fail("Le journal a été touché : rien n’y est ajouté ni prouvé (maillage journal verify dit où).", code=1)
    except api.NoSuchSize as error:
        _fail(f"Le journal n’a jamais eu {error.size} événements, ou ne les a plus.", code=1)
    except (ProofMalformed, NoteMalformed, EventMalformed):
        _fail("Ce fichier n’est pas une preuve entière : il est coupé ou d’une autre forme.", code=1)
    except NoteNotSigned:
        _fail("Aucune clé connue n’a signé cette preuve (--key donne une clé publique).", code=1)
    except ProofFalse:
        _fail("Preuve fausse : elle ne mène pas à la tête signée.", code=1)
    except sequencer.JournalKeyLost:
        _fail("La clé présente n’a pas signé la dernière tête. Remettez l’ancienne, ou voyez --accept-lost-key.", code=1)
    except keys.JournalKeyWrong as error:
        _fail(f"Clé du journal illisible, d’un autre nom que lui, ou à changer là où elle est donnée{FINE}: {error.where}.", code=1)
    except rotation.RotationRefused as error:
        _fail(
            "Un changement est en cours : terminez-le par --finish." if error.under_way else "Aucun changement de clé n’est en cours.",
            code=1,
        )


def _fail(message: str, *, code: int) -> NoReturn:
    typer.echo(message.replace(" :", f"{FINE}:"), err=True)
    raise typer.Exit(code)


def _read_file(file: Path) -> str:
    try:
        return file.read_text()
    except (OSError, UnicodeDecodeError):
        _fail(f"Le fichier {file} ne se lit pas.", code=2)


def _read_head(file: Path | None) -> Checkpoint:
    try:
        return read_checkpoint(_read_file(file) if file else "")
    except NoteMalformed:
        _fail("Le fichier donné à --since n’est pas une tête signée (maillage journal head).", code=2)


def _read_keys(texts: list[str] | None) -> list[Verifier]:
    try:
        return [read_verifier(text) for text in texts or []]
    except KeyMalformed:
        _fail("Ce texte n’est pas une clé publique : <nom>+<8 chiffres>+<base64>, comme sur la page du journal.", code=2)
