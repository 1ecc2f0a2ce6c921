"""The measures of a release written in pandas, as an analyst would: what `bench.measures` compares ours with, column by column.

Written from docs/algorithms/measure.md and not from our code: it is a second implementation as much as a peer. It knows counts and ratios
of the columns of files; directories, filters, weighted means and indicators made from others are left out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from jauge.indicators import Indicator, Kind, Series
from jauge.releases import OBSERVATIONS, list_levels_above

KEYS = ["level", "code", "indicator", "period"]
COUNTED = ["source_error", "not_applicable", "territory_changed"]  # counts that serve the sums although the figure is not given


@dataclass(frozen=True)
class Ground:
    """What the figures are made from, the same for both sides.

    rows: by source and COG year, located. crosswalks: by year of the rows. not_covered: départements, by source.
    """

    rows: Mapping[str, Mapping[int, pa.Table]]
    not_covered: Mapping[str, tuple[str, ...]]
    crosswalks: Mapping[int, pa.Table]
    territories: pa.Table
    membership: pa.Table


def measure_by_pandas(ground: Ground, indicators: Sequence[Indicator]) -> pd.DataFrame:
    """The observations of all indicators at every level, in order of level, code, indicator and period."""
    crosswalks = {year: table.to_pandas() for year, table in ground.crosswalks.items()}
    territories, membership = ground.territories.to_pandas(), ground.membership.to_pandas()
    needed: dict[str, set[str]] = {}
    for one in indicators:
        for series in one.series:
            ruled = {name for rule in one.missing for name in rule.when.names}
            needed.setdefault(series.source or "", set()).update(series.formula.names, ruled)
    carried = {name: _carry(ground.rows[name], sorted(columns), crosswalks) for name, columns in needed.items()}
    found = []
    for one in indicators:
        bases = [
            _judge(_lay_out(carried[series.source or ""], territories, series), one, series, ground.not_covered[series.source or ""])
            for series in one.series
        ]
        base = pd.concat(bases, ignore_index=True)
        found += [_hide_partial(base), _sum_up(base, one, membership)]
    return pd.concat(found, ignore_index=True).sort_values(KEYS, ignore_index=True)[list(OBSERVATIONS)]


def _carry(rows: Mapping[int, pa.Table], counts: list[str], crosswalks: Mapping[int, pd.DataFrame]) -> pd.DataFrame:
    """The counts of a source under today's codes, with how many communes of its year were found and expected in each."""
    carried = []
    for year, table in rows.items():
        frame = table.select(["level", "code", "period", *counts]).to_pandas()
        units = {name: 1 if _is_whole(table.schema.field(name).type) else 100 for name in counts}
        crosswalk = crosswalks[year]
        joined = frame[frame["level"] == "commune"].merge(crosswalk, left_on="code", right_on="code_from")
        parts = pd.concat([joined[joined["parts"] == 1], _share(joined[joined["parts"] > 1].copy(), units)], ignore_index=True)
        parts["origin"] = parts["code_from"].where(parts["is_commune"], "folded")
        parts["is_split"] = parts["parts"] > 1
        summed = _sum_known(parts.drop(columns="code").rename(columns={"code_to": "code"}), counts)
        expected = crosswalk[crosswalk["is_commune"]].groupby("code_to")["code_from"].nunique()
        summed["expected"] = summed["code"].map(expected).fillna(1)
        others = frame[frame["level"] != "commune"].assign(origin="itself", is_split=False)
        carried += [summed, _sum_known(others, counts).assign(expected=1)]
    return pd.concat([one for one in carried if len(one)], ignore_index=True)


def _is_whole(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_boolean(kind))


def _share(joined: pd.DataFrame, units: Mapping[str, int]) -> pd.DataFrame:
    """Counts of split communes shared by population, largest remainders first."""
    for name, unit in units.items():
        product = (joined[name] * unit).round() * joined["weight"]
        floor, joined["remainder"] = product // joined["weight_all"], product % joined["weight_all"]
        keys = [joined["period"], joined["code_from"]]
        left = (joined[name] * unit).round() - floor.groupby(keys).transform("sum")
        order = joined.sort_values(["remainder", "code_to"], ascending=[False, True])
        rank = order.groupby(["period", "code_from"]).cumcount().reindex(joined.index)
        joined[name] = (floor + (rank < left)) / unit
    return joined


def _sum_known(frame: pd.DataFrame, counts: list[str]) -> pd.DataFrame:
    """Sums by level, code and period; none where a part is not known."""
    grouped = frame.groupby(["level", "code", "period"])
    sums = grouped[counts].sum().where(grouped[counts].count().eq(grouped.size(), axis=0))
    return sums.assign(found=grouped["origin"].nunique(), is_split=grouped["is_split"].any()).reset_index()


def _lay_out(carried: pd.DataFrame, territories: pd.DataFrame, series: Series) -> pd.DataFrame:
    """Every territory of the levels at every period of the source, with what is known of it."""
    levels = [str(level) for level in series.at]
    rows, expected = carried[carried["level"].isin(levels)], territories[territories["level"].isin(levels)]
    if series.period is None:
        wanted = expected.merge(rows[["level", "period"]].drop_duplicates(), on="level")
    else:
        rows, wanted = rows.assign(period=series.period), expected.assign(period=series.period)
    return wanted.merge(rows, on=["level", "code", "period"], how="left")


