"""The commands on sources: what they print, and their exit codes."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from maillage.observatory.source_commands import add_source_commands
from maillage.settings import paths


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer()
    made.callback()(lambda: None)
    add_source_commands(made)
    return made


def _run(app: typer.Typer, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["sources", *words])
    return done.exit_code, done.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "observatory").mkdir()
    return tmp_path


def test_list_names_each_source_with_its_publisher(app: typer.Typer) -> None:
    code, output = _run(app, "list")

    assert code == 0
    assert "arcep_fixed_2019" in output
    assert "Arcep" in output


def test_list_as_json_says_licence_copy_and_refusal(app: typer.Typer) -> None:
    listed = {source["name"]: source for source in json.loads(_run(app, "list", "--json")[1])}

    assert listed["arcep_fixed_2019"]["licence"] == "etalab-2.0"
    assert "batch8_mednum" in listed["arcep_fixed_2019"]["copy"]
    assert "contraire de son nom" in listed["derived_fixed_30mbps"]["refused"]


def test_check_of_a_shipped_source_succeeds(app: typer.Typer) -> None:
    code, output = _run(app, "check", "arcep_fibre_departements_2026", "--sources", str(paths.STARTER))

    assert code == 0
    assert "101 lignes acceptées sur 141" in output


def test_check_of_a_broken_file_fails_with_the_place_and_the_remedy(app: typer.Typer, folder: Path) -> None:
    (folder / "observatory/commune-debit-beta.csv").write_text("avis\ncode_insee,nbr\n01001,2\n", encoding="utf-8")

    code, output = _run(app, "check", "arcep_fixed_2019", "--sources", str(folder), "--json")

    verdict = json.loads(output)[0]
    assert code == 1
    assert (verdict["status"], verdict["code"]) == ("refused", "wrong_separator")
    assert "ligne 2" in verdict["message"]


def test_check_shows_the_first_rejects_with_their_suggestion(app: typer.Typer, folder: Path) -> None:
    text = "CODE_INSEE,LIBCOM,DEP,ACCES_SERVICE_PUBLIC\n1001,A,01,1\n" + "".join(f"{n},B,01,0\n" for n in range(10_000, 46_000))
    (folder / "observatory/acces_point_phys_service_publique.csv").write_text(text, encoding="utf-8")

    code, output = _run(app, "check", "public_service_points", "--sources", str(folder))

    assert code == 0
    assert "ligne 2, CODE_INSEE = «\u202f1001\u202f»" in output
    assert "peut-être «\u202f01001\u202f»" in output


def test_check_of_an_absent_file_that_was_asked_for_fails(app: typer.Typer, folder: Path) -> None:
    assert _run(app, "check", "arcep_fixed_2019", "--sources", str(folder))[0] == 1
    assert _run(app, "check", "--sources", str(folder))[0] == 0


def test_an_unknown_source_exits_with_2_and_near_names(app: typer.Typer) -> None:
    code, output = _run(app, "check", "arcep_fixed_2018")

    assert code == 2
    assert "arcep_fixed_2019" in output


def test_an_absurdly_long_name_is_answered_shortly(app: typer.Typer) -> None:
    code, output = _run(app, "check", "x" * 10_000)

    assert code == 2
    assert len(output) < 500


def test_fetch_without_an_address_fails_and_gives_the_page(app: typer.Typer, folder: Path) -> None:
    code, output = _run(app, "fetch", "arcep_fibre_quarterly", "--to", str(folder))

    assert code == 1
    assert "data.gouv.fr" in output
