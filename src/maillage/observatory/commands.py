"""Commands of the room."""

import typer

from maillage.observatory.release_commands import add_release_commands
from maillage.observatory.source_commands import add_source_commands
from maillage.observatory.table_commands import add_table_commands


def add_commands(app: typer.Typer) -> None:
    """Add the groups `sources`, `table` and `release`, and `figure`."""
    add_source_commands(app)
    add_table_commands(app)
    add_release_commands(app)
