"""Reads of releases: the folder of each is opened once per process, and a page costs one query to its lookup."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from django.conf import settings
from django.db import DatabaseError

from jauge.checks import Scope
from jauge.quantities import Reason, Status
from jauge.territories import Geography, Level, TerritoryRef
from maillage.observatory import folders
from maillage.observatory.columns import list_values, slice_rows
from maillage.observatory.data import (
    CheckFinding,
    CompositeIndex,
    DeclinedSource,
    Distribution,
    Erratum,
    FaultyCell,
    Figure,
    IndexPart,
    IndicatorInfo,
    Match,
    Matching,
    Reject,
    ReleaseInfo,
    RetiredRelease,
    SourceRef,
    SourceRow,
)
from maillage.observatory.errors import NoRelease, ReleaseGone, UnknownFinding, UnknownIndicator, UnknownRelease, UnknownSource
from maillage.observatory.lookup import FILE, Lookup
from maillage.observatory.manifest import read_check, read_finding, read_indicator, read_secrecy
from maillage.observatory.models import Correction, Release


@dataclass(frozen=True)
class OpenRelease:
    """A release that this process reads: its manifest, its lookup, its indicators."""

    id: str
    folder: Path
    manifest: Mapping[str, Any]
    lookup: Lookup
    indicators: Mapping[str, IndicatorInfo]
    findings: tuple[CheckFinding, ...] = ()

    def find_indicator(self, code: str) -> IndicatorInfo:
        """An indicator of this release. Raises UnknownIndicator."""
        if code not in self.indicators:
            raise UnknownIndicator(code, tuple(get_close_matches(code[:80], self.indicators, 5, 0.4)))
        return self.indicators[code]


@lru_cache(maxsize=8)
def open_release(root: Path, release: str) -> OpenRelease:
    """Open a whole release, once. Raises ReleaseGone where a file of it is not the one that was written."""
    if not folders.is_whole(root, release):
        raise ReleaseGone(_retire(root, release, _read_index()))
    manifest = folders.read_manifest(root, release)
    indicators = {entry["code"]: read_indicator(entry) for entry in manifest["indicators"]}
    folder = root / release
    findings = tuple(read_finding(entry) for entry in manifest.get("findings", ()))
    return OpenRelease(release, folder, manifest, Lookup(folder / FILE), indicators, findings)


def find_release(asked: str | None) -> OpenRelease:
    """The release named by id, prefix or number; the current one when None. Raises NoRelease, ReleaseGone, UnknownRelease.

    Queries: 0 or 1.
    """
    root = Path(settings.RELEASES)
    current = folders.find_current(root)
    if not asked:
        if current is None:
            pointed = folders.read_pointer(root)
            raise ReleaseGone(_retire(root, pointed, _read_index())) if pointed else NoRelease
        return open_release(root, current)
    return open_release(root, _find_id(root, asked))


def _find_id(root: Path, asked: str) -> str:
    ids = folders.list_ids(root)
    if asked in ids:
        return asked
    index = _read_index()
    numbers = {str(number): release for release, (number, _) in index.items()}
    if (named := asked if asked in index else numbers.get(asked)) is not None:
        if named in ids:
            return named
        raise ReleaseGone(_retire(root, named, index))
    if not ids:
        raise NoRelease
    matches = [release for release in ids if len(asked) >= 4 and release.startswith(asked)]
    if len(matches) == 1:
        return matches[0]
    raise UnknownRelease(asked[:80], (*_list_numbers(numbers, ids), *(release[:12] for release in ids)))


def _list_numbers(numbers: Mapping[str, str], ids: Sequence[str]) -> list[str]:
    return sorted((number for number, release in numbers.items() if release in ids), key=int)


def _retire(root: Path, release: str, index: Mapping[str, tuple[int, datetime]]) -> RetiredRelease:
    number, at = index.get(release, (0, None))
    return RetiredRelease(release, number, at.isoformat(timespec="seconds") if at else "", (root / release).is_dir())


def list_retired() -> tuple[RetiredRelease, ...]:
    """The releases of the index that can no longer be read, the newest first. Queries: 1."""
    root, index = Path(settings.RELEASES), _read_index()
    gone = [_retire(root, release, index) for release in {*index, *folders.list_ids(root)} if not folders.is_whole(root, release)]
    return tuple(sorted(gone, key=lambda one: (one.number, one.id), reverse=True))


def _read_index() -> dict[str, tuple[int, datetime]]:
    """Number and date by id; empty where the database is not there yet. Queries: 1."""
    try:
        return {release: (number, at) for release, number, at in Release.objects.values_list("id_sha256", "number", "built_at")}
    except DatabaseError:
        return {}


def describe_release(opened: OpenRelease) -> ReleaseInfo:
    """A release as pages name it. Queries: 1."""
    return _describe(opened, _read_index())


def list_releases() -> tuple[ReleaseInfo, ...]:
    """Every whole release, the newest first. Queries: 1."""
    root = Path(settings.RELEASES)
    index = _read_index()
    found = []
    for release in folders.list_ids(root):
        with suppress(ReleaseGone):  # it is told among the retired ones
            found.append(_describe(open_release(root, release), index))
    return tuple(sorted(found, key=lambda info: (info.built_at, info.id), reverse=True))


def list_errata(*, indicator: str | None = None) -> tuple[Erratum, ...]:
    """What newer releases corrected, the newest first. Queries: 1."""
    rows = Correction.objects.filter(**{"indicator": indicator} if indicator else {}).values_list(
        "corrected__number", "by__number", "by__id_sha256", "by__built_at", "indicator", "label", "period", "chain", "count"
    )
    return tuple(
        Erratum(corrected, by, by_id, at.isoformat(timespec="seconds"), indicator, label, period, chain, count)
        for corrected, by, by_id, at, indicator, label, period, chain, count in rows
    )


def _describe(opened: OpenRelease, index: Mapping[str, tuple[int, datetime]]) -> ReleaseInfo:
    written = datetime.fromtimestamp((opened.folder / folders.MANIFEST).stat().st_mtime, UTC)
    number, built_at = index.get(opened.id, (0, written))
    manifest = opened.manifest
    return ReleaseInfo(
        id=opened.id,
        number=number,
        built_at=built_at.isoformat(timespec="seconds"),
        cog_year=manifest["cog_year"],
        sources=tuple(SourceRef(**entry) for entry in manifest["sources"]),
        refused=tuple((name, why) for name, why in manifest["refused"]),
        declined=tuple(DeclinedSource(**entry) for entry in manifest.get("declined", ())),
        checks=tuple(read_check(entry) for entry in manifest.get("checks", ())),
        findings=opened.findings,
        coverage={
            code: {period: Decimal(str(share)) for period, share in periods.items()} for code, periods in manifest["coverage"].items()
        },
        secrecy=tuple(read_secrecy(entry) for entry in manifest.get("secrecy", ())),
    )


def read_figures(
    opened: OpenRelease, territories: Sequence[TerritoryRef], indicators: Sequence[str] | None
) -> dict[TerritoryRef, tuple[Figure, ...]]:
    """The figures of territories, by indicator then period. Lookup queries: 1."""
    if not territories:
        return {}
    by_place = {(str(ref.level), ref.code): ref for ref in territories}
    found: dict[TerritoryRef, list[Figure]] = {ref: [] for ref in territories}
    for row in opened.lookup.find(list(by_place), indicators):
        ref = by_place[row[0], row[1]]
        found[ref].append(make_figure(row, ref, opened.id))
    return {ref: tuple(figures) for ref, figures in found.items()}


def make_figure(row: Sequence[Any], ref: TerritoryRef, release: str) -> Figure:
    """A figure from a row of observations (level, code, indicator, period, value, …)."""
    indicator, period, value, numerator, denominator, status, reason, source, coverage = row[2:]
    return Figure(
        territory=ref,
        indicator=indicator,
        period=period,
        value=value,
        numerator=numerator,
        denominator=denominator,
        status=Status(status),
        reason=Reason(reason) if reason else None,
        source=source,
        release=release,
        coverage=coverage,
    )


def make_absent(opened: OpenRelease, ref: TerritoryRef, indicator: IndicatorInfo, period: str) -> Figure:
    """The figure of a level that the indicator does not reach: nothing was collected there, and nothing is brought down."""
    source = indicator.sources[0]
    return Figure(
        territory=ref,
        indicator=indicator.code,
        period=period,
        value=None,
        status=Status.MISSING,
        reason=Reason.NOT_COLLECTED,
        source=source,
        release=opened.id,
        coverage=0.0,
    )


def list_level(opened: OpenRelease, indicator: str, period: str, level: Level, within: TerritoryRef | None) -> tuple[Figure, ...]:
    """The figures of an indicator over a level. Lookup queries: 1."""
    rows = opened.lookup.list_level(indicator, period, str(level), (str(within.level), within.code) if within else None)
    return tuple(make_figure(row, TerritoryRef(Level(row[0]), row[1]), opened.id) for row in rows)


def read_distributions(opened: OpenRelease, level: Level, within: TerritoryRef | None) -> dict[tuple[str, str], Distribution]:
    """How indicators spread over a level, those without any value left out. Lookup queries: 1."""
    place = f"{within.level}:{within.code}" if within and within.level is not Level.PAYS else ""
    return {
        (indicator, period): Distribution(n, missing, *quartiles, indicator=indicator, period=period, level=level, within=within)
        for indicator, period, n, missing, *quartiles in opened.lookup.list_distributions(str(level), place)
        if n
    }


def read_matchings(opened: OpenRelease, ref: TerritoryRef) -> tuple[Matching, ...]:
    """The territories that resemble one, by plan. Lookup queries: 1."""
    plans = {entry["code"]: entry for entry in opened.manifest.get("matching", ())}
    return tuple(_make_matching(plans[row[2]], ref, row) for row in opened.lookup.list_matches(str(ref.level), ref.code))


def _make_matching(plan: Mapping[str, Any], ref: TerritoryRef, row: Sequence[Any]) -> Matching:
    chosen = plan["chosen"][str(ref.level)]
    return Matching(
        plan=plan["code"],
        label=plan["label"]["fr"],
        matches=tuple(Match(TerritoryRef(ref.level, code), distance) for code, distance in json.loads(row[3])),
        variables=tuple((one["label"]["fr"], *chosen[one["name"]]) for one in plan["variables"] if chosen[one["name"]]),
        lacking=tuple(one["label"]["fr"] for one in plan["variables"] if not chosen[one["name"]]),
        stability=row[5],
        far=plan["far"],
    )


def read_indices(opened: OpenRelease, ref: TerritoryRef) -> tuple[CompositeIndex, ...]:
    """The composite indices of a territory, by recipe. Lookup queries: 1."""
    recipes = {entry["code"]: entry for entry in opened.manifest.get("composites", ())}
    return tuple(_make_index(recipes[row[2]], ref, row) for row in opened.lookup.list_indices(str(ref.level), ref.code))


def _make_index(recipe: Mapping[str, Any], ref: TerritoryRef, row: Sequence[Any]) -> CompositeIndex:
    score, known, rank, low, high, ranked, parts = row[3:]
    points, chosen = json.loads(parts), recipe["chosen"][str(ref.level)]
    found = []
    for axis in recipe["axes"]:
        for one in axis["components"]:
            name, (indicator, at) = one["name"], chosen[one["name"]] or ("", "")
            found.append(IndexPart(axis["label"]["fr"], one["label"]["fr"], recipe["shares"][name], indicator, at, points.get(name)))
    texts = (recipe["label"]["fr"], recipe["definition"]["fr"], recipe["note"].get("fr", ""))
    return CompositeIndex(recipe["code"], *texts, score, known, rank, low, high, ranked, tuple(found))


def count_rejects(opened: OpenRelease, source: str) -> dict[str, int]:
    """How many rejects each column of a source has, in order of name."""
    table = pq.ParquetFile(opened.folder / "rejects.parquet").read(columns=["source", "column"])
    columns: list[Any] = slice_rows(table, "source", source)["column"].to_pylist()
    return dict(sorted(Counter(name or "" for name in columns).items()))


def list_rejects(opened: OpenRelease, source: str, limit: int, offset: int, column: str | None) -> tuple[Reject, ...]:
    """The rejects of a source (of one of its columns), in order of line, the flagged rows last. Raises UnknownSource."""
    _find_source(opened, source)
    table = pq.ParquetFile(opened.folder / "rejects.parquet").read()
    listed: list[Any] = slice_rows(table, "source", source).to_pylist()
    rows = [row for row in listed if column is None or row["column"] == column][offset : offset + limit]
    return tuple(Reject(**row | {name: row[name] or "" for name in ("column", "value", "suggestion")}) for row in rows)


def list_source_rows(opened: OpenRelease, geography: Geography, source: str, ref: TerritoryRef) -> tuple[SourceRow, ...]:
    """The rows of a source that a territory's own figures are made of, by raw line. Raises UnknownSource."""
    _find_source(opened, source)
    rows = []
    for path in sorted((opened.folder / "sources").glob(f"{source}.*.parquet")):
        year = int(path.name.split(".")[-2])
        codes = {ref.code}
        if ref.level is Level.COMMUNE and year:
            codes |= {code for code, links in geography.crosswalk(year).links.items() if any(link.code_to == ref.code for link in links)}
        file = pq.ParquetFile(path)
        marks = file.read(columns=["level", "code"])
        asked = [at for at, code in enumerate(list_values(marks, "code")) if code in codes]
        found: list[Any] = file.read().take(asked).to_pylist() if asked else []
        rows += [_make_row(row, year) for row in found if row["level"] == ref.level]
    return tuple(sorted(rows, key=lambda row: (row.period, row.line or 0)))


