"""Figures at the level of their source: the formula of a series over harmonised rows, and a status for each territory of the level.

Columns out (`BASE`): indicator, period, source, level, code, numerator, denominator (exact decimals), value, weight (floats), status,
reason, coverage (share of the parts of a merged commune that are known, 0-1).
A share is 0-1. A count stands in `numerator` too, so that it can be summed.
"""

from collections.abc import Mapping
from typing import Any

import ibis
import ibis.expr.types as ir

from jauge.indicators import ROWS, Absent, Indicator, Kind, Series
from jauge.quantities import Reason, Status
from jauge.releases.harmonise import COUNT_TYPE, KEYS

BASE = ("indicator", "period", "source", "level", "code", "numerator", "denominator", "value", "weight", "status", "reason", "coverage")
# Reasons for which a figure is not given, although its counts are known: they are summed to the levels above.
COUNTED = (Reason.SOURCE_ERROR, Reason.NOT_APPLICABLE, Reason.TERRITORY_CHANGED)
DERIVED = "indicators"  # the source named by a series that is made from other indicators


def lay_out(harmonised: ir.Table, territories: ir.Table, series: Series) -> ir.Table:
    """Cross every territory of the series' levels with every period of its source there, and join what is known.

    harmonised: see `jauge.releases.harmonise`. territories: level, code, departement (null above it), in the target COG year.
    Out: level, code, departement, period, the columns of the source, and the marks is_absent (the source has no row), coverage (0-1),
    is_merged, is_split, is_outside. Series of one source that differ by their formula alone share it.
    """
    at = [str(level) for level in series.at]
    rows, expected = harmonised.filter(harmonised.level.isin(at)), territories.filter(territories.level.isin(at))
    if series.period is None:
        wanted = expected.join(rows.select("level", "period").distinct(), "level")
    else:
        rows = rows.mutate(period=ibis.literal(series.period))
        wanted = expected.mutate(period=ibis.literal(series.period))
    joined = wanted.left_join(rows, ["level", "code", "period"])
    marks = {"is_split", "parts_found", "parts_expected"}
    return joined.select(
        "level", "code", "departement", "period", *(name for name in rows.columns if name not in {*KEYS, *marks}),
        is_absent=joined.parts_found.isnull(),
        coverage=(joined.parts_found / joined.parts_expected).fill_null(0.0),
        is_merged=(joined.parts_found > 1).fill_null(False),
        is_split=joined.is_split.fill_null(False),
        is_outside=joined.departement.isin(series.outside or ("",)).fill_null(False),
    )  # fmt: skip


def measure(laid: ir.Table, indicator: Indicator, series: Series) -> ir.Table:
    """Measure one series for every territory of its levels. laid: see `lay_out`."""
    named = _compute(laid, indicator, series).mutate(
        indicator=ibis.literal(indicator.code), source=ibis.literal(series.source or DERIVED)
    )  # fmt: skip
    return _judge(named, indicator, series)


def _compute(rows: ir.Table, indicator: Indicator, series: Series) -> ir.Table:
    """The parts of the formula, and the reason that a rule of the definition gives, row by row; null where the source has no row."""
    columns = {name: rows[name] for name in rows.columns}
    compiled = {name: part.compile(columns) for name, part in series.formula.parts.items()}
    ruled: Any = ibis.null("string")
    for rule in reversed(indicator.missing):
        ruled = ibis.cases((rule.when.compile(columns), str(rule.reason)), else_=ruled)

    def take(name: str, kind: str) -> Any:
        return ibis.cases((rows.is_absent, ibis.null(kind)), else_=compiled.get(name, ibis.null(kind)).cast(kind))

    return rows.select(
        "level", "code", "departement", "period", "is_absent", "coverage", "is_merged", "is_split", "is_outside",
        numerator=take("count" if "count" in compiled else "numerator", COUNT_TYPE),
        denominator=take("denominator", COUNT_TYPE),
        value=take("value", "float64"),
        weight=take("weight", "float64"),
        ruled=ibis.cases((rows.is_absent, ibis.null("string")), else_=ruled),
    )  # fmt: skip


def _judge(rows: ir.Table, indicator: Indicator, series: Series) -> ir.Table:
    """Give each row its value, its status and its reason."""
    if indicator.absent is Absent.ZERO_WHERE_LISTED:
        rows = _fill_zeros(rows)
    reason = _find_reason(rows, indicator)
    rows = rows.mutate(reason=reason)
    rows = rows.mutate(
        value=ibis.cases((rows.reason.isnull(), _make_value(rows, indicator).cast("float64")), else_=ibis.null("float64")),
        # Counts stay where only the figure is impossible: they sum up truthfully.
        numerator=_keep_count(rows, rows.numerator),
        denominator=_keep_count(rows, rows.denominator),
    )
    quality = _find_quality(rows, indicator)
    status = ibis.cases(
        (rows.reason == str(Reason.STATISTICAL_SECRECY), str(Status.SECRET)),
        (rows.reason.notnull(), str(Status.MISSING)),
        (quality.notnull(), str(Status.ESTIMATED)),
        else_=str(Status.SIMULATED if indicator.simulated else Status.OBSERVED),
    )
    known = ibis.cases((rows.value.notnull() | rows.numerator.notnull(), ibis.least(rows.coverage, 1.0)), else_=0.0)
    return rows.mutate(status=status, reason=ibis.coalesce(rows.reason, quality), coverage=known).select(*BASE)


