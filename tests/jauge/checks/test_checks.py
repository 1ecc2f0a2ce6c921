"""Cross-checks over small tables a person can add up."""

from collections.abc import Mapping, Sequence
from typing import Any

import ibis
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jauge.checks import CheckedSource, DeclaredCheck, Outcome, Scope, Verdict, check_references, find_cycle, parse_check, run_checks
from jauge.definitions import BadDefinition
from jauge.tables.checking import REJECTS

HEAD = 'label: {fr: "Essai"}\nrule: "Une règle."\n'
COMMUNES = ("01001", "01002", "02001", "75056")


def _check(body: str) -> DeclaredCheck:
    return parse_check(HEAD + body, file="checks/essai.yaml")


def _source(columns: Mapping[str, Sequence[Any]], *, year: int = 2020, dated: int = 2020, key: tuple[str, ...] = ()) -> CheckedSource:
    """A source of communes: `code` and other columns, lines from 2."""
    codes = pa.array(columns["code"], pa.string())
    count = len(codes)
    marks = {
        "_line": pa.array(range(2, 2 + count), pa.int64()),
        "_level": pa.array(["commune"] * count, pa.string()),
        "_code": codes,
        "_period": pa.array([str(period) for period in columns.get("period", [2020] * count)], pa.string()),
    }
    table = ibis.memtable(pa.table({name: pa.array(values) for name, values in columns.items()} | marks))
    return CheckedSource(
        label="Essai",
        rejects=REJECTS.empty_table(),
        rows=count,
        raw=table,
        key=key,
        table=table,
        commune_column="code",
        cog_year=year,
        dated=dated,
    )


def _run(body: str, moved: Sequence[str] = (), **sources: CheckedSource) -> Outcome:
    (outcome,) = run_checks([_check(body)], sources, lambda year: COMMUNES, lambda one, other: moved)
    return outcome


def test_classes_that_do_not_sum_name_the_line_the_territory_and_what_was_expected() -> None:
    source = _source({"code": ["01001", "01002"], "a": [1, 2], "b": [3, 4], "all": [4, 7]})

    outcome = _run("kind: rule\nsource: s\ncolumns: [all, a, b]\nholds: a + b == all\nexpects: a + b", s=source)

    assert outcome.verdict is Verdict.FAILED
    assert outcome.findings[0].columns == ("all", "a", "b")
    (cell,) = outcome.findings[0].cells.to_pylist()
    assert (cell["line"], cell["code"], cell["value"], cell["expected"]) == (3, "01002", "7", "6")


def test_a_blank_is_not_judged() -> None:
    outcome = _run("kind: rule\nsource: s\ncolumns: [a]\nholds: a > 0", s=_source({"code": ["01001", "01002"], "a": [1, None]}))

    assert (outcome.verdict, outcome.checked) == (Verdict.PASSED, 1)


COMPARISON = "kind: comparison\ncolumns: [rate]\nleft: {source: s, value: rate}\nright: {source: t, value: 100 * n / d}\nabsolute: 1\n"
COUNTS = {"code": ["01001", "01002", "02001"], "n": [10, 40, 80], "d": [100, 100, 100]}


def test_a_rate_beside_its_counts_is_found_by_cell() -> None:
    outcome = _run(COMPARISON, s=_source({"code": ["01001", "01002", "02001"], "rate": [10.5, 40.0, 20.0]}), t=_source(COUNTS))

    (finding,) = outcome.findings
    assert (finding.source, finding.scope, finding.failed, finding.checked) == ("s", Scope.CELLS, 1, 3)
    assert finding.cells["code"].to_pylist() == ["02001"]


def test_a_column_that_is_the_complement_of_its_name_is_said_to_be() -> None:
    outcome = _run(COMPARISON, s=_source({"code": ["01001", "01002", "02001"], "rate": [90.0, 60.0, 20.0]}), t=_source(COUNTS))

    (finding,) = outcome.findings
    assert finding.scope is Scope.COLUMN
    assert "le complément à 100" in finding.says


def test_a_commune_that_moved_between_the_two_vintages_is_not_compared() -> None:
    rates = _source({"code": ["01001", "02001"], "rate": [10.0, 20.0]})

    assert _run(COMPARISON, ["02001"], s=rates, t=_source(COUNTS)).verdict is Verdict.PASSED
    assert _run(COMPARISON, s=rates, t=_source(COUNTS)).verdict is Verdict.FAILED


