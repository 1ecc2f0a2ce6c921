"""Checks of one source: rules over rows, falls and leaps, repeated rows, values without meaning, rejected rows."""

from itertools import pairwise
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pyarrow.compute as pc

from jauge.checks.comparing import CODE, LEVEL, PERIOD
from jauge.checks.definitions import AFTER, BEFORE, Leap, Meanings, RowRule
from jauge.checks.findings import CELLS, Finding, Outcome, Scope, Verdict, tell_count, write_count
from jauge.expressions import Expression
from jauge.tables import LINE

_SHOWN_VALUES = 8  # values without meaning named in the sentence


def judge_rows(code: str, check: RowRule, table: ir.Table) -> Outcome:
    """Hold every row against a formula; where the formula is unknown (a blank), the row is not judged."""
    table = _keep(table, check.where)
    columns = {name: table[name] for name in table.columns}
    expected = check.expects.compile(columns) if check.expects else ibis.null("string")
    judged = table.select(LEVEL, CODE, PERIOD, LINE, holds=check.holds.compile(columns), value=table[check.columns[0]], expected=expected)
    return _conclude(code, check.source, check.columns, judged.mutate(column=ibis.literal(check.columns[0])), "ligne")


def judge_leaps(code: str, check: Leap, table: ir.Table) -> Outcome:
    """Hold every step of a series against a formula over `before` and `after`."""
    table = _keep(table, check.where)
    steps = _list_column_steps(table, check.columns) if len(check.columns) > 1 else [_follow_periods(table, check.columns[0])]
    judged = [
        step.select(
            LEVEL,
            CODE,
            PERIOD,
            LINE,
            "column",
            holds=check.holds.compile({name: step[name] for name in step.columns}),
            value=step[AFTER].cast("float64"),
            expected=step[BEFORE].cast("float64"),
        )
        for step in steps
    ]
    union = ibis.union(*judged, distinct=False) if len(judged) > 1 else judged[0]
    return _conclude(code, check.source, check.columns, union, "passage")


def _keep(table: ir.Table, where: Expression | None) -> ir.Table:
    return table.filter(where.compile({name: table[name] for name in table.columns})) if where else table


def _list_column_steps(table: ir.Table, columns: tuple[str, ...]) -> list[Any]:
    pairs = pairwise(columns)
    return [table.mutate(**{BEFORE: table[first], AFTER: table[then], "column": ibis.literal(then)}) for first, then in pairs]


def _follow_periods(table: Any, column: str) -> Any:
    before = table[column].lag().over(group_by=[table[LEVEL], table[CODE]], order_by=table[PERIOD])
    return table.mutate(**{BEFORE: before, AFTER: table[column], "column": ibis.literal(column)})


def _conclude(code: str, source: str, columns: tuple[str, ...], judged: Any, noun: str, scope: Scope = Scope.CELLS) -> Outcome:
    """An outcome from rows of `_level, _code, _period, _line, column, holds, value, expected`."""
    counted = judged.aggregate(checked=judged.holds.count(), failed=(~judged.holds).sum().fill_null(0)).to_pyarrow().to_pylist()[0]
    checked, failed = counted["checked"], counted["failed"]
    if not failed:
        return Outcome(code, Verdict.PASSED, checked)
    wrong = judged.filter(~judged.holds)
    cells = wrong.select(
        line=wrong[LINE].cast("int64"),
        level=wrong[LEVEL].cast("string"),
        code=wrong[CODE].cast("string"),
        period=wrong[PERIOD].cast("string"),
        column=wrong["column"].cast("string"),
        value=wrong.value.cast("string"),
        expected=wrong.expected.cast("string"),
    ).order_by("line", "column")
    told = f"{tell_count(failed, noun)} sur {write_count(checked)}."
    says = told if scope is Scope.ROWS else f"La règle n’est pas tenue dans {told}"
    finding = Finding(code, source, columns, scope, checked, failed, cells.to_pyarrow().cast(CELLS), says)
    return Outcome(code, Verdict.FAILED, checked, (finding,))


