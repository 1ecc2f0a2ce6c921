"""What passes through the observatory's door: a figure, its proof, a release. No Django here."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from jauge.figures import Reading, Source, Spread
from jauge.quantities import Direction, Unit
from jauge.territories import Level, TerritoryRef, UnknownName

# The stages of a build, in their order, as people read them.
STAGE_WORDS = {
    "capture": "lecture des fichiers",
    "check": "vérification",
    "harmonise": "passage au millésime",
    "measure": "mesure",
    "release": "écriture",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure(Reading):
    """A reading of one territory in one release.

    coverage: share of the population (or of the indicator's weight) of the territory whose figures are known, 0-1.
    """

    territory: TerritoryRef
    release: str
    coverage: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRef(Source):
    """A file of a release: `size` in bytes, rows read, rows refused."""

    size: int
    rows: int
    rejects: int


@dataclass(frozen=True, slots=True)
class IndicatorInfo:
    """An indicator's definition as pages need it (labels by language; the newest period first).

    small_below: denominator (or count) under which a figure is too small to be read as a trend, 0 where there is none.
    validated: {by, date}. sources: names of the release's manifest.
    """

    code: str
    label: dict[str, str]
    theme: str
    unit: Unit
    direction: Direction
    definition: dict[str, str]
    champ: dict[str, str]
    formula: str
    periods: tuple[str, ...] = ()
    levels: tuple[Level, ...] = ()
    breaks: tuple[str, ...] = ()
    not_comparable_with: tuple[str, ...] = ()
    decimals: int = 1
    small_below: int = 0
    sources: tuple[str, ...] = ()
    validated: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution(Spread):
    """How an indicator spreads over the territories of one level (of the whole country, or within one territory)."""

    indicator: str
    period: str
    level: Level
    within: TerritoryRef | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a figure comes from: formula, counts, files, release. What «source» opens."""

    figure: Figure
    indicator: IndicatorInfo
    formula: str
    sources: tuple[SourceRef, ...]

    def describe(self) -> dict[str, Any]:
        """The figure for machines, as `maillage figure --json` and its address give it; what is not known is None, with its reason."""
        figure = self.figure
        return {
            "territory": str(figure.territory),
            "indicator": figure.indicator,
            "value": figure.value,
            "numerator": figure.numerator,
            "denominator": figure.denominator,
            "unit": self.indicator.unit,
            "period": figure.period,
            "status": figure.status,
            "reason": figure.reason,
            "sources": [{"name": one.name, "sha256": one.sha256, "url": one.url, "licence": one.licence} for one in self.sources],
            "formula": self.formula,
            "release": figure.release,
        }


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """A release as pages and commands name it. number: «livraison n°», 0 while the index does not know it.

    coverage: by indicator, then period: share of the territories of its lowest level that have a figure. refused: (source, why).
    """

    id: str
    number: int
    built_at: str
    cog_year: int
    sources: tuple[SourceRef, ...]
    refused: tuple[tuple[str, str], ...] = ()
    coverage: dict[str, dict[str, Decimal]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reject:
    """A row of a source that was left out, and why: published with the release. `line` is the line in the raw file."""

    source: str
    file: str
    line: int
    column: str
    value: str
    code: str
    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class Match:
    """A territory that resembles another. distance: mean gap by variable, in robust standard deviations."""

    territory: TerritoryRef
    distance: float


@dataclass(frozen=True, slots=True)
class Matching:
    """The territories that resemble one. variables: (label, indicator, period) of those compared; lacking: labels of those that are not.

    stability: mean share of these that stay when one variable is left out, 0-1. far: distance beyond which nobody is near.
    """

    plan: str
    label: str
    matches: tuple[Match, ...]
    variables: tuple[tuple[str, str, str], ...]
    lacking: tuple[str, ...]
    stability: float | None
    far: float

    @property
    def is_near(self) -> bool:
        """Whether the nearest is near enough to be learned from."""
        return bool(self.matches) and self.matches[0].distance <= self.far


@dataclass(frozen=True, slots=True)
class IndexPart:
    """A component of an index: points it adds to the score, None where it is missing. share: its part of the whole weights, 0-1."""

    axis: str
    label: str
    share: float
    indicator: str
    period: str
    points: float | None


@dataclass(frozen=True, slots=True)
class CompositeIndex:
    """A composite index of a territory. score: 0-100, None when refused. known: share of the weights that is known, 0-1.

    rank from 1 (the highest score) of `ranked`; nine draws in ten of other weights and scales fall from rank_low to rank_high.
    """

    code: str
    label: str
    definition: str
    note: str
    score: float | None
    known: float
    rank: int | None
    rank_low: int | None
    rank_high: int | None
    ranked: int
    parts: tuple[IndexPart, ...]

    @property
    def known_parts(self) -> int:
        """How many components are known."""
        return sum(part.points is not None for part in self.parts)


class NoRelease(LookupError):
    """No release has been built yet."""

    code = "no_release"


class UnknownRelease(UnknownName):
    """No release bears that id, prefix or number; `suggestions` are numbers and ids that do."""

    code = "unknown_release"


class UnknownIndicator(UnknownName):
    """No indicator bears that code; `suggestions` are codes that resemble it."""

    code = "unknown_indicator"


class UnknownSource(UnknownName):
    """The release has no source of that name; `suggestions` are names that it has."""

    code = "unknown_source"


class UnknownPeriod(UnknownName):
    """The indicator has no such period; `suggestions` are those that it has, the newest first."""

    code = "unknown_period"
