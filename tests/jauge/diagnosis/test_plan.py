"""Plans are read from YAML; a slip is told with its line."""

from pathlib import Path

import pytest

from jauge.definitions import BadDefinition
from jauge.diagnosis import check_plan, parse_plan

GOOD = """\
code: essai
title: {fr: Essai}
key_figures: [population]
sections:
  - code: identity
    kind: identity
    title: {fr: Le territoire}
    indicators: [population]
rules:
  - code: small
    kind: weakness
    severity: {watch: population < 100}
    figures: [population]
    title: {fr: Petit}
    sentence: {fr: "{population} habitants."}
    act: {fr: "Se réunir."}
"""

SLIPS = [
    ("key_figures: [population]", "key_figure: [population]", 3, "vouliez-vous dire « key_figures »"),
    ("kind: identity", "kind: identité", 6, "est inconnu ; attendu"),
    ("{watch: population < 100}", "{watch: population <}", 12, "n’est pas une formule"),
    ("{watch: population < 100}", "{grave: population < 100}", 12, "« grave » clé inconnue"),
    ("{watch: population < 100}", "{watch: libraries < 100}", 13, "nom inconnu « libraries »"),
    ('"{population} habitants."', '"{habitants}."', 13, "parle de « habitants »"),
    ('act: {fr: "Se réunir."}', "act: {en: Meet.}", 16, "n’a pas son texte en français"),
    ("    title: {fr: Petit}\n", "", 10, "« title » clé obligatoire absente"),
    ("title: {fr: Essai}", "title: {fr: ''}", 2, "est vide"),
    ("code: essai", "code: [essai", 2, "YAML mal écrit"),
    ("indicators: [population]", "indicators: [population, population]", 8, "deux fois"),
    ("code: essai", "code: essai\ncode: autre", 2, "deux fois"),
]


def test_a_plan_gives_its_sections_rules_and_indicators():
    plan = parse_plan(GOOD, file="essai.yaml")

    assert [section.code for section in plan.sections] == ["identity"]
    assert [rule.code for rule in plan.rules] == ["small"]
    assert plan.indicators == ("population",)


@pytest.mark.parametrize(("before", "after", "line", "message"), SLIPS)
def test_a_slip_in_a_plan_is_told_with_its_file_and_line(before, after, line, message):
    assert before in GOOD

    with pytest.raises(BadDefinition, match=message) as caught:
        parse_plan(GOOD.replace(before, after, 1), file="essai.yaml")

    assert (caught.value.file, caught.value.line) == ("essai.yaml", line)


def test_a_plan_that_names_an_unknown_indicator_is_refused_with_the_likeliest_one():
    plan = parse_plan(GOOD, file="essai.yaml")

    with pytest.raises(BadDefinition, match="ligne 3 : aucun indicateur ne s’appelle « population » ; vouliez-vous dire « populations »"):
        check_plan(plan, {"populations"})


def test_the_shipped_plan_names_only_indicators_that_are_defined():
    definitions = Path(__file__).parents[3] / "definitions"
    plan = parse_plan((definitions / "diagnosis" / "numerique.yaml").read_text(), file="numerique.yaml")

    check_plan(plan, {file.stem for file in (definitions / "indicators").glob("*.yaml")})
