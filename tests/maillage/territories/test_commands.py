"""The commands: outputs a script can read, true exit codes."""

import csv
import io
import json

from typer.testing import CliRunner

from maillage.territories.commands import territories


def test_search_prints_references_and_json() -> None:
    done = CliRunner().invoke(territories, ["search", "lannion", "--json", "--limit", "1"])

    assert done.exit_code == 0
    assert json.loads(done.output)[0]["territory"] == "commune:22113"


def test_search_without_answer_exits_1() -> None:
    assert CliRunner().invoke(territories, ["search", "xqzwv"]).exit_code == 1


def test_crosswalk_writes_every_row_with_its_rule() -> None:
    done = CliRunner().invoke(territories, ["crosswalk", "2024", "2025", "--moved"])
    rows = list(csv.DictReader(io.StringIO(done.output)))

    assert {"code_from": "49069", "code_to": "49126", "weight": "1", "weight_total": "1", "rule": "code_changed"} in rows
    assert not any(row["rule"] == "unchanged" for row in rows)


def test_resolve_says_the_commune_and_the_rule() -> None:
    done = CliRunner().invoke(territories, ["resolve", "75111", "--cog", "2019"])

    assert "commune:75056 Paris — arrondissement_folded" in done.output


def test_an_unknown_code_or_vintage_exits_2_with_a_hint() -> None:
    unknown = CliRunner().invoke(territories, ["resolve", "1001"])
    too_old = CliRunner().invoke(territories, ["crosswalk", "1990", "2026"])

    assert (unknown.exit_code, too_old.exit_code) == (2, 2)
    assert "01001" in unknown.output
    assert "2019" in too_old.output
