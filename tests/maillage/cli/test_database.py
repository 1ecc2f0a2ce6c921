"""A command that needs the database finds it ready, or says why not."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]


def run_maillage(home: Path, *words: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    known = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), "MAILLAGE_HOME": str(home)}
    command = [sys.executable, "-m", "maillage.cli", *words]
    return subprocess.run(command, capture_output=True, text=True, env=known | environment, check=False)


def test_the_first_command_makes_the_tables_and_the_next_finds_them(tmp_path: Path) -> None:
    first, second = (run_maillage(tmp_path, "release", "list") for _ in range(2))

    with sqlite3.connect(tmp_path / "maillage.sqlite3") as database:
        tables = {name for (name,) in database.execute("SELECT name FROM sqlite_master")}
    assert "observatory_release" in tables
    assert (first.returncode, second.returncode) == (0, 0)
    assert "Base de données préparée" in first.stderr
    assert second.stderr == ""
    assert first.stdout == second.stdout


def test_a_database_that_does_not_answer_is_named_with_its_setting(tmp_path: Path) -> None:
    done = run_maillage(tmp_path, "jobs", "list", MAILLAGE_DATABASE_URL="postgresql://127.0.0.1:1/nowhere")

    assert done.returncode == 1
    assert "MAILLAGE_DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr


def test_asking_for_help_makes_no_database(tmp_path: Path) -> None:
    assert run_maillage(tmp_path, "release", "build", "--help").returncode == 0
    assert not (tmp_path / "maillage.sqlite3").exists()
