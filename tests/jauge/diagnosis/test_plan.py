"""Plans are read from YAML; a slip is told with its line."""

from pathlib import Path

import pytest

from jauge.diagnosis import PlanError, check_plan, parse_plan

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
    ("key_figures: [population]", "key_figure: [population]", 3, "did you mean 'key_figures'"),
    ("kind: identity", "kind: identité", 6, "it should be one of"),
    ("{watch: population < 100}", "{watch: population <}", 12, "cannot be read"),
    ("{watch: population < 100}", "{grave: population < 100}", 12, "unknown key 'grave'"),
    ("{watch: population < 100}", "{watch: libraries < 100}", 13, "speaks of 'libraries'"),
    ('"{population} habitants."', '"{habitants}."', 13, "speaks of 'habitants'"),
    ('act: {fr: "Se réunir."}', "act: {en: Meet.}", 16, "lacks its text in French"),
    ("    title: {fr: Petit}\n", "", 10, "'title' is missing"),
    ("title: {fr: Essai}", "title: {fr: ''}", 2, "is empty"),
    ("code: essai", "code: [essai", 2, "not YAML"),
    ("indicators: [population]", "indicators: [population, population]", 8, "twice"),
    ("code: essai", "code: essai\ncode: autre", 2, "stands twice"),
]


def test_a_plan_gives_its_sections_rules_and_indicators():
    plan = parse_plan(GOOD, file="essai.yaml")

    assert [section.code for section in plan.sections] == ["identity"]
    assert [rule.code for rule in plan.rules] == ["small"]
    assert plan.indicators == ("population",)


@pytest.mark.parametrize(("before", "after", "line", "message"), SLIPS)
def test_a_slip_in_a_plan_is_told_with_its_file_and_line(before, after, line, message):
    assert before in GOOD

    with pytest.raises(PlanError, match=message) as caught:
        parse_plan(GOOD.replace(before, after, 1), file="essai.yaml")

    assert (caught.value.file, caught.value.line) == ("essai.yaml", line)


def test_a_plan_that_names_an_unknown_indicator_is_refused_with_the_likeliest_one():
    plan = parse_plan(GOOD, file="essai.yaml")

    with pytest.raises(PlanError, match="line 3: no indicator is called 'population'; did you mean 'populations'"):
        check_plan(plan, {"populations"})


def test_the_shipped_plan_names_only_indicators_that_are_defined():
    definitions = Path(__file__).parents[3] / "definitions"
    plan = parse_plan((definitions / "diagnosis" / "numerique.yaml").read_text(), file="numerique.yaml")

    check_plan(plan, {file.stem for file in (definitions / "indicators").glob("*.yaml")})
