"""Figures above the level of their source, by sums of numerators and denominators, and how figures spread over territories.

What is not known of a territory is said: `coverage` is the share of its municipal population (or of the indicator's weight) whose figures
are known. See docs/algorithms/measure.md.
"""

from typing import Any

import ibis
import ibis.expr.types as ir

from jauge.indicators import Indicator, Kind, Summing
from jauge.quantities import Reason, Status
from jauge.territories import Level

OBSERVATIONS = ("level", "code", "indicator", "period", "value", "numerator", "denominator", "status", "reason", "source", "coverage")
_ORDER = (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION, Level.PAYS)
_IMPOSSIBLE = (str(Reason.SOURCE_ERROR), str(Reason.NOT_APPLICABLE))


def membership_schema() -> ibis.Schema:
    """Who belongs to whom, one row per member and group; population is the member's, 0 where unknown."""
    return ibis.schema({"from_level": "string", "code": "string", "level": "string", "group_code": "string", "population": "int64"})


def keep_base(base: ir.Table) -> ir.Table:
    """The figures of the source's own level, as observations."""
    # The counts of some parts of a merged commune serve the sums above; of the commune itself they would say something false.
    partial = base.reason == str(Reason.TERRITORY_CHANGED)
    hidden = ibis.null("float64")
    counts = {name: ibis.cases((partial, hidden), else_=base[name].cast("float64")) for name in ("numerator", "denominator")}
    return base.mutate(**counts).select(*OBSERVATIONS)


def sum_up(base: ir.Table, membership: ir.Table, indicator: Indicator) -> ir.Table | None:
    """The figures of an indicator at the levels above its source's own, or None when there is no such level.

    base: the measured rows (`jauge.releases.measure.BASE`) of this indicator alone, of its lowest level.
    """
    above = list_levels_above(indicator)
    if not above:
        return None
    lowest = str(indicator.levels.lowest)
    groups = membership.filter((membership.from_level == lowest) & membership.level.isin(above))
    members = base.drop("level").join(groups, "code")
    summed = _sum_members(members, indicator)
    return _judge(summed, indicator)


def list_levels_above(indicator: Indicator) -> list[str]:
    """The levels to which figures are carried, those that the source publishes itself left out."""
    published = {level for series in indicator.series for level in series.at}
    low, high = _ORDER.index(indicator.levels.lowest), _ORDER.index(indicator.levels.highest)
    # An EPCI is not made of départements, nor a département of EPCI: from either, only communes' sums or the region's make sense.
    skipped = {Level.EPCI} if indicator.levels.lowest is Level.DEPARTEMENT else set()
    return [str(level) for level in _ORDER[low + 1 : high + 1] if level not in published | skipped]


def _sum_members(members: ir.Table, indicator: Indicator) -> ir.Table:
    """Totals of each group over its members. Weights are populations, or the indicator's own where it has one."""
    known = members.value.notnull() if indicator.kind is Kind.VALUE else members.numerator.notnull()
    by_weight = indicator.levels.by is Summing.WEIGHTED_MEAN
    size: Any = members.weight if by_weight else members.population.cast("float64")
    none = ibis.literal(0.0)
    # Weighted values are summed in exact decimals: a sum of floats depends on the order of rows, and a release must not.
    weighted = (members.value * members.weight).cast("decimal(24, 6)")
    return members.group_by(["indicator", "period", "source", "level", "group_code"]).agg(
        numerator=ibis.cases((known, members.numerator), else_=ibis.null("decimal(18, 4)")).sum().cast("float64"),
        denominator=ibis.cases((known, members.denominator), else_=ibis.null("decimal(18, 4)")).sum().cast("float64"),
        weighted=weighted.sum().cast("float64"),
        weight_known=ibis.cases((known, size * members.coverage), else_=none).cast("decimal(24, 6)").sum().cast("float64"),
        weight_all=size.fill_null(0.0).cast("decimal(24, 6)").sum().cast("float64"),
        n=members.code.count(),
        n_known=known.ifelse(1, 0).sum(),
        n_whole=(known & (members.coverage >= 1)).ifelse(1, 0).sum(),
        n_secret=(members.reason == str(Reason.STATISTICAL_SECRECY)).fill_null(False).ifelse(1, 0).sum(),
        n_split=(members.reason == str(Reason.SPLIT_BY_POPULATION)).fill_null(False).ifelse(1, 0).sum(),
    )


