"""`maillage serve`: the site, a worker of long acts and the sequencer of the journal, side by side, on this machine."""

import signal
import socket
import subprocess
import sys
import time
from typing import Annotated

import typer

HOST = "127.0.0.1"
FIRST_PORT = 8000
PORTS = 100


class NoFreePort(Exception):
    """None of the ports that were tried is free."""

    code = "no_free_port"


def find_free_port(first: int = FIRST_PORT, tries: int = PORTS) -> int:
    """The first port that nobody listens on, from `first` on. Raises NoFreePort."""
    for port in range(first, first + tries):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise NoFreePort(f"{first}-{first + tries - 1}")


def run_site(port: Annotated[int | None, typer.Option(help="Port ; sinon le premier libre à partir de 8000.")] = None) -> None:
    """Ouvrir le site, exécuter les travaux longs et tenir le journal, jusqu’à Ctrl-C."""
    chosen = port or find_free_port()
    typer.echo(f"Le site est à l’adresse http://{HOST}:{chosen}/ (Ctrl-C pour l’arrêter)")
    bind = f"{HOST}:{chosen}"
    site = [sys.executable, "-m", "gunicorn", "maillage.wsgi", "--bind", bind, "--threads", "4", "--log-level", "warning"]
    maillage = [sys.executable, "-m", "maillage.cli"]
    raise typer.Exit(run_side_by_side([site, [*maillage, "worker"], [*maillage, "journal", "sequence", "--follow"]]))


def run_side_by_side(commands: list[list[str]]) -> int:
    """Run programs until one ends or a signal comes; stop the others. Returns the code of the one that ended, 0 after a signal."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    running = [subprocess.Popen(command) for command in commands]
    try:
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
        return next(code for process in running if (code := process.poll()) is not None)
    except KeyboardInterrupt:
        return 0
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait(timeout=30)
