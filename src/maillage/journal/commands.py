"""Commands of the room: the sequencer."""

import signal
import threading
from typing import Annotated

import typer

from maillage.journal import sequencer


def add_commands(app: typer.Typer) -> None:
    """Add the group `journal`."""
    group = typer.Typer(no_args_is_help=True, help="Journal des actes : mise en ordre, têtes signées, preuves.")
    group.callback()(lambda: None)
    group.command("sequence")(sequence)
    app.add_typer(group, name="journal")


def sequence(follow: Annotated[bool, typer.Option("--follow", help="Continuer à mesure que des actes arrivent.")] = False) -> None:
    """Numéroter et enchaîner les événements qui attendent, et signer la tête du journal."""
    if not follow:
        typer.echo(f"{sequencer.sequence_events()} événements ajoutés.")
        return
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    signal.signal(signal.SIGINT, lambda *_: stop.set())
    sequencer.run_forever(stop=stop)
