"""The observatory's door: figures of a release, with their proof.

Contract while the rooms are built together; each function says its queries.
`release` is an id, a prefix of one, a number, or None for the current one.

    get_release(release=None) -> ReleaseInfo                       raises NoRelease (nothing built yet), UnknownRelease(.suggestions)
    list_releases() -> tuple[ReleaseInfo, ...]
    list_indicators() -> tuple[IndicatorInfo, ...]                 definitions, with the periods and levels of the current release
    get_indicator(code) -> IndicatorInfo                           raises UnknownIndicator(.suggestions)
    get_figure(territory, indicator, *, period=None, release=None, cog_year=None) -> Figure     newest period when None
    get_figures(territories, *, indicators=None, release=None) -> dict[TerritoryRef, tuple[Figure, ...]]   all periods; 1 lookup query
    list_figures(indicator, *, level, period=None, within=None, release=None) -> tuple[Figure, ...]        for maps and tables; 1 query
    get_distributions(level, *, within=None, release=None) -> dict[tuple[str, str], Distribution]          by (indicator, period); 1 query
    get_provenance(figure) -> Provenance
    list_rejects(source, *, release=None, limit, offset)
    build_release(*, sources: Path | None = None, on_progress=None) -> ReleaseInfo
"""

from collections.abc import Sequence

from jauge.territories import Level, TerritoryRef
from maillage.observatory.data import (
    Distribution,
    Figure,
    IndicatorInfo,
    NoRelease,
    Provenance,
    Reject,
    ReleaseInfo,
    UnknownIndicator,
    UnknownRelease,
    UnknownSource,
)

__all__ = [
    "NoRelease",
    "UnknownIndicator",
    "UnknownRelease",
    "UnknownSource",
    "get_distributions",
    "get_figures",
    "get_indicator",
    "get_provenance",
    "get_release",
    "list_indicators",
    "list_rejects",
    "list_releases",
]

# Until the first release can be built (the room's builder replaces these bodies), every read says that there is none.


def get_release(release: str | None = None) -> ReleaseInfo:
    """The release named by id, prefix or number, or the current one. Raises NoRelease, UnknownRelease."""
    raise NoRelease(release or "")


def list_releases() -> tuple[ReleaseInfo, ...]:
    """All releases, newest first."""
    return ()


def list_indicators() -> tuple[IndicatorInfo, ...]:
    """All indicators, with the periods and levels of the current release."""
    return ()


def get_indicator(code: str) -> IndicatorInfo:
    """One indicator. Raises UnknownIndicator."""
    raise UnknownIndicator(code)


def get_figures(
    territories: Sequence[TerritoryRef], *, indicators: Sequence[str] | None = None, release: str | None = None
) -> dict[TerritoryRef, tuple[Figure, ...]]:
    """Figures of territories, all periods. Raises NoRelease, UnknownRelease. Lookup queries: 1."""
    raise NoRelease(release or "")


def get_distributions(
    level: Level, *, within: TerritoryRef | None = None, release: str | None = None
) -> dict[tuple[str, str], Distribution]:
    """How each (indicator, period) spreads over the territories of a level. Raises NoRelease, UnknownRelease. Lookup queries: 1."""
    raise NoRelease(release or "")


def get_provenance(figure: Figure) -> Provenance:
    """Where a figure comes from. Raises UnknownRelease."""
    raise UnknownRelease(figure.release)


def list_rejects(source: str, *, release: str | None = None, limit: int = 50, offset: int = 0) -> tuple[Reject, ...]:
    """Rejected rows of a source, in order of line. Raises NoRelease, UnknownRelease, UnknownSource."""
    raise NoRelease(release or "")
