"""The command line `maillage`: each room gives its own commands (`<room>/commands.py`), this module gathers them."""

import os
from importlib import import_module
from importlib.util import find_spec

import django
import typer
from django.apps import apps


def build_app() -> typer.Typer:
    """Gather what each room's `commands.add_commands(app)` brings, and the house's own commands. Needs Django set up."""
    from maillage.cli import database, demo, doctor, serve  # they read the settings

    app = typer.Typer(name="maillage", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

    @app.callback()
    def _about() -> None:
        """Observer, convenir, agir, évaluer : la plateforme numérique des territoires."""

    app.command("demo")(demo.run_demo)
    app.command("serve")(serve.run_site)
    app.command("doctor")(doctor.run_doctor)
    for config in apps.get_app_configs():
        if config.name.startswith("maillage.") and find_spec(f"{config.name}.commands"):
            import_module(f"{config.name}.commands").add_commands(app)
    database.prepare_before(app)
    return app


def main() -> None:
    """Run the command line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.settings.base")
    django.setup()
    from maillage.cli.french import speak_french

    speak_french(build_app())()