def _judge(groups: ir.Table, indicator: Indicator) -> ir.Table:
    """Value, status, reason and coverage of each group."""
    counted = groups.n_known.cast("float64") / groups.n
    coverage = ibis.cases(
        (groups.n_whole == groups.n, 1.0), (groups.weight_all > 0, groups.weight_known / groups.weight_all), else_=counted
    )
    groups = groups.mutate(coverage=coverage)
    groups = groups.mutate(lack=_find_lack(groups, indicator), quality=_find_quality(groups, indicator))
    is_given = groups.lack.isnull()
    status = ibis.cases(
        (groups.lack == str(Reason.STATISTICAL_SECRECY), str(Status.SECRET)),
        (~is_given, str(Status.MISSING)),
        (groups.quality.notnull(), str(Status.ESTIMATED)),
        else_=str(Status.OBSERVED),
    )
    keeps_counts = is_given | groups.lack.isin(_IMPOSSIBLE)
    nothing = ibis.null("float64")
    return groups.select(
        "level", "indicator", "period", "source", "coverage",
        code=groups.group_code,
        value=ibis.cases((is_given, _make_value(groups, indicator)), else_=nothing),
        numerator=ibis.cases((keeps_counts, groups.numerator), else_=nothing),
        denominator=ibis.cases((keeps_counts, groups.denominator), else_=nothing),
        status=status,
        reason=ibis.coalesce(groups.lack, groups.quality),
    ).select(*OBSERVATIONS)  # fmt: skip


def _make_value(groups: Any, indicator: Indicator) -> Any:
    if indicator.kind is Kind.COUNT:
        return groups.numerator
    if indicator.kind is Kind.RATIO:
        return indicator.scale * groups.numerator / groups.denominator.nullif(0)
    return groups.weighted / groups.weight_known.nullif(0)


def _find_lack(groups: Any, indicator: Indicator) -> Any:
    """Why a group has no figure: null where it has one."""
    if indicator.levels.by is Summing.NONE:
        return ibis.literal(str(Reason.NOT_AGGREGABLE))
    nothing_known = ibis.cases((groups.n_secret > 0, str(Reason.STATISTICAL_SECRECY)), else_=str(Reason.NOT_COLLECTED))
    cases = [(groups.n_known == 0, nothing_known)]
    if indicator.kind is Kind.COUNT:
        # A hidden count is not zero: the total of a territory that holds one is not known.
        cases.append((groups.n_secret > 0, ibis.literal(str(Reason.STATISTICAL_SECRECY))))
    cases.append((groups.coverage < indicator.min_coverage, ibis.literal(str(Reason.PARTIAL_COVERAGE))))
    if indicator.kind is Kind.RATIO:
        cases.append((groups.denominator == 0, ibis.literal(str(Reason.NOT_APPLICABLE))))
        if indicator.scale == 1 and not indicator.signed:
            cases.append((groups.numerator > groups.denominator, ibis.literal(str(Reason.SOURCE_ERROR))))
    return ibis.cases(*cases, else_=ibis.null("string"))


def _find_quality(groups: Any, indicator: Indicator) -> Any:
    """Why a given figure is estimated: null where it is observed."""
    if indicator.levels.by is Summing.WEIGHTED_MEAN:
        return ibis.literal(str(Reason.WEIGHTED))
    # The parts of a split commune lie in one département: from there upwards the sum holds no estimate any more.
    small = groups.level.isin([str(Level.COMMUNE), str(Level.EPCI)])
    return ibis.cases(
        (groups.coverage < 1, str(Reason.PARTIAL_COVERAGE)),
        (small & (groups.n_split > 0), str(Reason.SPLIT_BY_POPULATION)),
        else_=ibis.null("string"),
    )


def describe_distributions(observations: ir.Table, places: ir.Table) -> ir.Table:
    """How each indicator spreads over the territories of a level, in the whole country and within each larger territory.

    places: level, code, within_level, within_code (null, null: the whole country). Quartiles are interpolated linearly.
    """
    joined = observations.join(places, ["level", "code"])
    groups = joined.group_by(["indicator", "period", "level", "within_level", "within_code"])
    return groups.agg(
        n=joined.value.count(),
        missing=joined.value.isnull().ifelse(1, 0).sum(),
        min=joined.value.min(),
        q1=joined.value.quantile(0.25),
        median=joined.value.quantile(0.5),
        q3=joined.value.quantile(0.75),
        max=joined.value.max(),
    )
