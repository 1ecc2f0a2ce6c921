"""Checks that hold two sources against each other."""

from collections.abc import Collection, Mapping
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from jauge.checks.definitions import Comparison, Side, TwoMeasures
from jauge.checks.findings import CELLS, GENERAL, Finding, Outcome, Scope, Verdict, tell_count, write_count, write_number
from jauge.tables import LINE

LEVEL, CODE, PERIOD = "_level", "_code", "_period"
_TOLERANCE = 1e-9  # what the rounding of floating numbers may add to a gap


def compare(code: str, check: Comparison, tables: Mapping[str, ir.Table], other: str, moved: Collection[str]) -> Outcome:
    """Compare the two sides. tables: by source, typed columns with `_line`, `_level`, `_code` and `_period`.

    other: how the sentence names the right side. moved: codes that are not the same land in both, and so are not compared row by row.
    """
    keys = [CODE, PERIOD] if check.by_period else [CODE]
    extra = {f"alternative_{number}": one.value for number, one in enumerate(check.alternatives)}
    left = _read_side(check.left, tables, keys, check.by, {})
    right = _read_side(check.right, tables, keys, check.by, extra).drop(LINE, LEVEL)
    joined: Any = left.join(right.rename(theirs="value"), keys)
    joined = joined.filter(joined.value.notnull() & joined.theirs.notnull())
    if moved and check.by == "row":
        joined = joined.filter(~joined[CODE].isin(sorted(moved)))
    allowed = check.absolute + check.relative * joined.theirs.abs() + _TOLERANCE
    joined = joined.mutate(is_wrong=(joined.value - joined.theirs).abs() > allowed)
    total = _count(joined, check)
    if not total["checked"] or total["failed"] <= check.allowed * total["checked"]:
        return Outcome(code, Verdict.PASSED, total["checked"])
    wrong = joined.filter(joined.is_wrong)
    cells = _write_cells(wrong, check.columns[0], wrong.theirs)
    scope = Scope.COLUMN if total["failed"] > GENERAL * total["checked"] else Scope.CELLS
    finding = Finding(code, check.left.source, check.columns, scope, total["checked"], total["failed"], cells, _tell(check, total, other))
    return Outcome(code, Verdict.FAILED, total["checked"], (finding,))


def tell_apart(code: str, check: TwoMeasures, tables: Mapping[str, ir.Table]) -> Outcome:
    """Count the falls that one would read if the two measures were drawn in one curve."""
    left = _read_side(check.left, tables, [CODE], "row", {}).drop(LINE, LEVEL)
    right = _read_side(check.right, tables, [CODE], "row", {})
    joined: Any = right.join(left.rename(theirs="value"), [CODE])
    joined = joined.filter(joined.value.notnull() & joined.theirs.notnull())
    found = joined.aggregate(checked=joined.count(), failed=(joined.value < joined.theirs).sum()).to_pyarrow().to_pylist()[0]
    checked, failed = found["checked"], found["failed"] or 0
    if not failed:
        return Outcome(code, Verdict.PASSED, checked)
    fallen = joined.filter(joined.value < joined.theirs)
    cells = _write_cells(fallen, check.columns[0], fallen.theirs)
    says = (
        f"Mises bout à bout, ces deux mesures feraient lire une baisse dans {tell_count(failed, 'territoire')}"
        f" sur {write_count(checked)} : elle n’a pas eu lieu."
    )
    finding = Finding(code, check.right.source, check.columns, Scope.SERIES, checked, failed, cells, says)
    return Outcome(code, Verdict.FAILED, checked, (finding,))


