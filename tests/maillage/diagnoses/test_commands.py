"""`maillage diagnose` as an operator runs it."""

import json

import pytest
import typer
from typer.testing import CliRunner

from maillage.diagnoses.commands import add_commands


@pytest.fixture
def run():
    app = typer.Typer()
    app.callback()(lambda: None)
    add_commands(app)
    return lambda *words: CliRunner().invoke(app, ["diagnose", *words])


def test_a_diagnosis_is_written_in_a_file(run, memory_release, tmp_path):
    done = run("commune:22113", "--format", "json", "-o", str(tmp_path / "a" / "lannion.json"))

    assert done.exit_code == 0
    assert json.loads((tmp_path / "a" / "lannion.json").read_text())["name"] == "Lannion"


@pytest.mark.parametrize(
    "words", [("commune:00000",), (), ("commune:22113", "--release", "nope"), ("--all", "villes", "-o", "x"), ("--all", "regions")]
)
def test_what_cannot_be_done_is_refused_with_exit_code_2(run, memory_release, words):
    done = run(*words)

    assert done.exit_code == 2
    assert "maillage diagnose" in done.output


def test_a_group_is_written_whole_overseas_included(run, memory_release, tmp_path):
    done = run("--all", "regions", "--format", "csv", "-o", str(tmp_path))

    assert done.exit_code == 0
    assert (tmp_path / "region-04.csv").is_file()
    assert len(list(tmp_path.iterdir())) >= 18
