"""What passes through the observatory's door: a figure, its proof, a release. No Django here."""

from dataclasses import dataclass, field
from decimal import Decimal

from jauge.quantities import Direction, Reason, Status, Unit
from jauge.territories import Level, TerritoryRef


@dataclass(frozen=True, slots=True)
class Figure:
    """One observation of one release. `value` is None when missing or secret, with its `reason`; a share is 0-1.

    `estimated` figures have a reason too (how they were estimated). `source` is a name of the release's manifest.
    coverage: share of the population (or of the indicator's weight) of the territory whose figures are known, 0-1.
    """

    territory: TerritoryRef
    indicator: str
    period: str
    value: float | None
    numerator: float | None
    denominator: float | None
    status: Status
    reason: Reason | None
    source: str
    release: str
    coverage: float | None = None


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A file of a release: what was read, from whom, under which licence. `url` is the publisher's address."""

    name: str
    label: str
    file: str
    sha256: str
    size: int
    publisher: str
    licence: str
    url: str
    date: str
    period: str
    rows: int
    rejects: int
    copy: str = ""


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


@dataclass(frozen=True, slots=True)
class Distribution:
    """How an indicator spreads over the territories of one level (of the whole country, or within one territory)."""

    indicator: str
    period: str
    level: Level
    within: TerritoryRef | None
    count: int
    missing: int
    minimum: float
    q1: float
    median: float
    q3: float
    maximum: float


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a figure comes from: formula, counts, files, release. What «source» opens."""

    figure: Figure
    indicator: IndicatorInfo
    formula: str
    sources: tuple[SourceRef, ...]


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


class NoRelease(LookupError):
    """No release has been built yet."""

    code = "no_release"


class UnknownRelease(LookupError):
    """No release bears that id, prefix or number; `suggestions` are numbers and ids that do."""

    code = "unknown_release"

    def __init__(self, asked: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(asked)
        self.asked, self.suggestions = asked, suggestions


class UnknownIndicator(LookupError):
    """No indicator bears that code; `suggestions` are codes that resemble it."""

    code = "unknown_indicator"

    def __init__(self, asked: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(asked)
        self.asked, self.suggestions = asked, suggestions


class UnknownSource(LookupError):
    """The release has no source of that name; `suggestions` are names that it has."""

    code = "unknown_source"

    def __init__(self, asked: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(asked)
        self.asked, self.suggestions = asked, suggestions


class UnknownPeriod(LookupError):
    """The indicator has no such period; `suggestions` are those that it has, the newest first."""

    code = "unknown_period"

    def __init__(self, asked: str, suggestions: tuple[str, ...] = ()) -> None:
        super().__init__(asked)
        self.asked, self.suggestions = asked, suggestions