def judge_repeats(code: str, source: str, columns: tuple[str, ...], raw: Any) -> Outcome:
    """Find the raw rows that repeat an earlier one by these columns."""
    rank = ibis.row_number().over(group_by=[raw[name] for name in columns], order_by=raw[LINE])
    ranked = raw.mutate(repeat=rank)
    first = ibis.literal(columns[0])
    value = _join_texts(ranked, columns)
    holds = ranked.repeat == 0
    judged = ranked.select(LEVEL, CODE, PERIOD, LINE, holds=holds, value=value, expected=ibis.null("string"), column=first)
    return _conclude(code, source, columns, judged, "ligne répétée", Scope.ROWS)


def _join_texts(table: Any, columns: tuple[str, ...]) -> Any:
    texts = [table[name].cast("string").fill_null("") for name in columns]
    return ibis.literal(" ").join(texts) if len(texts) > 1 else texts[0]


def judge_meanings(code: str, check: Meanings, table: Any) -> Outcome:
    """Find the values of which nobody has said what they mean."""
    counts = table.group_by(value=table[check.column]).agg(rows=table.count())
    counted = counts.filter(counts.value.notnull()).order_by(ibis.desc("rows"), "value").to_pyarrow().to_pylist()
    checked = sum(one["rows"] for one in counted)
    known = {_as_number(text) for text in check.meanings}
    odd = [one for one in counted if _as_number(one["value"]) not in known]
    if not odd:
        return Outcome(code, Verdict.PASSED, checked)
    failed = sum(one["rows"] for one in odd)
    shown = ", ".join(f"{_write_value(one['value'])} ({write_count(one['rows'])})" for one in odd[:_SHOWN_VALUES])
    more = " et d’autres" if len(odd) > _SHOWN_VALUES else ""
    lines = f"{tell_count(failed, 'ligne')} sur {write_count(checked)}"
    says = f"{tell_count(len(odd), 'valeur')} sans signification établie, dans {lines} : {shown}{more}."
    values = [one["value"] for one in odd]
    rows = table.filter(table[check.column].isin(values))
    cells = rows.select(
        line=rows[LINE].cast("int64"),
        level=rows[LEVEL].cast("string"),
        code=rows[CODE].cast("string"),
        period=rows[PERIOD].cast("string"),
        column=ibis.literal(check.column),
        value=rows[check.column].cast("string"),
        expected=ibis.null("string"),
    ).order_by("line")
    finding = Finding(code, check.source, (check.column,), Scope.COLUMN, checked, failed, cells.to_pyarrow().cast(CELLS), says)
    return Outcome(code, Verdict.FAILED, checked, (finding,))


def _as_number(value: object) -> object:
    """A value that compares by what it is worth: «1», 1 and 1.0 are one."""
    try:
        return float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return value


def _write_value(value: object) -> str:
    return str(value).replace(".", ",") if isinstance(value, float) else str(value)


def count_rejects(code: str, source: str, rejects: pa.Table, rows: int) -> Outcome:
    """One finding for each column and fault among the rejected rows of a source. rejects: as `jauge.tables` gives them."""
    if not rejects.num_rows:
        return Outcome(code, Verdict.PASSED, rows)
    findings = []
    for pair in rejects.group_by(["column", "code"]).aggregate([("line", "count_distinct")]).sort_by("column").to_pylist():
        mine = rejects.filter(pc.and_(pc.equal(rejects["column"], pair["column"]), pc.equal(rejects["code"], pair["code"])))
        failed = pair["line_count_distinct"]
        says = f"{tell_count(failed, 'ligne écartée')} sur {write_count(rows)} : {mine['reason'][0].as_py()}."
        findings.append(Finding(code, source, tuple(pair["column"].split(" + ")), Scope.ROWS, rows, failed, _as_cells(mine), says))
    return Outcome(code, Verdict.FAILED, rows, tuple(findings))


def _as_cells(rejects: pa.Table) -> pa.Table:
    nothing = pa.nulls(rejects.num_rows, pa.string())
    columns = {
        "line": rejects["line"],
        "level": nothing,
        "code": nothing,
        "period": nothing,
        "column": rejects["column"],
        "value": rejects["value"],
        "expected": rejects["suggestion"],
    }
    return pa.table(columns).cast(CELLS)