def _read_side(side: Side, tables: Mapping[str, ir.Table], keys: list[str], by: str, extra: Mapping[str, Any]) -> ir.Table:
    """The keys, `_line` (the first), `_level`, `value` and the extra formulas of one side."""
    table: Any = tables[side.source]
    if side.with_source:
        other = tables[side.with_source]
        beside = [name for name in other.columns if name not in table.columns]
        table = table.join(other.select(CODE, *beside), CODE)
    if side.where is not None:
        table = table.filter(side.where.compile({name: table[name] for name in table.columns}))
    if by != "row":
        place = ibis.literal("FR") if by == "pays" else _departement_of(table[CODE])
        summed = {name: formula.compile({c: table[c] for c in table.columns}) for name, formula in side.sums.items()}
        table = table.mutate(**{CODE: place}, **{f"sum_{name}": one for name, one in summed.items()})
        sums = {name: table[f"sum_{name}"].cast("float64").sum() for name in side.sums}
        table = table.group_by(keys).agg(**{LINE: table[LINE].min()}, **sums).mutate(**{LEVEL: ibis.literal(by)})
    columns = {name: table[name] for name in table.columns}
    formulas = {"value": side.value, **extra}
    return table.select(*keys, LINE, LEVEL, **{name: one.compile(columns).cast("float64") for name, one in formulas.items()})


def _departement_of(code: Any) -> Any:
    """The département of a commune's code, which stands in it; another code is itself."""
    overseas = code.left(2).isin(["97", "98"])
    return ibis.cases((code.length() != 5, code), (overseas, code.left(3)), else_=code.left(2))


def _count(joined: Any, check: Comparison) -> dict[str, Any]:
    """How many values, how many at fault, the mean gap, and for each thing that the values may truly be: the share that it explains."""
    theirs = joined.theirs
    candidates = {"complement_100": 100 - theirs, "complement_1": 1 - theirs, "times_100": theirs * 100, "per_100": theirs / 100}
    candidates |= {f"alternative_{n}": joined[f"alternative_{n}"] for n in range(len(check.alternatives))}

    def is_near(other: Any) -> Any:
        return ((joined.value - other).abs() <= check.absolute + check.relative * other.abs() + 1e-6).cast("float64").mean()

    table = joined.aggregate(
        checked=joined.count(),
        failed=joined.is_wrong.sum().fill_null(0),
        gap=(joined.value - theirs).abs().mean(),
        **{f"near_{name}": is_near(other) for name, other in candidates.items()},
        **{f"gap_{name}": (joined.value - other).abs().mean() for name, other in candidates.items()},
    )
    counted: dict[str, Any] = table.to_pyarrow().to_pylist()[0]
    return counted


_WORDS = {
    "complement_100": "le complément à 100 de ce que le nom annonce",
    "complement_1": "le complément à 1 de ce que le nom annonce",
    "times_100": "cent fois ce que le nom annonce",
    "per_100": "un centième de ce que le nom annonce",
}


def _tell(check: Comparison, total: Mapping[str, Any], other: str) -> str:
    """The finding as a sentence: how many, how far, and what the values truly are where that is known."""
    said = (
        f"{tell_count(total['failed'], 'valeur')} sur {write_count(total['checked'])}"
        f" {'s’écartent' if total['failed'] > 1 else 's’écarte'} de ce que donne {other}"
        f" (écart moyen : {write_number(total['gap'])})"
    )
    words = _WORDS | {f"alternative_{number}": one.says for number, one in enumerate(check.alternatives)}
    best = min(words, key=lambda name: total[f"gap_{name}"] if total[f"gap_{name}"] is not None else float("inf"))
    share, gap = total[f"near_{best}"] or 0.0, total[f"gap_{best}"]
    if share > GENERAL and gap < total["gap"]:
        said += f" ; elles égalent {words[best]} dans {write_number(100 * share, 1)} % des cas (écart moyen : {write_number(gap)})"
    return f"{said}."


def _write_cells(wrong: Any, column: str, expected: Any) -> pa.Table:
    """The rows at fault as `CELLS`, by line."""
    period = wrong[PERIOD] if PERIOD in wrong.columns else ibis.null("string")
    cells = wrong.select(
        line=wrong[LINE].cast("int64"),
        level=wrong[LEVEL].cast("string"),
        code=wrong[CODE].cast("string"),
        period=period.cast("string"),
        column=ibis.literal(column),
        value=wrong.value.cast("string"),
        expected=expected.cast("string"),
    ).order_by("line", "code", "period")
    table: pa.Table = cells.to_pyarrow().cast(CELLS)
    return table
