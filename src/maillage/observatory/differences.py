"""Two releases of this folder compared: every changed figure with its causes, and what changed in files, definitions and territories.

The outcome is a fact about two things that never change: it is computed once and kept beside the releases, as Parquet and JSON.
"""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from functools import cached_property
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from jauge.indicators import Indicator, Series
from jauge.provenance import SourceDefinition
from jauge.releases import Change, RevisionCause, carry_touched, compare, explain, find_moved, find_touched, lay_ground, list_needed
from maillage.observatory.columns import zip_columns
from maillage.observatory.data import ChainTotal, ChangedDefinition, ChangedFigure, ChangedSource, Differences
from maillage.observatory.errors import Incomparable
from maillage.observatory.inputs import Definitions, load_definitions
from maillage.observatory.measuring import MEMORY_LIMIT
from maillage.observatory.queries import OpenRelease
from maillage.observatory.reference import POPULATIONS

FOLDER = "differences"
_CHANGES, _SUMMARY = "changes.parquet", "summary.json"
# What a definition says in words, or how pages show it: no figure depends on it. All the rest does.
_WORDS_OF_BOTH = frozenset({"label", "definition", "champ", "theme", "notes"})
_WORDS_OF_INDICATOR = _WORDS_OF_BOTH | {
    "unit", "direction", "cases", "validated", "decimals", "small_below", "breaks", "not_comparable_with", "file", "lines",
}  # fmt: skip
_WORDS_OF_SOURCE = _WORDS_OF_BOTH | {"publisher", "licence", "url", "date", "copied_from", "known", "fetch", "starter", "next"}
_TEXT, _WHOLE = pa.string(), pa.int64()
_ORDER = "chain, indicator, period, level, code"


@dataclass(frozen=True, slots=True)
class _Read:
    """Rows of a source on which figures stand. row_period, as_period: which rows, and the period they become (None: all; their own)."""

    source: str
    columns: tuple[str, ...]
    row_period: str | None = None
    as_period: str | None = None


@dataclass(frozen=True)
class _Side:
    """One of the two releases."""

    opened: OpenRelease

    @cached_property
    def definitions(self) -> Definitions:
        return load_definitions(self.opened.folder / "definitions")

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        return {one.code: one for one in self.definitions.indicators}

    @cached_property
    def sources(self) -> dict[str, Mapping[str, Any]]:
        return {entry["name"]: entry for entry in self.opened.manifest["sources"]}

    @cached_property
    def measures(self) -> dict[str, str]:
        return {entry["code"]: entry["measure"] for entry in self.opened.manifest["indicators"]}

    def list_tables(self, source: str) -> dict[int, Path]:
        """The located rows of a source, by COG year."""
        return {int(path.name.split(".")[-2]): path for path in sorted((self.opened.folder / "sources").glob(f"{source}.*.parquet"))}

    def hash_table(self, source: str) -> list[str]:
        return [table["sha256"] for table in self.opened.manifest["tables"] if table["name"].startswith(f"sources/{source}.")]

    def list_reads(self, code: str) -> Iterator[_Read]:
        """What an indicator reads, through the indicators that it uses too."""
        if code not in self.indicators:
            return
        indicator = self.indicators[code]
        for series in indicator.series:
            if series.source is not None:
                yield _Read(series.source, _list_columns(indicator, series.source), None, series.period)
            for use in series.uses:
                for read in self.list_reads(use.indicator):
                    if read.as_period in (None, use.period):
                        yield _Read(read.source, read.columns, None if read.as_period else use.period, series.period)


def _list_columns(indicator: Indicator, source: str) -> tuple[str, ...]:
    needs = [need for need in list_needed([indicator]).values() if need.source == source]
    weights = {weight for need in needs for weight in need.values.values() if weight}
    filters = {name for series in indicator.series if series.where for name in series.where.names}
    return tuple(sorted({name for need in needs for name in (*need.counts, *need.values)} | weights | filters))


def find_differences(root: Path, before: OpenRelease, after: OpenRelease) -> Differences:
    """What changed from one release to the other; computed at the first call (seconds), read afterwards. Raises Incomparable."""
    for one in (before, after):
        if not (one.folder / "links.parquet").is_file():
            raise Incomparable(one.id)
    folder = _find_folder(root, before.id, after.id)
    if not (folder / _SUMMARY).is_file():
        _write_differences(root, folder, _Side(before), _Side(after))
    return _read_summary(json.loads((folder / _SUMMARY).read_text(encoding="utf-8")))


