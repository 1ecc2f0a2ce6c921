"""What changed between two releases, and because of what: every changed figure has one chain of causes.

A figure is (level, code, indicator, period). It changed when its value, its counts, its status or its reason did. Causes are found by
following the rows of the sources to the figures, not by guessing from values. See docs/algorithms/differences.md.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any

import ibis
import ibis.expr.types as ir

from jauge.quantities import Status
from jauge.territories import Level

FIGURE = ("level", "code", "indicator", "period")
TOLERANCE = 1e-12  # relative: two values nearer than this differ by the rounding of floating numbers alone
_READ = ("value", "numerator", "denominator", "status", "reason", "source")
_ROUTE = ("from_level", "from_year", "from_code", "level", "code")


class Change(StrEnum):
    """What became of a figure from one release to the next."""

    APPEARED = "appeared"
    DISAPPEARED = "disappeared"
    REVISED = "revised"  # another value
    GAINED = "gained"  # a value where there was none
    LOST = "lost"  # none where there was a value
    RESTATED = "restated"  # the same value, of other counts, status or reason


class RevisionCause(StrEnum):
    """Why a figure changed, in the order in which a chain tells them."""

    TERRITORY = "territory"
    DEFINITION = "definition"
    SOURCE = "source"
    METHOD = "method"
    SECRECY = "secrecy"
    UNEXPLAINED = "unexplained"  # never expected; told rather than hidden


def compare(before: ir.Table, after: ir.Table) -> ir.Table:
    """The figures that differ between two tables of observations, each once.

    before, after: `jauge.releases.OBSERVATIONS`, one row per figure. Out: FIGURE, change, then value, numerator, denominator, status,
    reason and source of each side (`before_…`, `after_…`; null on the side that lacks the figure).
    """
    old = before.select(*FIGURE, **{f"before_{name}": before[name] for name in _READ})
    new = after.select(*FIGURE, **{f"after_{name}": after[name] for name in _READ})
    both = old.outer_join(new, list(FIGURE))
    keys = {name: ibis.coalesce(both[name], both[f"{name}_right"]) for name in FIGURE}
    changed: Any = both.mutate(change=_name_change(both), **keys)
    kept = [f"{side}_{name}" for side in ("before", "after") for name in _READ]
    return changed.filter(changed.change.notnull()).select(*FIGURE, "change", *kept)


def _name_change(both: Any) -> Any:
    """The `Change` of each pair, null where nothing differs."""
    differs = [_differ(both[f"before_{name}"], both[f"after_{name}"]) for name in ("numerator", "denominator")]
    words = [~both[f"before_{name}"].identical_to(both[f"after_{name}"]) for name in ("status", "reason")]
    was, is_now = both.before_value.notnull(), both.after_value.notnull()
    return ibis.cases(
        (both.before_status.isnull(), str(Change.APPEARED)),
        (both.after_status.isnull(), str(Change.DISAPPEARED)),
        (was & ~is_now, str(Change.LOST)),
        (~was & is_now, str(Change.GAINED)),
        (_differ(both.before_value, both.after_value), str(Change.REVISED)),
        (ibis.or_(*differs, *words), str(Change.RESTATED)),
        else_=ibis.null("string"),
    )


def _differ(old: Any, new: Any) -> Any:
    """Whether two numbers differ by more than TOLERANCE, an unknown one being another than any known one."""
    size = ibis.greatest(old.abs(), new.abs())
    apart = ((old - new).abs() > TOLERANCE * size).fill_null(False)
    return (old.isnull() != new.isnull()) | apart


def find_touched(before: ir.Table, after: ir.Table, columns: Sequence[str]) -> ir.Table:
    """The territories and periods of a source whose rows differ in `columns`: level, code, from_year, period.

    before, after: located rows (level, code, from_year, period and the columns). The order of rows is nothing, their number is something.
    """
    keys = ["level", "code", "from_year", "period"]
    old, new = (_write_rows(table, columns, keys) for table in (before, after))
    both = old.outer_join(new, keys)
    told = both.mutate(**{name: ibis.coalesce(both[name], both[f"{name}_right"]) for name in keys})
    return told.filter(~told.text.identical_to(told.text_right)).select(*keys)


def _write_rows(table: ir.Table, columns: Sequence[str], keys: Sequence[str]) -> ir.Table:
    """The rows of each key as one text, in an order that is theirs."""
    cells = [ibis.coalesce(table[name].cast("string"), "\N{SYMBOL FOR NULL}") for name in columns]
    row = ibis.literal("\N{SYMBOL FOR UNIT SEPARATOR}").join([*cells, ibis.literal("")])
    rows = table.select(*keys, row=row)
    return rows.group_by(list(keys)).agg(text=rows.row.group_concat("\N{SYMBOL FOR RECORD SEPARATOR}", order_by=rows.row))


def lay_ground(links: ir.Table, years: ir.Table, parents: ir.Table) -> ir.Table:
    """From which rows of a source each figure of a release can come: from_level, from_year, from_code, level, code, share (0-1).

    links: from_year, code_from, code_to, share — only the communes that are not simply themselves. years: from_year, those of the sources.
    parents: level, code, epci, departement, region, pays. A level above communes keeps its codes: its from_year is 0.
    """
    communes = parents.filter(parents.level == str(Level.COMMUNE))
    same = communes.select("code").cross_join(years)
    same = same.anti_join(links, [same.from_year == links.from_year, same.code == links.code_from])
    routes = same.select("from_year", code_from=same.code, code_to=same.code, share=ibis.literal(1.0)).union(
        links.select("from_year", "code_from", "code_to", share=links.share.cast("float64")), distinct=False
    )
    placed = routes.join(communes.rename(commune="code"), routes.code_to == communes.code)
    of_communes = [
        placed.filter(placed[column].notnull()).select(
            from_level=ibis.literal(str(Level.COMMUNE)),
            from_year=placed.from_year,
            from_code=placed.code_from,
            level=ibis.literal(level),
            code=placed[column],
            share=placed.share,
        )
        for level, column in (("commune", "commune"), *((name, name) for name in ("epci", "departement", "region", "pays")))
    ]
    ground = ibis.union(*of_communes, *_lay_groups(parents), distinct=False)
    # Parts of a split commune that stay together are whole again above: shares are rounded so that sums of them compare.
    return ground.group_by(list(_ROUTE)).agg(share=ground.share.sum().round(9))


def _lay_groups(parents: ir.Table) -> list[ir.Table]:
    groups = parents.filter(parents.level != str(Level.COMMUNE))
    one, none = ibis.literal(1.0), ibis.literal(0).cast("int64")
    own = groups.select(from_level=groups.level, from_year=none, from_code=groups.code, level=groups.level, code=groups.code, share=one)
    above = [
        groups.filter(groups[level].notnull() & (groups.level != level) & (groups.level != str(Level.EPCI))).select(
            from_level=groups.level, from_year=none, from_code=groups.code, level=ibis.literal(level), code=groups[level], share=one
        )
        for level in ("region", "pays")
    ]
    return [own, *above]


def find_moved(before: ir.Table, after: ir.Table) -> ir.Table:
    """The territories that are not made of the same ground in both: from_level, from_year, level, code. before, after: `lay_ground`."""
    old, new = before.rename(old_share="share"), after.rename(new_share="share")
    both = old.outer_join(new, list(_ROUTE))
    told = both.mutate(**{name: ibis.coalesce(both[name], both[f"{name}_right"]) for name in _ROUTE})
    return told.filter(~told.old_share.identical_to(told.new_share)).select("from_level", "from_year", "level", "code").distinct()


def carry_touched(touched: ir.Table, ground: ir.Table) -> ir.Table:
    """The territories that touched rows reach, in one release or the other: period, level, code, moved along `ground`."""
    from_year = ibis.cases((touched.level == str(Level.COMMUNE), touched.from_year), else_=0)
    rows = touched.select(from_level=touched.level, from_year=from_year, from_code=touched.code, period=touched.period)
    return rows.join(ground, ["from_level", "from_year", "from_code"]).select("period", "level", "code").distinct()


def explain(changes: ir.Table, *, figures: ir.Table, places: ir.Table, series: ir.Table, fallbacks: ir.Table) -> ir.Table:
    """Give each change its chain of causes, as text (`territory+source`), never empty.

    figures: FIGURE, cause. places: indicator, level, code, is_single (whether one side alone has the territory), cause.
    series: indicator, period, cause. fallbacks: indicator, cause, rank — told where nothing else is (a directory that names one place
    more turns its neighbours' «unknown» into zero), the lowest rank first.
    """
    hides = (changes.before_status == str(Status.SECRET)).fill_null(False) != (changes.after_status == str(Status.SECRET)).fill_null(False)
    secrecy = changes.filter(hides & changes.before_status.notnull() & changes.after_status.notnull())
    # Other ground explains another figure; only a territory that is on one side alone explains a figure that is there alone.
    single = changes.change.isin([str(Change.APPEARED), str(Change.DISAPPEARED)])
    signs = [
        changes.join(figures, list(FIGURE)).select(*FIGURE, "cause"),
        changes.mutate(is_single=single).join(places, ["indicator", "level", "code", "is_single"]).select(*FIGURE, "cause"),
        changes.join(series, ["indicator", "period"]).select(*FIGURE, "cause"),
        secrecy.select(*FIGURE, cause=ibis.literal(str(RevisionCause.SECRECY))),
    ]
    found = ibis.union(*signs, distinct=True)
    told = found.group_by(list(FIGURE)).agg(**{str(cause): (found.cause == str(cause)).any() for cause in RevisionCause})
    last = fallbacks.group_by("indicator").agg(fallback=fallbacks.cause.argmin(fallbacks["rank"]))
    joined = changes.left_join(told, list(FIGURE)).drop(*(f"{name}_right" for name in FIGURE))
    joined = joined.left_join(last, "indicator").drop("indicator_right")
    chain: Any = ibis.literal("")
    for cause in RevisionCause:
        chain = chain + ibis.cases((joined[str(cause)].fill_null(False), f"+{cause}"), else_="")
    chain = ibis.cases((chain == "", ibis.coalesce(joined.fallback, str(RevisionCause.UNEXPLAINED))), else_=chain.substr(1))
    return joined.mutate(chain=chain).select(*changes.columns, "chain")
