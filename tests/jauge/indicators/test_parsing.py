"""Reading definitions: each refusal names the file, the line and what was expected."""

from pathlib import Path

import pytest

from jauge.definitions import BadDefinition
from jauge.indicators import Kind, check_definitions, parse_indicator

GOOD = """\
code: share_x
label: {fr: "Part de x", en: "Share of x"}
definition: {fr: "x sur n.", en: "x over n."}
champ: {fr: "France", en: "France"}
theme: networks
unit: share
direction: higher_is_better
source: some_file
period: 2019-09-30
numerator: x + y
denominator: n
levels: {from: commune, to: pays, by: sum_of_counts}
missing:
  - {when: n == 0, reason: not_applicable}
case: {x: 1, y: 2, n: 4, value: 0.75}
validated: {by: someone, date: 2026-11-25}
"""
COLUMNS = {"some_file": ("x", "y", "n")}


def test_definition_is_read() -> None:
    indicator = parse_indicator(GOOD)

    assert indicator.kind is Kind.RATIO
    assert indicator.formula == "(x + y) / (n)"
    assert indicator.series[0].period == "2019-09-30"
    assert check_definitions([indicator], COLUMNS) == (indicator,)


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("numerator: x + y", "numerator: __import__('os')", 10, "fonction inconnue"),
        ("numerator: x + y", "numerator: x.y", 10, "n’est permis"),
        ("unit: share", "unit: percent", 6, "attendu : share"),
        ("theme: networks", "theme: weather", 5, "attendu : networks"),
        ("direction: higher_is_better", "direction: up", 7, "attendu : higher_is_better"),
        ("levels: {from: commune, to: pays, by: sum_of_counts}", "levels: {from: commune}", 12, "attendu : {from"),
        ("label: {fr: \"Part de x\", en: \"Share of x\"}", "label: x", 2, "attendu : {fr"),
        ("case: {x: 1, y: 2, n: 4, value: 0.75}", "case: {x: 1}", 15, "cas calculé"),
        ("theme: networks", "colour: red\ntheme: networks", 5, "clé inconnue"),
        ("unit: share", "unit: share\nunit: count", 7, "deux fois"),
        ("denominator: n\n", "", 1, "attendu : count, ou numerator et denominator"),
        ("theme: networks", "theme: [networks", 6, "YAML mal écrit"),
    ],
)  # fmt: skip
def test_definition_refusal_names_line_and_expectation(before: str, after: str, line: int, says: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        parse_indicator(GOOD.replace(before, after), file="indicators/share_x.yaml")

    assert refused.value.file == "indicators/share_x.yaml"
    assert says in str(refused.value)
    if line > 1:
        assert refused.value.line == line


def test_definition_with_an_unknown_column_is_refused_at_its_formula() -> None:
    indicator = parse_indicator(GOOD.replace("x + y", "x + z"))

    with pytest.raises(BadDefinition, match="ligne 10 : « numerator » nom inconnu « z » ; attendu : n, rows, x, y"):
        check_definitions([indicator], COLUMNS)


def test_definition_with_an_unknown_source_is_refused() -> None:
    with pytest.raises(BadDefinition, match="source inconnue « some_file »"):
        check_definitions([parse_indicator(GOOD)], {"other_file": ()})


def make_derived(code: str, used: str) -> str:
    lines = GOOD.replace("code: share_x", f"code: {code}").replace("source: some_file\n", "").replace("missing:\n", "").splitlines()
    kept = [line for line in lines if "when:" not in line]
    return "\n".join([*kept, f"uses: {{x: {{indicator: {used}, period: 2019}}, y: {{indicator: n_x, period: 2019}}, "
                             "n: {indicator: n_x, period: 2019}}"])  # fmt: skip


def test_definitions_that_use_each_other_are_refused_with_their_path() -> None:
    count = GOOD.replace("code: share_x", "code: n_x").replace("numerator: x + y\ndenominator: n", "count: n")
    texts = [count, make_derived("first", "second"), make_derived("second", "first")]

    with pytest.raises(BadDefinition, match="en rond : first → second → first"):
        check_definitions([parse_indicator(text) for text in texts], COLUMNS)


def test_definitions_are_ordered_so_that_each_follows_those_it_uses() -> None:
    count = GOOD.replace("code: share_x", "code: n_x").replace("numerator: x + y\ndenominator: n", "count: n")

    ordered = check_definitions([parse_indicator(make_derived("a_derived", "n_x")), parse_indicator(count)], COLUMNS)

    assert [one.code for one in ordered] == ["n_x", "a_derived"]


def test_definition_twice_is_refused() -> None:
    with pytest.raises(BadDefinition, match="défini deux fois"):
        check_definitions([parse_indicator(GOOD), parse_indicator(GOOD)], COLUMNS)


def test_every_shipped_definition_is_named_after_its_code() -> None:
    folder = Path(__file__).parents[3] / "definitions" / "indicators"

    for path in folder.glob("*.yaml"):
        assert parse_indicator(path.read_text(encoding="utf-8"), file=path.name).code == path.stem
