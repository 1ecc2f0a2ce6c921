"""What a diagnosis is made of: sections of lines, points of attention. Pure data, no language of the page."""

from dataclasses import dataclass, field
from enum import StrEnum

from jauge.figures import Reading, Source, Spread
from jauge.quantities import Direction, Unit


class Severity(StrEnum):
    """How much a weakness matters; from the least to the gravest."""

    WATCH = "watch"
    IMPORTANT = "important"
    MAJOR = "major"


class Confidence(StrEnum):
    """How far a point may be trusted, from the status, age, coverage and size of its figures."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class PointKind(StrEnum):
    """What a point says: a strength to lean on, a weakness to mend, or a gap in what is known."""

    STRENGTH = "strength"
    WEAKNESS = "weakness"
    KNOWLEDGE = "knowledge"


@dataclass(frozen=True, slots=True)
class Measure:
    """What an indicator measures, as its definition says (French texts)."""

    code: str
    label: str
    unit: Unit
    direction: Direction = Direction.NEUTRAL
    decimals: int = 1
    champ: str = ""
    definition: str = ""
    formula: str = ""
    breaks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parent:
    """A territory that holds the one diagnosed: its name as `level:code`, its level, its name in words."""

    ref: str
    level: str
    name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """The territory diagnosed. `population` is municipal; `commune_count` counts its communes, itself included for a commune."""

    ref: str
    level: str
    code: str
    name: str
    kind: str
    population: int | None
    population_period: str | None
    commune_count: int
    parents: tuple[Parent, ...] = ()


@dataclass(frozen=True, slots=True)
class Release:
    """The release that a diagnosis quotes."""

    id: str
    number: int
    cog_year: int


@dataclass(frozen=True, slots=True)
class Flag:
    """What the checks of a release found where a figure is read from. number: of the finding. meaning: what it means, in words."""

    number: int
    title: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Facts:
    """All that a diagnosis reads, fetched beforehand. `year` is the year of the reader (no clock here).

    readings: territory (`level:code`) -> indicator -> readings, oldest first. spreads: (indicator, period) of the territory's level.
    flags: those of the territory's own figures, by (indicator, period).
    """

    identity: Identity
    release: Release
    year: int
    measures: dict[str, Measure]
    readings: dict[str, dict[str, tuple[Reading, ...]]]
    spreads: dict[tuple[str, str], Spread] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    flags: dict[tuple[str, str], tuple[Flag, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same figure, at the same period, of a territory that holds the one diagnosed."""

    parent: Parent
    reading: Reading


@dataclass(frozen=True, slots=True)
class Line:
    """One figure of a section: the reading told, its comparisons, its peers, its earlier readings (`series`, oldest first), its flags."""

    measure: Measure
    reading: Reading
    past: bool
    comparisons: tuple[Comparison, ...] = ()
    spread: Spread | None = None
    series: tuple[Reading, ...] = ()
    source: Source | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True, slots=True)
class Point:
    """A point of attention: its sentence, what one can do, the readings that it stands on."""

    code: str
    kind: PointKind
    severity: Severity | None
    confidence: Confidence
    doubts: tuple[str, ...]
    title: str
    sentence: str
    act: str
    figures: tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class Awaited:
    """Something that is not yet recorded, and what would fill it."""

    what: str
    filled_by: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A map or a chart that the plan asks for: `kind` bars · series · choropleth, and its indicators."""

    kind: str
    title: str
    indicators: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A chapter of the diagnosis. `absent` are the lines without a value, told with their reason."""

    code: str
    kind: str
    title: str
    intro: str
    lines: tuple[Line, ...] = ()
    absent: tuple[Line, ...] = ()
    pictures: tuple[Chosen, ...] = ()
    awaiting: tuple[Awaited, ...] = ()
    paragraphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The whole diagnosis of a territory on one release: what page, PDF, JSON and CSV are made from."""

    plan: str
    title: str
    identity: Identity
    release: Release
    year: int
    key_figures: tuple[Line, ...]
    points: tuple[Point, ...]
    sections: tuple[Section, ...]
    sources: tuple[Source, ...]