def _find_folder(root: Path, before: str, after: str) -> Path:
    return root / FOLDER / f"{before[:16]}-{after[:16]}"


def _read_summary(told: dict[str, Any]) -> Differences:
    return Differences(
        **told
        | {
            "chains": tuple(ChainTotal(**one | {"causes": tuple(one["causes"])}) for one in told["chains"]),
            "sources": tuple(ChangedSource(**one) for one in told["sources"]),
            "definitions": tuple(ChangedDefinition(**one) for one in told["definitions"]),
        }
        | {name: tuple(map(tuple, told[name])) for name in ("territories_new", "territories_gone", "series_new", "series_gone")}
    )


def list_changes(
    root: Path, before: str, after: str, *, chain: str | None, indicator: str | None, limit: int | None, offset: int
) -> Iterator[ChangedFigure]:
    """The changed figures, by chain, indicator, period, level and code. After `find_differences`."""
    path = _find_folder(root, before, after) / _CHANGES
    wanted = {"chain": chain, "indicator": indicator}
    where = " AND ".join([f"{name} = ?" for name, value in wanted.items() if value] or ["true"])
    page = f" LIMIT {limit} OFFSET {offset}" if limit is not None else ""
    names = ", ".join(field.name for field in fields(ChangedFigure))
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT {names} FROM read_parquet(?) WHERE {where} ORDER BY {_ORDER}{page}",  # noqa: S608
            [str(path), *(value for value in wanted.values() if value)],
        )
        while rows := found.fetchmany(10_000):
            yield from (ChangedFigure(*row) for row in rows)


def count_corrections(root: Path, before: str, after: str) -> list[tuple[str, str, str, int]]:
    """indicator, period, chain, count of the values that had been published and are now other, or gone. After `find_differences`."""
    with duckdb.connect() as connection:
        rows: list[tuple[str, str, str, int]] = connection.execute(
            "SELECT indicator, period, chain, count(*) FROM read_parquet(?) WHERE before_value IS NOT NULL AND change IN (?, ?, ?) "
            "GROUP BY ALL ORDER BY ALL",
            [str(_find_folder(root, before, after) / _CHANGES), Change.REVISED, Change.LOST, Change.DISAPPEARED],
        ).fetchall()
        return rows


def _write_differences(root: Path, folder: Path, before: _Side, after: _Side) -> None:
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    aside = Path(mkdtemp(prefix=".", dir=root / FOLDER))
    try:
        with _Comparison(before, after, aside / "overflow") as comparison:
            comparison.write(aside / _CHANGES)
            summary = asdict(comparison.summarise())
        (aside / _SUMMARY).write_text(json.dumps(summary, ensure_ascii=False, sort_keys=True), encoding="utf-8")
        shutil.rmtree(aside / "overflow", ignore_errors=True)
        if not (folder / _SUMMARY).is_file():  # another process may have been quicker: both wrote the same
            aside.chmod(0o755)  # mkdtemp keeps it for its owner; the releases beside it are read by all
            aside.rename(folder)
    except OSError:
        if not (folder / _SUMMARY).is_file():
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


