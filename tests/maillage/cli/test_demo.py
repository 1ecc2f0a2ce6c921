"""The demo types the commands that anyone may type, in order, and says where the PDF lies."""

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from maillage.cli import demo
from maillage.settings import paths


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """What the demo did, each step a word."""
    done: list[str] = []
    monkeypatch.setattr(demo, "prepare_database", lambda: done.append("prepare"))
    monkeypatch.setattr(demo, "run_site", lambda port: done.append(f"serve {port}"))
    monkeypatch.setattr(paths, "HOME", tmp_path)
    return done


def _house(seen: list[str], *, build_code: int = 0) -> typer.Typer:
    app = typer.Typer()
    release = typer.Typer()
    actors = typer.Typer()

    @app.callback()
    def _about() -> None: ...

    @release.callback()
    def _releases() -> None: ...

    @release.command()
    def build() -> None:
        seen.append("build")
        raise typer.Exit(build_code)

    @actors.callback()
    def _people() -> None: ...

    @actors.command()
    def invent() -> None:
        seen.append("invent")

    @app.command()
    def diagnose(territory: str, kind: str = typer.Option("html", "--format"), output: Path = typer.Option(..., "-o")) -> None:  # noqa: B008
        seen.append(f"{territory} {kind}")
        output.write_text(kind)

    app.add_typer(release, name="release")
    app.add_typer(actors, name="actors")
    app.command("demo")(demo.run_demo)
    return app


def test_the_demo_prepares_builds_diagnoses_and_serves(seen: list[str]) -> None:
    done = CliRunner().invoke(_house(seen), ["demo", "--port", "8123"])

    assert done.exit_code == 0, done.output
    assert seen == ["prepare", "build", "invent", "departement:22 html", "departement:22 pdf", "serve 8123"]


def test_the_last_pdf_named_exists(seen: list[str]) -> None:
    done = CliRunner().invoke(_house(seen), ["demo", "--no-serve"])

    last = [word for word in done.output.split() if word.endswith(".pdf")][-1]
    assert Path(last).is_absolute()
    assert Path(last).read_text() == "pdf"
    assert "serve None" not in seen


def test_the_demo_stops_at_the_first_failure(seen: list[str]) -> None:
    done = CliRunner().invoke(_house(seen, build_code=2), ["demo"])

    assert done.exit_code == 1
    assert seen == ["prepare", "build"]
