"""`maillage table check`: what it prints, its exit codes, and the copy it writes."""

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from maillage.observatory.table_commands import add_table_commands

SCHEMA = {
    "title": "Aides",
    "fields": [
        {"name": "commune", "constraints": {"required": True}},
        {"name": "date", "type": "date"},
        {"name": "montant", "type": "number", "constraints": {"minimum": 0}},
    ],
}


@pytest.fixture(scope="module")
def app() -> typer.Typer:
    made = typer.Typer()
    made.callback()(lambda: None)
    add_table_commands(made)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    (tmp_path / "valide.csv").write_text("commune,date,montant\n01001,2020-01-31,10\n")
    (tmp_path / "faux.csv").write_bytes("commune;date;montant\n01001;31/01/2020;1 250,50\n;2020-02-30;-3\n".encode("cp1252"))
    return tmp_path


def _run(app: typer.Typer, folder: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, ["table", "check", *words, "--schema", str(folder / "schema.json")])
    return done.exit_code, done.output


def test_a_valid_file_is_said_so(app: typer.Typer, folder: Path) -> None:
    code, output = _run(app, folder, str(folder / "valide.csv"))

    assert code == 0
    assert "valide, 1 ligne" in output


def test_the_faults_of_a_wrong_file_are_lines_to_read(app: typer.Typer, folder: Path) -> None:
    code, output = _run(app, folder, str(folder / "faux.csv"))

    assert code == 1
    assert "5 erreurs pour 2 lignes" in output
    assert (
        "ligne 2, date = «\u202f31/01/2020\u202f» : date attendue, écrite AAAA-MM-JJ (peut-être «\u202f2020-01-31\u202f»)"
        in output.replace("\u00a0", " ").replace("\u202f:", " :")
    )


def test_the_json_holds_each_fault_with_its_cell(app: typer.Typer, folder: Path) -> None:
    code, output = _run(app, folder, str(folder / "faux.csv"), "--json")

    told = json.loads(output)
    assert (code, told["valid"], told["rows"], told["error_count"]) == (1, False, 2, 5)
    assert [list(error) for error in told["errors"]] == [["row", "column", "value", "code", "message", "suggestion"]] * 5
    assert told["errors"][1] == {
        "row": 2,
        "column": "montant",
        "value": "1 250,50",
        "code": "not_a_number",
        "message": "nombre attendu, avec « . » pour les décimales",
        "suggestion": "1250.50",
    }


def test_the_copy_is_written_beside_and_checks_better(app: typer.Typer, folder: Path) -> None:
    before = (folder / "faux.csv").read_bytes()

    _, output = _run(app, folder, str(folder / "faux.csv"), "--fixed", str(folder / "corrigé.csv"))

    assert "2 cellules corrigées" in output
    assert (folder / "corrigé.csv").read_text() == "commune;date;montant\n01001;2020-01-31;1250.50\n;2020-02-30;-3\n"
    assert (folder / "faux.csv").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == ["corrigé.csv", "faux.csv", "schema.json", "valide.csv"]


def test_the_original_is_never_written_over(app: typer.Typer, folder: Path) -> None:
    before = (folder / "faux.csv").read_bytes()

    code, output = _run(app, folder, str(folder / "faux.csv"), "--fixed", str(folder / "." / "faux.csv"))

    assert (code, (folder / "faux.csv").read_bytes()) == (2, before)
    assert "ne peut pas remplacer l’original" in output


def test_codes_are_held_against_a_vintage_with_the_code_of_today(app: typer.Typer, folder: Path) -> None:
    (folder / "codes.csv").write_text("commune,date,montant\n01001,,\n01091,,\n1001,,\n")  # 01091 Châtillon-en-Michaille merged in 2019

    _, output = _run(app, folder, str(folder / "codes.csv"), "--code", "commune=commune", "--cog", "2026", "--json")

    assert [(e["row"], e["code"], e["suggestion"]) for e in json.loads(output)["errors"]] == [
        (3, "unknown_code", "01033"),
        (4, "malformed_code", "01001"),
    ]


def test_a_foreign_key_needs_its_table(app: typer.Typer, folder: Path) -> None:
    foreign = [{"fields": "commune", "reference": {"resource": "communes", "fields": "code"}}]
    (folder / "schema.json").write_text(json.dumps(SCHEMA | {"foreignKeys": foreign}))
    (folder / "communes.csv").write_text("code;nom\n01002;x\n")

    _, without = _run(app, folder, str(folder / "valide.csv"))
    code, output = _run(app, folder, str(folder / "valide.csv"), "--table", f"communes={folder / 'communes.csv'}", "--json")

    assert "non vérifiée" in without
    assert (code, [error["code"] for error in json.loads(output)["errors"]]) == (1, ["unknown_reference"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["absent.csv"], "fichier absent"),
        (["{folder}"], "dossier"),
        (["{folder}/valide.csv", "--code", "x"], "NOM=VALEUR"),
        (["{folder}/valide.csv", "--code", "x=commune"], "pas de champ « x »"),
        (["{folder}/valide.csv", "--code", "commune=planète"], "famille inconnue"),
        (["{folder}/valide.csv", "--code", "commune=commune", "--cog", "1800"], "1800"),
        (["{folder}/table.xlsx"], "classeur illisible"),
        (["{folder}/valide.csv", "--table", "t=absente.csv"], "fichier absent"),
    ],
)
def test_a_mistake_of_usage_ends_with_2_and_a_sentence(app: typer.Typer, folder: Path, words: list[str], sentence: str) -> None:
    (folder / "table.xlsx").write_bytes(b"no spreadsheet")

    code, output = _run(app, folder, *(word.format(folder=folder) for word in words))

    assert code == 2
    assert sentence in output.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_schema_that_cannot_be_read_is_refused_with_a_sentence(app: typer.Typer, folder: Path) -> None:
    (folder / "schema.json").write_text("{}")

    code, output = _run(app, folder, str(folder / "valide.csv"))

    assert code == 2
    assert "Schéma refusé" in output


@pytest.mark.real_data
def test_a_sheet_is_read_as_a_table_is(app: typer.Typer, real_data: Path) -> None:
    folder = real_data / "standards" / "tableschema" / "decp-marches"

    code, output = _run(app, folder, str(folder / "exemple-valide.xlsx"), "--json")

    assert (code, json.loads(output)["rows"]) == (0, 4)
