"""The database that commands find: made ready before they run, so that nobody has to know of migrations."""

import typer
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

NEEDING_DATABASE = frozenset({"jobs", "release", "serve", "worker"})


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
