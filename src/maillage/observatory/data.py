"""What passes through the observatory's door: a figure, its proof, a release. No Django here."""

from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from jauge.checks import Consequence, Scope
from jauge.figures import Reading, Source, Spread
from jauge.quantities import Direction, Reason, Unit
from jauge.releases import DERIVED
from jauge.territories import Level, TerritoryRef


class ObservatoryAct(StrEnum):
    """The acts of this room."""

    BUILD_RELEASE = "build_release"


# The stages of a build, in their order, as people read them.
STAGE_WORDS = {
    "capture": "lecture des fichiers",
    "check": "vérification",
    "harmonise": "passage au millésime",
    "measure": "mesure",
    "release": "écriture",
}
VERDICT_WORDS = {"passed": "rien trouvé", "failed": "défaut trouvé", "skipped": "non exécuté"}
CONSEQUENCE_WORDS = {
    "withheld": "les chiffres touchés ne sont pas publiés",
    "warned": "les chiffres touchés portent un avertissement",
    "replaced": "rien n’est tiré de ce fichier : une meilleure source donne le chiffre",
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
    """A file of a release: `size` in bytes, rows read, rows refused. expected: the period for which the publisher announces the next.

    flagged: figures that contradict themselves: their counts are kept, no share is given, and they are listed with the rejects.
    """

    size: int
    rows: int
    rejects: int
    expected: str = ""
    flagged: int = 0

    @property
    def listed(self) -> int:
        """How many rows are listed, refused or flagged."""
        return self.rejects + self.flagged


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
class SecretTable:
    """What a release hides of one source and period, in counts of all levels, and what it costs.

    inherited: hidden by the publisher. small: under its threshold. masked: hidden to protect another. withheld: hidden with all the rest,
    where only totals could be given. masked_share: of the finest level's total, 0-1. gap: how far from the least cost, None: not proven.
    """

    source: str
    period: str
    threshold: int
    verdict: str
    inherited: int
    small: int
    masked: int
    withheld: int
    masked_share: float
    gap: float | None


@dataclass(frozen=True, slots=True)
class DeclinedSource:
    """A file that was read and checked, and from which no figure is drawn: `reason` says why. sha256, rows: None where it was absent."""

    name: str
    label: str
    file: str
    publisher: str
    licence: str
    url: str
    copy: str
    reason: str
    sha256: str | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class CheckReport:
    """How a declared check ended. checked: values looked at, in all its files. skipped: why it did not run on some. verdict, consequence:
    as `VERDICT_WORDS` and `CONSEQUENCE_WORDS` spell them. sources: those that it reads, none when it reads all.
    """

    code: str
    kind: str
    title: str
    rule: str
    consequence: str
    sources: tuple[str, ...]
    verdict: str
    checked: int
    skipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FaultyCell:
    """A cell at fault. line: of the raw file, None where the row is absent. expected: what should stand there, when that is known."""

    line: int | None
    level: str | None
    code: str | None
    period: str | None
    column: str
    value: str | None
    expected: str | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a raw file as it was read. line: None for the reference of territories, which has none. cells: (column, value)."""

    line: int | None
    code: str
    period: str
    cog_year: int
    cells: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """What a check found in one file. number: in its release. columns: at fault, the likeliest first. scope: as `jauge.checks.Scope`.

    says: the sentence with the numbers. reason: what it means. touches: (indicator, period) whose figures read it, "" for all periods.
    examples: the first cells. here: cells at fault in the territory asked for and inside it (all of them where none was). own: its own.
    """

    number: int
    check: str
    title: str
    rule: str
    reason: str
    source: str
    label: str
    file: str
    columns: tuple[str, ...]
    scope: str
    checked: int
    failed: int
    says: str
    consequence: str
    replaced_by: str | None
    touches: tuple[tuple[str, str], ...]
    examples: tuple[FaultyCell, ...]
    here: int = 0
    own: int = 0

    def doubts(self, figure: Reading) -> bool:
        """Whether a figure of the territory asked for is itself in doubt.

        It is not, for the fault of another file, of a territory inside it, of a row that was left out while the figure comes from another,
        or of a curve that joins two measures.
        """
        read = figure.source in (self.source, DERIVED) and {(figure.indicator, figure.period), (figure.indicator, "")} & set(self.touches)
        if not read or self.consequence == Consequence.REPLACED or self.scope == Scope.SERIES:
            return False
        if self.scope == Scope.COLUMN:  # a figure that is not given for a reason of its own is not in doubt
            return figure.value is not None or figure.reason is Reason.SOURCE_ERROR
        return self.own > 0 and (self.scope == Scope.CELLS or figure.value is None)


@dataclass(frozen=True, slots=True)
class ReleaseInfo:
    """A release as pages and commands name it. number: «livraison n°», 0 while the index does not know it.

    coverage: by indicator, then period: share of the territories of its lowest level that have a figure. refused: (source, why), files
    that are broken. secrecy: what is hidden, by source and period. declined: files from which no figure is drawn. checks, findings: what
    the cross-checks asked and found.
    """

    id: str
    number: int
    built_at: str
    cog_year: int
    sources: tuple[SourceRef, ...]
    refused: tuple[tuple[str, str], ...] = ()
    coverage: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    secrecy: tuple[SecretTable, ...] = ()
    declined: tuple[DeclinedSource, ...] = ()
    checks: tuple[CheckReport, ...] = ()
    findings: tuple[CheckFinding, ...] = ()


@dataclass(frozen=True, slots=True)
class Reject:
    """A row of a source that was left out or flagged, and why: published with the release.

    line: in the raw file; None where several rows made the figure.
    """

    source: str
    file: str
    line: int | None
    column: str
    value: str
    code: str
    reason: str
    suggestion: str


@dataclass(frozen=True, slots=True)
class RetiredRelease:
    """A release that was built here and can no longer be read: its folder is gone, or some file in it is not the one that was written."""

    id: str
    number: int
    built_at: str
    is_damaged: bool


@dataclass(frozen=True, slots=True)
class Erratum:
    """Published values that a newer release corrected. count: how many values; chain: their causes; label: the indicator's."""

    corrected: int
    by: int
    by_id: str
    made_at: str
    indicator: str
    label: str
    period: str
    chain: str
    count: int


@dataclass(frozen=True, slots=True)
class ChainTotal:
    """How many figures one chain of causes changed. changes: by kind of change (`jauge.releases.Change`)."""

    chain: str
    causes: tuple[str, ...]
    count: int
    changes: dict[str, int]


@dataclass(frozen=True, slots=True)
class ChangedSource:
    """A file that is new, gone, or that came back under its name with other bytes. Hashes are SHA-256, empty where it does not stand."""

    name: str
    label: str
    period: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangedDefinition:
    """A field of a definition that was rewritten (field: empty where the whole definition is new or gone).

    kind: indicator or source. measures: whether figures depend on the field.
    """

    kind: str
    code: str
    field: str
    before: str
    after: str
    measures: bool


@dataclass(frozen=True, slots=True)
class Differences:
    """What changed from one release to another. territories: (level, code); series: (indicator, period); indicators: changes by code."""

    before: str
    after: str
    figures_before: int
    figures_after: int
    changed: int
    chains: tuple[ChainTotal, ...]
    indicators: dict[str, int]
    sources: tuple[ChangedSource, ...]
    definitions: tuple[ChangedDefinition, ...]
    territories_new: tuple[tuple[str, str], ...]
    territories_gone: tuple[tuple[str, str], ...]
    series_new: tuple[tuple[str, str], ...]
    series_gone: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ChangedFigure:
    """A figure that changed. chain: its causes, `territory+source`. change: see `jauge.releases.Change`."""

    level: str
    code: str
    indicator: str
    period: str
    change: str
    chain: str
    before_value: float | None
    after_value: float | None
    before_numerator: float | None
    after_numerator: float | None
    before_denominator: float | None
    after_denominator: float | None
    before_status: str | None
    after_status: str | None
    before_reason: str | None
    after_reason: str | None
    before_source: str | None
    after_source: str | None

    @property
    def difference(self) -> float | None:
        """By how much the value changed, None where one side has none."""
        if self.before_value is None or self.after_value is None:
            return None
        return self.after_value - self.before_value


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