@given(st.permutations(range(6)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    rates = {"code": ["01001", "01002", "02001", "02002", "03001", "03002"], "rate": [1.0, 2.0, 3.0, 4.0, 5.0, 60.0]}
    counts = {"code": rates["code"], "n": [1, 2, 3, 4, 5, 6], "d": [100] * 6}
    shuffled = {name: [values[place] for place in order] for name, values in rates.items()}

    outcome = _run(COMPARISON, s=_source(shuffled), t=_source(counts))

    assert [cell["code"] for cell in outcome.findings[0].cells.to_pylist()] == ["03002"]


def test_sums_by_departement_are_compared_with_its_total() -> None:
    body = (
        "kind: comparison\ncolumns: [n]\nby: departement\nleft: {source: s, sums: {total: n}, value: total}\n"
        "right: {source: t, sums: {total: n}, value: total}\n"
    )
    totals = _source({"code": ["01", "02"], "n": [50, 81]})

    (finding,) = _run(body, s=_source(COUNTS), t=totals).findings

    assert [(cell["level"], cell["code"], cell["value"], cell["expected"]) for cell in finding.cells.to_pylist()] == [
        ("departement", "02", "80.0", "81.0")
    ]


def test_a_fall_is_found_from_one_period_to_the_next_of_the_same_territory() -> None:
    series = {"code": ["01001"] * 3 + ["01002"], "period": [2018, 2019, 2020, 2020], "n": [10, 2, 12, 1]}

    (finding,) = _run("kind: leap\nsource: s\ncolumns: [n]\nholds: after >= before", s=_source(series)).findings

    assert [(cell["line"], cell["period"], cell["value"], cell["expected"]) for cell in finding.cells.to_pylist()] == [
        (3, "2019", "2.0", "10.0")
    ]


def test_two_measures_in_one_curve_would_show_falls() -> None:
    body = "kind: two_measures\ncolumns: [n]\nleft: {source: s, value: n}\nright: {source: t, value: n}"
    before, after = {"code": ["01001", "01002"], "n": [3, 1]}, {"code": ["01001", "01002"], "n": [2, 5]}

    (finding,) = _run(body, s=_source(before), t=_source(after)).findings

    assert (finding.source, finding.failed, finding.checked) == ("t", 1, 2)


def test_values_without_meaning_are_counted_and_shown() -> None:
    source = _source({"code": ["01001", "01002", "02001"], "v": [0.0, 0.5, 0.5]})

    (finding,) = _run('kind: meanings\nsource: s\ncolumn: v\nmeanings: {"0": "aucune couverture"}', s=source).findings

    assert finding.failed == 2
    assert "0,5 (2)" in finding.says


def test_keys_repeated_in_the_raw_rows_are_found() -> None:
    source = _source({"code": ["01001", "01001", "01002"]}, key=("code",))

    (finding,) = _run("kind: repeated_keys", s=source).findings

    assert finding.cells["line"].to_pylist() == [3]


def test_codes_of_another_vintage_and_absent_communes_are_found() -> None:
    source = _source({"code": ["01001", "01002", "75101", "99999"]}, year=2018, dated=2019)

    known, dated, complete = (_run(f"kind: {kind}", s=source).findings[0] for kind in ("known_codes", "dated_codes", "complete"))

    assert known.cells["code"].to_pylist() == ["99999"]
    assert "daté de 2019" in dated.says
    assert complete.cells["code"].to_pylist() == ["02001"]  # Paris is there by an arrondissement


def test_a_check_that_reads_an_absent_source_is_skipped_and_says_so() -> None:
    outcome = _run(COMPARISON, s=_source({"code": ["01001"], "rate": [1.0]}))

    assert (outcome.verdict, outcome.why) == (Verdict.SKIPPED, "Source absente ou refusée : t.")


@pytest.mark.parametrize(
    ("body", "line", "told"),
    [
        ("kind: ruel\nsource: s", 3, "vouliez-vous dire « rule »"),
        ("kind: rule\nsource: s\ncolumns: [a]\nholds: import os", 6, "ce n’est pas une formule"),
        ("kind: rule\nsource: unknown\ncolumns: [a]\nholds: a > 0", 4, "source inconnue"),
        ("kind: rule\nsource: s\ncolumns: [b]\nholds: b > 0", 5, "colonne inconnue « b »"),
        ("kind: rule\nsource: s\ncolumns: [a]\nholds: a > 0\nconcerns: [nothing]", 7, "indicateur inconnu"),
        ("kind: rule\nsource: s\ncolumns: [a]\nholds: a > 0\nconsequence: replaced", 1, "replaced_by"),
    ],
)
def test_a_check_that_names_what_does_not_exist_is_refused_with_its_line(body: str, line: int, told: str) -> None:
    with pytest.raises(BadDefinition) as refused:
        check_references([_check(body)], {"s": ("a",)}, ["population"])

    assert (refused.value.file, refused.value.line) == ("checks/essai.yaml", line)
    assert told in str(refused.value)


def test_a_circle_of_derived_sources_is_found() -> None:
    assert find_cycle({"a": ["b"], "b": ["c"], "c": ["b"]}) == ("b", "c", "b")
    assert find_cycle({"a": ["b"], "b": []}) == ()
