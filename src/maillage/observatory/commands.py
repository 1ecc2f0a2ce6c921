"""Commands of the room."""

import typer

from maillage.observatory.source_commands import add_source_commands


def add_commands(app: typer.Typer) -> None:
    """Add the group `sources`."""
    add_source_commands(app)
