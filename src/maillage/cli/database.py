"""The database that commands find: made ready before they run, so that nobody has to know of migrations."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import typer
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

NEEDING_DATABASE = frozenset({"actors", "jobs", "journal", "release", "serve", "worker"})  # commands and groups


def prepare_before(app: typer.Typer) -> None:
    """Make each command of `app` that needs the database prepare it first (asking for its help does not)."""
    groups = [group.typer_instance for group in app.registered_groups if group.name in NEEDING_DATABASE and group.typer_instance]
    commands = [command for command in app.registered_commands if command.name in NEEDING_DATABASE]
    for command in [*commands, *(one for group in groups for one in group.registered_commands)]:
        if command.callback:
            command.callback = _with_database(command.callback)


def _with_database(act: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(act)
    def prepared(*args: Any, **kwargs: Any) -> Any:
        prepare_database()
        return act(*args, **kwargs)

    return prepared


def prepare_database() -> None:
    """Bring the database to the version of this code; a new one gets its tables. Ends the command with code 1 where it does not answer."""
    try:
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        call_command("migrate", verbosity=0)
    except DatabaseError as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        typer.echo(f"La base de données ne répond pas\u202f: {reason}", err=True)
        typer.echo("Vérifiez MAILLAGE_DATABASE_URL, MAILLAGE_HOME et que le serveur tourne (maillage doctor).", err=True)
        raise typer.Exit(1) from None
    typer.echo("Base de données préparée.", err=True)