def _make_row(row: Mapping[str, Any], cog_year: int) -> SourceRow:
    cells = tuple((name, value) for name, value in row.items() if name not in {"level", "code", "period", "_line"})
    return SourceRow(row["_line"], row["code"], row["period"], cog_year, cells)


def _find_source(opened: OpenRelease, source: str) -> None:
    """Refuse a name that the release has not. Raises UnknownSource."""
    names = [entry["name"] for entry in opened.manifest["sources"]]
    if source not in names:
        raise UnknownSource(source[:80], tuple(get_close_matches(source[:80], names, 5, 0.4)))


def list_findings(
    opened: OpenRelease, indicator: str | None, period: str | None, source: str | None, territory: TerritoryRef | None
) -> tuple[CheckFinding, ...]:
    """The findings that touch an indicator (in a period), a source, a territory. Lookup queries: 1 with a territory, else 0."""
    found = [one for one in opened.findings if source in (None, one.source)]
    if indicator is not None:
        found = [one for one in found if any(code == indicator and at in ("", period or at) for code, at in one.touches)]
    if territory is None:
        return tuple(found)
    touched = {number: (cells, own) for number, cells, own in opened.lookup.list_touched(str(territory.level), territory.code)}
    # What is the fault of a whole column is that of every territory.
    kept = [one for one in found if one.scope == Scope.COLUMN or one.number in touched]
    return tuple(replace(one, here=here, own=own) for one in kept for here, own in [touched.get(one.number, (0, 0))])


def find_finding(opened: OpenRelease, number: int) -> CheckFinding:
    """One finding. Raises UnknownFinding."""
    for one in opened.findings:
        if one.number == number:
            return one
    raise UnknownFinding(str(number), ())


def list_cells(opened: OpenRelease, number: int, limit: int, offset: int) -> tuple[FaultyCell, ...]:
    """The cells of a finding that the release keeps, by line. Raises UnknownFinding."""
    find_finding(opened, number)
    table = pq.ParquetFile(opened.folder / "findings.parquet").read()
    rows: list[Any] = slice_rows(table, "finding", number).drop_columns(["finding"]).slice(offset, limit).to_pylist()
    return tuple(FaultyCell(**row) for row in rows)
