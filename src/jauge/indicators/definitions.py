"""What an indicator is: its formula, its series (source × period), the levels it may be summed to, what it must not be compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jauge.expressions import Expression
from jauge.quantities import Direction, Reason, Unit
from jauge.territories import Level


class Kind(StrEnum):
    """How a figure is made: a count; a ratio of two counts; a value that its publisher gives without counts."""

    COUNT = "count"
    RATIO = "ratio"
    VALUE = "value"


class Summing(StrEnum):
    """How a figure is carried to the levels above its own."""

    SUM_OF_COUNTS = "sum_of_counts"
    WEIGHTED_MEAN = "weighted_mean"
    NONE = "none"


class Absent(StrEnum):
    """What the absence of a territory from the source means.

    ZERO_WHERE_LISTED: the source is a directory; where it lists anything in the département, a commune that it does not name has none.
    """

    NOT_COLLECTED = "not_collected"
    ZERO_WHERE_LISTED = "zero_where_listed"


@dataclass(frozen=True, slots=True)
class Formula:
    """One of: count · numerator and denominator · value, with a weight or without."""

    count: Expression | None = None
    numerator: Expression | None = None
    denominator: Expression | None = None
    value: Expression | None = None
    weight: Expression | None = None

    @property
    def kind(self) -> Kind:
        """What the parts make."""
        if self.count:
            return Kind.COUNT
        return Kind.RATIO if self.numerator else Kind.VALUE

    @property
    def parts(self) -> dict[str, Expression]:
        """The parts that are there, by name."""
        named = {name: getattr(self, name) for name in ("count", "numerator", "denominator", "value", "weight")}
        return {name: part for name, part in named.items() if part is not None}

    @property
    def names(self) -> frozenset[str]:
        """Every column that the parts need."""
        return frozenset(name for part in self.parts.values() for name in part.names)

    def __str__(self) -> str:
        if self.numerator and self.denominator:
            return f"({self.numerator.text}) / ({self.denominator.text})"
        main = self.count or self.value
        weight = f", weight: {self.weight.text}" if self.weight else ""
        return f"{main.text if main else ''}{weight}"


@dataclass(frozen=True, slots=True)
class Use:
    """A count that another indicator gives: the name it bears in the formula, the indicator, the period."""

    name: str
    indicator: str
    period: str


@dataclass(frozen=True, slots=True)
class Series:
    """A formula over one source (or over other indicators: `uses`) for one period, or for each period of the source when None.

    at: the levels that the source itself publishes. outside: départements outside the source's field (nothing was collected there).
    """

    formula: Formula
    source: str | None = None
    period: str | None = None
    where: Expression | None = None
    at: tuple[Level, ...] = (Level.COMMUNE,)
    outside: tuple[str, ...] = ()
    uses: tuple[Use, ...] = ()


@dataclass(frozen=True, slots=True)
class Levels:
    """From which level to which, and how."""

    lowest: Level
    highest: Level
    by: Summing


@dataclass(frozen=True, slots=True)
class MissingRule:
    """When a figure is missing although the source has a row, and why."""

    when: Expression
    reason: Reason


@dataclass(frozen=True, slots=True)
class Validation:
    """Who read the definition against the publisher's documentation, and when."""

    by: str
    date: str


@dataclass(frozen=True, slots=True)
class Case:
    """A worked case: columns of one row, and the value or the reason that must come out."""

    columns: Mapping[str, float | str | None]
    value: float | None
    reason: Reason | None


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator as its YAML file defines it (docs/algorithms/measure.md says how each field acts).

    blank: why a cell is empty in the source. min_coverage: share of the population (or of the weight) of a territory that must be known for
    a figure above the source's level to be given at all. small_below: denominator (or count) under which a figure is too small to be read
    as a trend. scale: what the ratio is multiplied by (10,000 for «per 10,000 inhabitants»). signed: a change, which may be negative.
    simulated: the publisher made it by a model: its status says so.
    """

    code: str
    label: Mapping[str, str]
    definition: Mapping[str, str]
    champ: Mapping[str, str]
    theme: str
    unit: Unit
    direction: Direction
    levels: Levels
    series: tuple[Series, ...]
    cases: tuple[Case, ...]
    validated: Validation
    missing: tuple[MissingRule, ...] = ()
    blank: Reason = Reason.NOT_COLLECTED
    absent: Absent = Absent.NOT_COLLECTED
    min_coverage: float = 0.5
    decimals: int = 1
    small_below: int = 0
    scale: int = 1
    signed: bool = False
    simulated: bool = False
    breaks: tuple[str, ...] = ()
    not_comparable_with: tuple[str, ...] = ()
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict, compare=False, hash=False, repr=False)

    @property
    def kind(self) -> Kind:
        """What its formula makes (every series makes the same: the parser refuses others)."""
        return self.series[0].formula.kind

    @property
    def formula(self) -> str:
        """The formula of the newest series, as text."""
        return str(self.series[-1].formula)
