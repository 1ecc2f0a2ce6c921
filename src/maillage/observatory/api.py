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
