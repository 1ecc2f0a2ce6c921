"""Write the pages of the guide that the code knows: commands, indicators (`make docs`); `--check` fails where one is out of date."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import django
import typer
import yaml

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "maillage.settings.base")
ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "guide"
NOTICE = "<!-- Écrit par `make docs` : ne pas modifier à la main. -->\n\n"


def _walk_commands(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
    """Each final command with its whole name, in alphabetical order."""
    if isinstance(command, click.Group):
        for part in sorted(command.commands):
            yield from _walk_commands(command.commands[part], f"{name} {part}")
    else:
        yield name, command


def _describe_parameter(parameter: click.Parameter) -> str:
    """One line: how it is written, what it says."""
    written = ", ".join(parameter.opts) if isinstance(parameter, click.Option) else (parameter.name or "").upper()
    said = (getattr(parameter, "help", None) or "").strip()
    return f"- `{written}`" + (f" — {said}" if said else "")


def write_commands() -> str:
    """The reference of the command line, from the commands themselves."""
    from maillage.cli import build_app  # after Django is set up

    lines = ["# La ligne de commande\n\n", NOTICE]
    for name, command in _walk_commands(typer.main.get_command(build_app()), "maillage"):
        parameters = [_describe_parameter(p) for p in command.params if p.name != "help"]
        lines.append(f"## `{name}`\n\n{(command.help or '').strip()}\n\n" + "\n".join(parameters) + ("\n\n" if parameters else ""))
    return "".join(lines).rstrip() + "\n"


def write_indicators() -> str:
    """The list of indicators, from their definitions."""
    rows = []
    for file in sorted((ROOT / "definitions" / "indicators").glob("*.yaml")):
        definition = yaml.safe_load(file.read_text())
        rows.append(f"| `{definition['code']}` | {definition['label']['fr']} | {definition.get('theme', '')} | {definition['unit']} |")
    return "# Les indicateurs\n\n" + NOTICE + "| code | libellé | thème | unité |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


PAGES = {"commandes.md": write_commands, "indicateurs.md": write_indicators}


def main(*, check: bool) -> int:
    """Write the pages, or say which are out of date."""
    django.setup()
    stale = []
    for name, write in PAGES.items():
        page, text = GUIDE / name, write()
        if not page.is_file() or page.read_text() != text:
            stale.append(name)
            if not check:
                GUIDE.mkdir(parents=True, exist_ok=True)
                page.write_text(text)
    if check and stale:
        print(f"out of date, run `make docs`: {', '.join(stale)}")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
