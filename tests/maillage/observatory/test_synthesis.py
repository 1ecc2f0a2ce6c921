"""Matches and indices of a release, from its observations: which series stands for a part, and what is said where it lacks."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from jauge.composites import parse_recipe
from jauge.definitions import BadDefinition
from jauge.matching import parse_matching
from maillage.observatory.inputs import load_definitions
from maillage.observatory.synthesis import INDICES, MATCHES, synthesise
from maillage.settings import paths

PLAN = """
code: structure
label: {fr: Ressemblance}
levels: [departement]
neighbours: 2
variables:
  - {name: size, label: {fr: population}, indicators: [population], transform: log}
  - {name: older, label: {fr: âge}, indicators: [age_by_commune, age_by_departement]}
  - {name: income, label: {fr: revenu}, indicators: [income]}
"""
RECIPE = """
code: fragility
label: {fr: Indice}
definition: {fr: Moyenne}
levels: [departement]
scaling: minmax
min_known: 0.5
spread: 0.5
draws: 100
seed: 1
axes:
  - {name: people, label: {fr: Personnes}, components: [{name: older, label: {fr: âge}, indicators: [age_by_departement]}]}
  - {name: money, label: {fr: Argent}, components: [{name: income, label: {fr: revenu}, indicators: [income], reversed: true}]}
"""
ROWS = {
    "population": {"2019": [1000, 2000, 4000, 8000], "2023": [1100, 2100, 4100, 8100]},
    "age_by_departement": {"2021": [0.2, 0.22, 0.3, 0.1]},
    "income": {"2018": [1.0, 2.0, 3.0, 4.0], "2021": [9.0, None, None, None]},
}


def _observe(rows=ROWS):
    found = [
        {"level": "departement", "code": code, "indicator": indicator, "period": period, "value": value}
        for indicator, periods in rows.items()
        for period, values in periods.items()
        for code, value in zip("ABCD", values, strict=True)
    ]
    return pa.Table.from_pylist(found)


def _synthesise(observations):
    return synthesise(observations, plans=[parse_matching(PLAN, file="p")], recipes=[parse_recipe(RECIPE, file="r")])


def test_a_part_takes_the_newest_period_that_enough_of_the_level_knows():
    chosen = _synthesise(_observe()).chosen

    assert chosen["structure"]["departement"] == {
        "size": ["population", "2023"],
        "older": ["age_by_departement", "2021"],
        "income": ["income", "2018"],
    }


def test_each_territory_has_its_matches_and_its_index():
    made = _synthesise(_observe())
    matches = {row["code"]: [code for code, _ in json.loads(row["matches"])] for row in made.matches.to_pylist()}
    indices = {row["code"]: row for row in made.indices.to_pylist()}

    assert matches["A"][0] == "B"
    assert indices["A"]["score"] == pytest.approx(75)  # older: (0.2 - 0.1) / 0.2, income: the least, each half of the whole
    assert (indices["D"]["score"], indices["D"]["rank"]) == (0, 4)
    assert json.loads(indices["A"]["parts"]) == {"older": 25.0, "income": 50.0}
    assert all(row["rank_low"] <= row["rank"] <= row["rank_high"] for row in indices.values())


def test_an_index_on_half_of_its_weights_says_how_much_it_knows():
    rows = {name: periods for name, periods in ROWS.items() if name != "income"}
    made = _synthesise(_observe(rows))

    assert made.chosen["fragility"]["departement"]["income"] is None
    assert {row["known"] for row in made.indices.to_pylist()} == {0.5}
    assert json.loads(made.indices["parts"][0].as_py()) == {"older": 50.0}


def test_no_observation_gives_empty_tables():
    made = _synthesise(_observe({"population": {"2019": [None] * 4}}).slice(0, 0))

    assert (made.matches.num_rows, made.indices.num_rows) == (0, 0)
    assert (made.matches.schema, made.indices.schema) == (MATCHES, INDICES)


def test_a_plan_that_names_an_unknown_indicator_is_refused_with_its_line(tmp_path):
    for kind in ("indicators", "sources"):
        (tmp_path / kind).symlink_to(Path(paths.DEFINITIONS) / kind)
    (tmp_path / "matching").mkdir()
    (tmp_path / "matching" / "structure.yaml").write_text(PLAN.replace("[income]", "[populaton]"), encoding="utf-8")

    with pytest.raises(BadDefinition) as refusal:
        load_definitions(tmp_path)

    assert (refusal.value.file, refusal.value.line) == ("matching/structure.yaml", 8)  # the first that no definition knows
    assert "age_by_commune" in refusal.value.problem


def test_a_recipe_names_a_component_once():
    with pytest.raises(BadDefinition, match="composante nommée deux fois"):
        parse_recipe(RECIPE.replace("name: income", "name: older"), file="r")
