"""The words of the help in French, where Typer brings its own."""

from typing import Any

import typer.main
import typer.rich_utils

_TITLES = {
    "ARGUMENTS_PANEL_TITLE": "Arguments",
    "COMMANDS_PANEL_TITLE": "Commandes",
    "ERRORS_PANEL_TITLE": "Erreur",
    "REQUIRED_LONG_STRING": "[obligatoire]",
    "DEFAULT_STRING": "[par défaut\u202f: {}]",
    "RICH_HELP": "Aide\u202f: [blue]{command_path} {help_option}[/]",
}


def speak_french(app: typer.Typer) -> Any:
    """The command of `app`, ready to be called, whose help reads in French down to its last group."""
    for name, words in _TITLES.items():
        setattr(typer.rich_utils, name, words)
    command = typer.main.get_command(app)
    _name_help_option(command)
    return command


def _name_help_option(command: Any) -> None:
    with command.make_context("maillage", [], resilient_parsing=True) as context:
        command.get_help_option(context).help = "Montrer cette aide."
    for inner in getattr(command, "commands", {}).values():
        _name_help_option(inner)
