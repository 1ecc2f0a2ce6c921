"""The same verdicts as frictionless, the reference reader of Table Schema, on the national schemas and on planted faults."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from bench._subsidies import SCHEMA, write_subsidies
from frictionless import Resource, Schema, system

from jauge.tables import check_stream, parse_schema
from maillage.observatory.table_files import is_sheet, open_table_file

# Codes that speak of the header: frictionless pairs columns by place, we pair them by name, so that only the verdict compares.
HEADER_CODES = {"missing_column", "extra_column", "duplicate_column", "misnamed_column", "misplaced_column", "blank_header"}
# Measured once with frictionless 5.21 and its readers of spreadsheets: the columns of the ODS are not in the schema's order.
SHEETS = {"decp-marches/exemple-valide.xlsx": True, "decp-marches/exemple-valide.ods": False}


def _folder(real_data: Path) -> Path:
    return real_data / "standards" / "tableschema"


def _cases(real_data: Path) -> list[dict[str, str]]:
    with (_folder(real_data) / "cases.csv").open(encoding="utf-8", newline="") as file:
        return [row for row in csv.DictReader(file) if row["kind"] == "data"]


def _acceptable(text: str) -> dict[str, Any]:
    """The schema without what frictionless refuses to read and we read: a name in capitals, patterns on dates (already ISO dates)."""
    schema = json.loads(text)
    schema["name"] = str(schema.get("name", "schema")).lower()
    for field in schema["fields"]:
        if field.get("type") == "date":
            field.get("constraints", {}).pop("pattern", None)
    return dict(schema)


def _theirs(path: Path, schema: str) -> tuple[bool, set[tuple[int, str]]]:
    """(valid, cells at fault as (row, column))."""
    with system.use_context(trusted=True):
        report = Resource(path=str(path), schema=Schema.from_descriptor(_acceptable(schema))).validate(limit_errors=10**6)
    found = report.flatten(["rowNumber", "fieldName", "type"])
    return report.valid, {(row, name) for row, name, kind in found if kind in {"type-error", "constraint-error"}}


def _ours(path: Path, schema: str) -> tuple[bool, set[tuple[int, str]], set[str]]:
    with open_table_file(path) as stream:
        report = check_stream(stream, parse_schema(schema).spec)
    cells = {(fault["line"], fault["column"]) for fault in report.faults.to_pylist() if fault["line"] > 1}
    return report.valid, cells, set(report.counts)


@pytest.mark.real_data
def test_each_national_example_gets_the_verdict_of_frictionless(real_data: Path) -> None:
    folder, compared = _folder(real_data), 0
    for case in _cases(real_data):
        path, schema = folder / case["path"], (folder / case["schema"] / "schema.json").read_text(encoding="utf-8")
        valid, cells, codes = _ours(path, schema)
        if is_sheet(path):
            assert valid == SHEETS[case["path"]], case["path"]
            continue
        expected, expected_cells = _theirs(path, schema)
        assert valid == expected, case["path"]
        assert valid == (case["expected"] != "invalid"), case["path"]
        if not codes & (HEADER_CODES - {"missing_column"}):
            assert cells == expected_cells, case["path"]
            compared += 1

    assert compared >= 12


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_planted_faults_are_found_in_the_very_cells_of_frictionless(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "subsidies.csv"
    write_subsidies(path, 2000, faults=0.3, seed=seed)

    valid, cells, _ = _ours(path, SCHEMA)

    repeated = {(row, name) for row, name in cells if name == "id"}  # frictionless tells a key by its row only
    assert (valid, cells - repeated) == _theirs(path, SCHEMA)
    assert repeated


def test_the_file_of_the_bench_is_the_same_each_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_subsidies(tmp_path / name, 50, faults=0.5, seed=4)

    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert not check_stream(io.BytesIO((tmp_path / "a").read_bytes()), parse_schema(SCHEMA).spec).valid