def _find_quality(rows: ir.Table, indicator: Indicator) -> Any:
    """Why a given figure is estimated: null where it is observed."""
    weighted = rows.is_merged & (indicator.kind is Kind.VALUE)
    return ibis.cases(
        (weighted, str(Reason.WEIGHTED)),
        (rows.coverage < 1, str(Reason.PARTIAL_COVERAGE)),
        (rows.is_split, str(Reason.SPLIT_BY_POPULATION)),
        else_=ibis.null("string"),
    )


def _fill_zeros(rows: ir.Table) -> ir.Table:
    """A directory lists what exists: a commune that it does not name has none, unless it names nothing in the whole département."""
    is_listed = (~rows.is_absent).sum().over(group_by=[rows.level, rows.period, rows.departement]) > 0
    is_zero = rows.is_absent & is_listed & ~rows.is_outside
    zero = ibis.literal(0).cast(COUNT_TYPE)
    return rows.mutate(
        numerator=ibis.cases((is_zero, zero), else_=rows.numerator),
        is_absent=rows.is_absent & ~is_zero,
        coverage=ibis.cases((is_zero | ~rows.is_absent, 1.0), else_=0.0),
    )


def _find_reason(rows: ir.Table, indicator: Indicator) -> Any:
    blank = {
        Kind.COUNT: rows.numerator.isnull(),
        Kind.RATIO: rows.numerator.isnull() | rows.denominator.isnull(),
        Kind.VALUE: rows.value.isnull(),
    }[indicator.kind]
    cases = [
        (rows.is_outside | rows.is_absent, Reason.NOT_COLLECTED),
        (rows.ruled.notnull(), None),
        (blank & rows.is_merged & (indicator.kind is Kind.VALUE), Reason.NOT_AGGREGABLE),
        (blank, indicator.blank),
        (rows.coverage < (indicator.min_coverage if indicator.kind is Kind.RATIO else 1), Reason.TERRITORY_CHANGED),
    ]
    if indicator.kind is Kind.RATIO:
        cases.append((rows.denominator == 0, Reason.NOT_APPLICABLE))
        if indicator.scale == 1 and not indicator.signed:
            cases.append((rows.numerator > rows.denominator, Reason.SOURCE_ERROR))
    return ibis.cases(*[(when, rows.ruled if reason is None else str(reason)) for when, reason in cases], else_=ibis.null("string"))


def _make_value(rows: Any, indicator: Indicator) -> Any:
    if indicator.kind is Kind.COUNT:
        return rows.numerator
    if indicator.kind is Kind.RATIO:
        return indicator.scale * rows.numerator.cast("float64") / rows.denominator.cast("float64").nullif(0)
    return rows.value


def _keep_count(rows: ir.Table, column: Any) -> Any:
    kept = rows.reason.isnull() | rows.reason.isin([str(reason) for reason in COUNTED])
    return ibis.cases((kept, column), else_=ibis.null(COUNT_TYPE))


def withhold(base: ir.Table, faulty: ir.Table) -> ir.Table:
    """Hide the figures and the counts of cells that a check found at fault: missing, for an error of the source.

    base: `BASE`. faulty: level, code, period. What is secret stays secret: its reason is the stronger.
    """
    keys = ["level", "code", "period"]
    secret = base.status == str(Status.SECRET)
    kept = base.anti_join(faulty, keys)
    hidden = base.semi_join(faulty, keys).mutate(
        numerator=ibis.null(COUNT_TYPE),
        denominator=ibis.null(COUNT_TYPE),
        value=ibis.null("float64"),
        status=ibis.cases((secret, base.status), else_=str(Status.MISSING)),
        reason=ibis.cases((secret, base.reason), else_=str(Reason.SOURCE_ERROR)),
        coverage=ibis.literal(0.0),
    )
    return kept.select(*BASE).union(hidden.select(*BASE), distinct=False)


def join_uses(bases: Mapping[str, ir.Table]) -> ir.Table:
    """Lay the counts of other indicators side by side, as a harmonised table: level, code, period, and one column per name of `bases`.

    bases: for each name that a formula uses, the measured rows (`BASE`) of that indicator for one period. An unknown count is null.
    """
    joined: Any = None
    for name, base in bases.items():
        column = base.select(
            "level", "code", is_split=base.status == str(Status.ESTIMATED), whole=base.coverage, **{name: base.numerator}
        )  # fmt: skip
        joined = column if joined is None else _join_use(joined, column, name)
    one = ibis.literal(1).cast("int64")
    # A share of a commune stays a share of it: parts are told in thousandths.
    found = (joined.whole * 1000).round(0).cast("int64")
    made = joined.mutate(period=ibis.literal(""), parts_found=found, parts_expected=one * 1000, **{ROWS: one})
    return made.filter(made.whole > 0).drop("whole")


def _join_use(joined: Any, column: ir.Table, name: str) -> Any:
    both = joined.join(column, ["level", "code"], rname="{name}_right")
    kept = [one for one in joined.columns if one not in ("is_split", "whole")]
    # Columns are named one by one: `drop` writes them in an order that changes from one process to the next, and so would the release's id.
    return both.select(*kept, name, is_split=both.is_split | both.is_split_right, whole=ibis.least(both.whole, both.whole_right))
