"""Commands of the room: the worker, and the operator's hand on long acts."""

import json
import signal
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from maillage.jobs import api, worker


def add_commands(app: typer.Typer) -> None:
    """Add `worker` and the group `jobs`."""
    app.command("worker")(run_worker)
    group = typer.Typer(no_args_is_help=True, help="Travaux longs : liste, annulation, nouvel essai.")
    group.command("list")(list_jobs)
    group.command("cancel")(cancel_job)
    group.command("retry")(retry_job)
    app.add_typer(group, name="jobs")


def run_worker(once: Annotated[bool, typer.Option("--once", help="S’arrêter quand plus rien n’attend.")] = False) -> None:
    """Exécuter les travaux longs (constructions, documents) qui attendent."""
    if once:
        while worker.run_next_job():
            pass
        return
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    worker.run_forever(stop=stop)


def list_jobs(as_json: Annotated[bool, typer.Option("--json", help="Sortie en JSON.")] = False) -> None:
    """Montrer les derniers travaux."""
    found = api.list_jobs()
    if as_json:
        typer.echo(json.dumps([asdict(job) for job in found], default=str, ensure_ascii=False))
        return
    for job in found:
        typer.echo(f"{job.id}  {job.state:<10} {job.done}/{job.total or '?'}  {job.label}  {job.key}")


def cancel_job(job: UUID) -> None:
    """Annuler un travail qui attend ou qui tourne."""
    _act(lambda: api.cancel_job(job))


def retry_job(job: UUID) -> None:
    """Faire attendre de nouveau un travail échoué ou annulé."""
    _act(lambda: api.retry_job(job))


def _act(act: Callable[[], object]) -> None:
    try:
        act()
    except api.UnknownJob as error:
        typer.echo(f"Aucun travail ne porte l’identifiant {error.job} (maillage jobs list les montre).", err=True)
        raise typer.Exit(2) from None
    except (api.JobNotCancellable, api.JobNotRetryable) as error:
        typer.echo(f"Ce travail ne s’y prête pas : son état est « {error.state} ».", err=True)
        raise typer.Exit(1) from None