class _Comparison:
    """A DuckDB database in which two releases are compared."""

    def __init__(self, before: _Side, after: _Side, overflow: Path) -> None:
        self._sides = (before, after)
        self._connection: Any = ibis.duckdb.connect(threads=2, memory_limit=MEMORY_LIMIT, temp_directory=str(overflow))
        self._connection.raw_sql("SET enable_progress_bar = false")
        self._reads = {
            code: tuple(dict.fromkeys([*before.list_reads(code), *after.list_reads(code)]))
            for code in sorted({*before.measures, *after.measures})
        }

    def __enter__(self) -> "_Comparison":
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.disconnect()

    def write(self, path: Path) -> None:
        """Write the changed figures, each with its chain."""
        old, new = (self._read(side.opened.folder / "observations.parquet") for side in self._sides)
        changes = self._keep("changes", compare(old, new))
        moved = self._keep("moved", self._find_moved())
        explained = explain(
            changes,
            figures=self._keep("figures", self._find_touched(moved)),
            places=self._keep("places", self._list_places(moved)),
            series=self._keep("series", self._list_series()),
            fallbacks=self._make("fallbacks", {"indicator": _TEXT, "cause": _TEXT, "rank": _WHOLE}, self._list_fallbacks()),
        )
        self._keep("explained", explained)
        self._connection.raw_sql(f"COPY (SELECT * FROM explained ORDER BY {_ORDER}) TO '{path}' (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608

    def _find_moved(self) -> ir.Table:
        """from_level, from_year, level, code: the territories that are made of other ground, in the years of which both releases know."""
        years = [set(self._list_years(side)) for side in self._sides]
        common = self._make("years", {"from_year": _WHOLE}, [(year,) for year in sorted(years[0] & years[1])])
        grounds = []
        for number, side in enumerate(self._sides):
            links = self._read(side.opened.folder / "links.parquet")
            parents = self._read(side.opened.folder / "territories.parquet")
            own = self._make(f"years_{number}", {"from_year": _WHOLE}, [(year,) for year in sorted(years[number])])
            grounds.append(self._keep(f"ground_{number}", lay_ground(links, own, parents)))
        old, new = (one.filter((one.from_year == 0) | one.from_year.isin(common.from_year)) for one in grounds)
        return find_moved(old, new)

    def _list_years(self, side: _Side) -> Iterator[int]:
        return (year for source in side.sources for year in side.list_tables(source) if year)

    def _find_touched(self, moved: ir.Table) -> ir.Table:
        """FIGURE, cause: the figures that rows of the sources reach, where these rows differ."""
        found = [self._make("no_figures", dict.fromkeys(("level", "code", "indicator", "period", "cause"), _TEXT), [])]
        carried: dict[tuple[str, tuple[str, ...]], ir.Table] = {}
        for code, reads in self._reads.items():
            for read in reads:
                causes = self._find_causes(read.source)
                if not causes:
                    continue
                key = (read.source, read.columns)
                if key not in carried:
                    carried[key] = self._keep(f"touched_{len(carried)}", self._carry(read, moved))
                rows = carried[key]
                if read.row_period is not None:
                    rows = rows.filter(rows.period == read.row_period)
                if read.as_period is not None:
                    rows = rows.mutate(period=ibis.literal(read.as_period))
                found += [
                    rows.select("level", "code", indicator=ibis.literal(code), period=rows.period, cause=ibis.literal(str(cause)))
                    for cause in causes
                ]
        return ibis.union(*found, distinct=True) if len(found) > 1 else found[0]

    def _find_causes(self, source: str) -> tuple[RevisionCause, ...]:
        """Why the rows of a source that stands in both releases may differ; empty where they do not."""
        before, after = self._sides
        old, new = before.sources.get(source), after.sources.get(source)
        if old is None or new is None or before.hash_table(source) == after.hash_table(source):
            return ()
        causes = []
        if _differ_in(before.definitions.sources.get(source), after.definitions.sources.get(source), _WORDS_OF_SOURCE):
            causes.append(RevisionCause.DEFINITION)
        if old["sha256"] != new["sha256"]:
            causes.append(RevisionCause.SOURCE)
        if not causes:  # the same bytes, read alike: other codes lead nowhere, or the checker has changed
            same = before.opened.manifest["reference"] == after.opened.manifest["reference"]
            causes.append(RevisionCause.METHOD if same else RevisionCause.TERRITORY)
        return tuple(causes)

    def _carry(self, read: _Read, moved: ir.Table) -> ir.Table:
        """period, level, code that the differing rows of a source reach in one release or the other."""
        sides = [self._read_rows(side, read) for side in self._sides]
        columns = [name for name in read.columns if all(name in rows.columns for rows in sides)]
        touched = find_touched(sides[0], sides[1], columns)
        reached = [carry_touched(touched, self._connection.table(f"ground_{number}")) for number in range(2)]
        rows = ibis.union(*reached, distinct=True)
        if read.source == POPULATIONS:
            # The reference counts the people of a merged commune under its new code: that is the merger, not another count.
            rows = rows.anti_join(moved, ["level", "code"])
        return rows.select("period", "level", "code")

    def _read_rows(self, side: _Side, read: _Read) -> ir.Table:
        tables = []
        for year, path in side.list_tables(read.source).items():
            rows = self._read(path)
            kept = ["level", "code", "period", *(name for name in read.columns if name in rows.columns)]
            tables.append(rows.select(*dict.fromkeys(kept)).mutate(from_year=ibis.literal(year).cast("int64")))
        return ibis.union(*tables, distinct=False) if len(tables) > 1 else tables[0]

    def _list_places(self, moved: ir.Table) -> ir.Table:
        """indicator, level, code, is_single, cause: the territories made of other ground, for the sources of each indicator."""
        rows = []
        for code, reads in self._reads.items():
            years = {year for read in reads for side in self._sides for year in side.list_tables(read.source)}
            rows += [(code, year) for year in years | {0}]
        wanted = self._make("years_of_indicators", {"indicator": _TEXT, "from_year": _WHOLE}, rows)
        found = moved.join(wanted, "from_year").select("indicator", "level", "code", is_single=ibis.literal(False))
        old, new = (self._read(side.opened.folder / "territories.parquet").select("level", "code") for side in self._sides)
        single = ibis.union(old.anti_join(new, ["level", "code"]), new.anti_join(old, ["level", "code"]))
        codes = self._make("indicators", {"indicator": _TEXT}, [(code,) for code in self._reads])
        alone = codes.cross_join(single).select("indicator", "level", "code", is_single=ibis.literal(True))
        both = ibis.union(found, alone, distinct=True)
        return both.mutate(cause=ibis.literal(str(RevisionCause.TERRITORY)))

    def _list_series(self) -> ir.Table:
        """indicator, period, cause: what bears on every territory of a series."""
        before, after = self._sides
        periods = self._list_periods()
        rows = []
        for code, period in sorted(periods[0] | periods[1]):
            is_in = [(code, period) in known for known in periods]
            if self._is_redefined(code, period):
                rows.append((code, period, RevisionCause.DEFINITION))
            elif not all(is_in):
                rows.append((code, period, RevisionCause.SOURCE))
            elif before.measures.get(code) != after.measures.get(code) and not self._is_redefined(code, None):
                rows.append((code, period, RevisionCause.METHOD))
        return self._make(
            "series_signs", dict.fromkeys(("indicator", "period", "cause"), _TEXT), [(*key, str(cause)) for *key, cause in rows]
        )

    def _list_periods(self) -> list[set[tuple[str, str]]]:
        """(indicator, period) of each side's observations."""
        tables = [self._read(side.opened.folder / "observations.parquet").select("indicator", "period").distinct() for side in self._sides]
        return [set(zip_columns(table.to_pyarrow(), ("indicator", "period"))) for table in tables]

    def _is_redefined(self, code: str, period: str | None) -> bool:
        """Whether the definition of an indicator (of those it uses too) makes figures otherwise, for a period or for any."""
        old, new = (side.indicators.get(code) for side in self._sides)
        if old is None or new is None:
            return True
        if _differ_in(old, new, _WORDS_OF_INDICATOR | {"series"}):
            return True
        kept, made = (_list_series_of(one, period) for one in (old, new))
        if kept and made and kept != made:
            return True
        if not kept or not made:  # declared on one side only: the file is what is new, where it was not there before
            return all(series.source is None or all(series.source in side.sources for side in self._sides) for series in (*kept, *made))
        return any(self._is_redefined(use.indicator, use.period) for series in made for use in series.uses)

    def _list_fallbacks(self) -> Iterator[tuple[str, str, int]]:
        before, after = self._sides
        for code, reads in self._reads.items():
            hashes = [[side.sources.get(read.source, {}).get("sha256") for read in reads] for side in self._sides]
            if hashes[0] != hashes[1]:
                yield code, str(RevisionCause.SOURCE), 0
            if before.opened.manifest["reference"] != after.opened.manifest["reference"]:
                yield code, str(RevisionCause.TERRITORY), 1
            if before.measures.get(code) != after.measures.get(code):
                yield code, str(RevisionCause.METHOD), 2

    def summarise(self) -> Differences:
        """Totals and lists. After `write`."""
        before, after = self._sides
        return Differences(
            before=before.opened.id,
            after=after.opened.id,
            figures_before=before.opened.manifest["rows"]["observations"],
            figures_after=after.opened.manifest["rows"]["observations"],
            changed=self._fetch("SELECT count(*) FROM explained")[0][0],
            chains=tuple(self._list_chains()),
            indicators=dict(self._fetch("SELECT indicator, count(*) FROM explained GROUP BY ALL ORDER BY 1")),
            sources=tuple(self._list_sources()),
            definitions=tuple(self._list_definitions()),
            territories_new=self._list_single("territories", ("level", "code"), 1),
            territories_gone=self._list_single("territories", ("level", "code"), 0),
            series_new=self._list_single("observations", ("indicator", "period"), 1),
            series_gone=self._list_single("observations", ("indicator", "period"), 0),
        )

    def _list_chains(self) -> Iterator[ChainTotal]:
        kinds: dict[str, dict[str, int]] = {}
        for chain, change, count in self._fetch("SELECT chain, change, count(*) FROM explained GROUP BY ALL ORDER BY ALL"):
            kinds.setdefault(chain, {})[change] = count
        for chain, changes in sorted(kinds.items(), key=lambda one: (-sum(one[1].values()), one[0])):
            yield ChainTotal(chain, tuple(chain.split("+")), sum(changes.values()), changes)

    def _list_sources(self) -> Iterator[ChangedSource]:
        before, after = self._sides
        for name in sorted({*before.sources, *after.sources}):
            old, new = before.sources.get(name, {}), after.sources.get(name, {})
            if old.get("sha256") != new.get("sha256"):
                told = new or old
                yield ChangedSource(name, told["label"], told["period"], old.get("sha256", ""), new.get("sha256", ""))

    def _list_definitions(self) -> Iterator[ChangedDefinition]:
        before, after = self._sides
        kinds: tuple[tuple[str, Mapping[str, Any], Mapping[str, Any], frozenset[str]], ...] = (
            ("indicator", before.indicators, after.indicators, _WORDS_OF_INDICATOR),
            ("source", before.definitions.sources, after.definitions.sources, _WORDS_OF_SOURCE),
        )
        for kind, old, new, words in kinds:
            for code in sorted({*old, *new}):
                for name, was, becomes in _list_fields(old.get(code), new.get(code)):
                    yield ChangedDefinition(kind, code, name, was, becomes, name not in words)

    def _list_single(self, table: str, columns: tuple[str, str], side: int) -> tuple[tuple[str, str], ...]:
        """What stands on one side only (0: before, 1: after)."""
        old, new = (self._read(one.opened.folder / f"{table}.parquet").select(*columns).distinct() for one in self._sides)
        single = (old, new)[side].anti_join((old, new)[1 - side], list(columns)).order_by(list(columns)).to_pyarrow()
        return tuple(zip_columns(single, columns))

    def _fetch(self, sql: str) -> list[Any]:
        rows: list[Any] = self._connection.raw_sql(sql).fetchall()
        return rows

    def _read(self, path: Path) -> ir.Table:
        return self._connection.read_parquet(path)

    def _keep(self, name: str, expression: ir.Table | pa.Table) -> ir.Table:
        return self._connection.create_table(name, expression, temp=True)

    def _make(self, name: str, columns: Mapping[str, pa.DataType], rows: Iterable[tuple[Any, ...]]) -> ir.Table:
        listed = list(rows)
        arrays = {column: pa.array([row[place] for row in listed], kind) for place, (column, kind) in enumerate(columns.items())}
        return self._keep(name, pa.table(arrays))


def _list_series_of(indicator: Indicator, period: str | None) -> tuple[Series, ...]:
    """The series that can give a period (all for None)."""
    return tuple(series for series in indicator.series if period is None or series.period in (None, period))


def _list_fields(old: object, new: object) -> Iterator[tuple[str, str, str]]:
    """The fields of two definitions that differ: name, before, after; the name alone is empty where one does not exist."""
    if old is None or new is None:
        yield "", _write_field(getattr(old, "label", "")), _write_field(getattr(new, "label", ""))
        return
    for name in _list_names(old):
        was, becomes = getattr(old, name), getattr(new, name)
        if was != becomes and name not in {"lines", "file"}:
            yield name, _write_field(was), _write_field(becomes)


def _list_names(definition: object) -> list[str]:
    if isinstance(definition, SourceDefinition):
        return list(SourceDefinition.model_fields)
    return [field.name for field in fields(definition)]  # type: ignore[arg-type]


def _write_field(value: object) -> str:
    """A field of a definition as one line."""
    if isinstance(value, tuple) and value and isinstance(value[0], Series):
        return " ; ".join(f"{one.formula} ({', '.join(part for part in (one.source, one.period) if part)})" for one in value)
    if isinstance(value, Mapping):
        return str(value.get("fr", dict(value)))
    return "" if value is None else str(getattr(value, "fr", value))


def _differ_in(old: object, new: object, words: frozenset[str]) -> bool:
    """Whether two definitions differ in anything but words."""
    if old is None or new is None:
        return old is not new
    return any(name not in words and was != becomes for name, was, becomes in _list_fields(old, new))