def _judge(laid: pd.DataFrame, indicator: Indicator, series: Series, not_covered: Sequence[str]) -> pd.DataFrame:
    """Value, status and reason of each territory of the source's own levels."""
    absent = laid["found"].isna()
    parts = {name: laid.eval(part.text).astype("float64") for name, part in series.formula.parts.items()}
    top: Any = parts.get("numerator", parts.get("count"))
    bottom: Any = parts.get("denominator")
    is_ratio = bottom is not None
    bottom = pd.Series(np.nan, laid.index) if bottom is None else bottom
    coverage = (laid["found"] / laid["expected"]).fillna(0.0)
    outside = laid["departement"].isin([*series.outside, *not_covered])
    cases = [(outside | absent, "not_collected")]
    cases += [(laid.eval(rule.when.text).fillna(False).astype(bool) & ~absent, str(rule.reason)) for rule in indicator.missing]
    cases.append((top.isna() | (bottom.isna() if is_ratio else False), str(indicator.blank)))
    cases.append((coverage < (indicator.min_coverage if is_ratio else 1), "territory_changed"))
    cases += _list_impossible(top, bottom, indicator) if is_ratio else []
    reason = _choose(cases)
    kept = reason.isna() | reason.isin(COUNTED)
    quality = _choose([(coverage < 1, "partial_coverage"), (laid["is_split"].fillna(False).astype(bool), "split_by_population")])
    value = indicator.scale * top / bottom if is_ratio else top
    told = laid[["level", "code", "period"]].assign(
        indicator=indicator.code, source=series.source, value=value.where(reason.isna()), numerator=top.where(kept),
        denominator=bottom.where(kept), reason=reason.fillna(quality),
        status=_choose_status(reason, quality),
    )  # fmt: skip
    is_known = told["value"].notna() | told["numerator"].notna()
    return told.assign(coverage=coverage.clip(upper=1.0).where(is_known, 0.0))


def _list_impossible(top: Any, bottom: Any, indicator: Indicator) -> list[tuple[Any, str]]:
    cases = [(bottom == 0, "not_applicable")]
    return [*cases, (top > bottom, "source_error")] if indicator.scale == 1 and not indicator.signed else cases


def _choose(cases: Sequence[tuple[Any, str]], default: str | None = None) -> Any:
    """The word of the first case that holds."""
    chosen = np.select([np.asarray(when) for when, _ in cases], [word for _, word in cases], default="")
    return pd.Series(chosen, cases[0][0].index, dtype="object").replace("", default)


def _choose_status(reason: Any, quality: Any) -> Any:
    return _choose([(reason == "statistical_secrecy", "secret"), (reason.notna(), "missing"), (quality.notna(), "estimated")], "observed")


def _hide_partial(base: pd.DataFrame) -> pd.DataFrame:
    """The counts of some parts of a merged commune say nothing of the commune."""
    partial = base["reason"] == "territory_changed"
    return base.assign(numerator=base["numerator"].mask(partial), denominator=base["denominator"].mask(partial))


def _sum_up(base: pd.DataFrame, indicator: Indicator, membership: pd.DataFrame) -> pd.DataFrame:
    """The figures of the levels above, from those of the lowest."""
    groups = membership[(membership["from_level"] == indicator.levels.lowest) & membership["level"].isin(list_levels_above(indicator))]
    members = base[base["level"] == indicator.levels.lowest].drop(columns="level").merge(groups, on="code")
    known = members["numerator"].notna()
    members["denominator"] = members["denominator"].where(known)
    members = members.assign(
        weight_known=(members["population"] * members["coverage"]).where(known, 0.0), is_known=known,
        is_whole=known & (members["coverage"] >= 1), is_secret=members["reason"] == "statistical_secrecy",
        is_split=members["reason"] == "split_by_population",
    )  # fmt: skip
    grouped = members.groupby(["level", "group_code", "period"])
    summed = ["numerator", "denominator", "population", "weight_known", "is_known", "is_whole", "is_secret", "is_split"]
    sums = grouped[summed].sum().assign(n=grouped.size()).reset_index().rename(columns={"group_code": "code"})
    return _judge_sums(sums, indicator)


def _judge_sums(sums: pd.DataFrame, indicator: Indicator) -> pd.DataFrame:
    is_ratio = indicator.kind is Kind.RATIO
    by_people = sums["weight_known"] / sums["population"].where(sums["population"] > 0)
    coverage = by_people.fillna(sums["is_known"] / sums["n"]).mask(sums["is_whole"] == sums["n"], 1.0)
    nothing = sums["is_known"] == 0
    cases = [(nothing & (sums["is_secret"] > 0), "statistical_secrecy"), (nothing, "not_collected")]
    cases += [] if is_ratio else [(sums["is_secret"] > 0, "statistical_secrecy")]
    cases.append((coverage < indicator.min_coverage, "partial_coverage"))
    cases += _list_impossible(sums["numerator"], sums["denominator"], indicator) if is_ratio else []
    lack = _choose(cases)
    small = sums["level"].isin(["commune", "epci"])
    quality = _choose([(coverage < 1, "partial_coverage"), (small & (sums["is_split"] > 0), "split_by_population")])
    kept = lack.isna() | lack.isin(["source_error", "not_applicable"])
    value = indicator.scale * sums["numerator"] / sums["denominator"].where(sums["denominator"] != 0) if is_ratio else sums["numerator"]
    return sums[["level", "code", "period"]].assign(
        indicator=indicator.code, source=indicator.series[0].source, value=value.where(lack.isna()),
        numerator=sums["numerator"].where(kept), denominator=sums["denominator"].where(kept & is_ratio), reason=lack.fillna(quality),
        status=_choose_status(lack, quality),
        coverage=coverage,
    )  # fmt: skip
