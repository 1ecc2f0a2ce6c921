"""What a release is made from: the definitions, the captured and checked sources, and the refusals of both."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jauge.checks import DeclaredCheck, parse_check
from jauge.composites import Recipe, parse_recipe
from jauge.definitions import BadDefinition, suggest
from jauge.indicators import Indicator, check_definitions, parse_indicator
from jauge.matching import MatchingPlan, parse_matching
from jauge.provenance import SourceDefinition
from jauge.releases import hash_text
from jauge.tables import LINE, REJECTS, Checked, TableRefused, check_table
from jauge.territories import CONTOURS_YEAR, Geography, Level
from jauge.territories.projections import LAMBERT_93
from maillage.observatory.capture import Captured, SourceAbsent, UnsafePath, capture_source
from maillage.observatory.check_rules import check_rules, check_secrecy
from maillage.observatory.columns import list_distinct, list_values, pick_rows
from maillage.observatory.data import SourceRef
from maillage.observatory.reference import POPULATIONS, Reference
from maillage.observatory.sources import load_sources

POPULATION_COLUMN = "pmun"
MEASURED = ("indicators", "sources", "checks", "matching", "composites")  # the folders of definitions that a release is made from
type Progress = Callable[[str, int, int, str], None]


@dataclass(frozen=True, slots=True)
class Definitions:
    """The definitions of a folder: indicators in an order where each follows those it uses, and the hash of every file."""

    indicators: tuple[Indicator, ...]
    sources: Mapping[str, SourceDefinition]
    hashes: Mapping[str, str]
    matchings: tuple[MatchingPlan, ...] = ()
    recipes: tuple[Recipe, ...] = ()
    checks: tuple[DeclaredCheck, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A checked source whose rows are located: `tables` by COG year, each with level, code, period, `_line` and the typed columns.

    rejects: line, column, value, code, reason, suggestion. threshold: counts under it are secret, None where the publisher sets none.
    """

    ref: SourceRef
    tables: Mapping[int, pa.Table]
    rejects: pa.Table
    not_covered: tuple[str, ...] = ()
    threshold: int | None = None


@dataclass(frozen=True, slots=True)
class CapturedSources:
    """The bytes of a folder, read: what stands there, what is absent, what was refused before any of its rows was looked at."""

    captured: dict[str, Captured]
    absent: tuple[tuple[str, str], ...]
    refused: tuple[tuple[str, str], ...]


def load_definitions(folder: Path) -> Definitions:
    """Read and check every definition of `folder`. Raises BadDefinition."""
    sources = load_sources(folder)
    files = sorted((folder / "indicators").glob("*.yaml"))
    indicators = [parse_indicator(path.read_text(encoding="utf-8"), file=f"indicators/{path.name}") for path in files]
    columns = {name: tuple(source.names.values()) for name, source in sources.items()} | {POPULATIONS: (POPULATION_COLUMN,)}
    paths = [path for kind in MEASURED for path in sorted((folder / kind).glob("*.yaml"))]
    hashes = {str(path.relative_to(folder)): hash_text(path.read_text(encoding="utf-8")) for path in paths}
    matchings = _load(folder, "matching", parse_matching)
    recipes = _load(folder, "composites", parse_recipe)
    named = [(file, part.indicators) for file, plan in matchings for part in plan.variables]
    named += [(file, part.indicators) for file, recipe in recipes for part in recipe.components]
    _refuse_unknown_indicators(folder, named, {one.code for one in indicators})
    ordered = check_definitions(indicators, columns)
    check_secrecy(sources, ordered)
    checks = tuple(one for _, one in _load(folder, "checks", parse_check))
    check_rules(folder, checks, sources, ordered)
    return Definitions(ordered, sources, hashes, tuple(plan for _, plan in matchings), tuple(one for _, one in recipes), checks)


def _load[Parsed](folder: Path, kind: str, parse: Callable[..., Parsed]) -> list[tuple[str, Parsed]]:
    """The definitions of a kind, each with its file."""
    files = [f"{kind}/{path.name}" for path in sorted((folder / kind).glob("*.yaml"))]
    return [(file, parse((folder / file).read_text(encoding="utf-8"), file=file)) for file in files]


def _refuse_unknown_indicators(folder: Path, named: Iterable[tuple[str, tuple[str, ...]]], known: set[str]) -> None:
    for file, codes in named:
        for code in codes:
            if code not in known:
                lines = (folder / file).read_text(encoding="utf-8").splitlines()
                line = next(number for number, text in enumerate(lines, 1) if code in text)
                raise BadDefinition(file=file, line=line, path="indicators", problem=f"indicateur inconnu « {code} »{suggest(code, known)}")


def list_measured(definitions: Definitions) -> set[str]:
    """The names of the sources that indicators read, those refused by their definition left out."""
    used = {series.source for indicator in definitions.indicators for series in indicator.series}
    return {name for name, source in definitions.sources.items() if name in used and source.refused is None}


def capture_sources(needed: Iterable[SourceDefinition], folder: Path, progress: Progress) -> CapturedSources:
    """Read the bytes of every source that stands in `folder`."""
    captured: dict[str, Captured] = {}
    absent: list[tuple[str, str]] = []
    refused: list[tuple[str, str]] = []
    sources = list(needed)
    for done, source in enumerate(sources):
        progress("capture", done, len(sources), source.file)
        try:
            captured[source.name] = capture_source(source, folder)
        except SourceAbsent as error:
            absent.append((source.name, str(error)))
        except (TableRefused, UnsafePath) as error:
            refused.append((source.name, str(error)))
    return CapturedSources(captured, tuple(absent), tuple(refused))


def type_rows(definition: SourceDefinition, captured: Captured) -> Checked:
    """Type the rows of a file, its columns under their names in formulas. Raises TooManyRejects when too many are wrong."""
    checked = check_table(captured.table, definition.table_spec, file=captured.file)
    table = checked.table
    for name in (name for name, column in definition.columns.items() if column.blank == "zero"):
        filled: Any = pc.fill_null(table[name], pa.scalar(0, pa.int64()))
        table = table.set_column(table.schema.get_field_index(name), name, filled)
    return replace(checked, table=table.rename_columns([definition.names.get(name, name) for name in table.column_names]))


def check_source(definition: SourceDefinition, captured: Captured, checked: Checked, reference: Reference) -> Source:
    """Locate the typed rows of a source."""
    if definition.territory.column is None:
        tables, unplaced = place_points(definition, checked.table, reference)
        rejects = pa.concat_tables([checked.rejects, unplaced])
    else:
        codes = checked.table[definition.territory.column].cast(pa.string())
        tables, rejects = {definition.territory.cog_year or 0: locate_rows(definition, checked.table, codes)}, checked.rejects
    ref = SourceRef(
        name=definition.name,
        label=definition.label.fr,
        file=captured.file,
        sha256=captured.sha256,
        size=captured.size,
        publisher=definition.publisher,
        licence=definition.licence.label,
        url=str(definition.url),
        date=definition.date.isoformat(),
        period=definition.period.value or "",
        rows=captured.table.num_rows,
        rejects=rejects.num_rows,
        copy=definition.copied_from,
        expected=definition.next or "",
    )
    return Source(ref, tables, rejects, definition.territory.not_covered, definition.secrecy.threshold if definition.secrecy else None)


def place_points(definition: SourceDefinition, table: pa.Table, reference: Reference) -> tuple[dict[int, pa.Table], pa.Table]:
    """Place rows that have a point and no code: tables by COG year, and the rejects (in no commune's reach).

    A commune that gave back land since the year of the contours is taken with its borders of that year, the others with today's.
    """
    place, geography = definition.territory, reference.geography
    x, y = (table[name].cast(pa.float64()).to_numpy() for name in (place.longitude or "", place.latitude or ""))
    contours = reference.read_contours()
    found = contours.find_communes_at(x, y) if place.crs == "EPSG:4326" else contours.find_communes(x, y, LAMBERT_93)
    codes = pa.array(found, pa.string())
    placed = pc.is_valid(codes)
    divided = [code for code, links in geography.crosswalk(CONTOURS_YEAR).links.items() if len(links) > 1]
    is_divided = pc.is_in(codes, value_set=pa.array(divided, pa.string()))
    rows = locate_rows(definition, table, codes)
    tables = {
        CONTOURS_YEAR: rows.filter(pc.and_(placed, is_divided)),
        geography.newest: rows.filter(pc.and_(placed, pc.invert(is_divided))),
    }
    return tables, _reject_points(table.filter(pc.invert(placed)), place.longitude or "", place.latitude or "")


def _reject_points(rows: pa.Table, x: str, y: str) -> pa.Table:
    """The rejects of points that no commune holds."""
    values = [f"{a} {b}" for a, b in zip(list_values(rows, x), list_values(rows, y), strict=True)]
    columns = {
        "line": rows[LINE],
        "column": [f"{x} + {y}"] * rows.num_rows,
        "value": values,
        "code": ["outside_contours"] * rows.num_rows,
        "reason": ["ce point n’est dans aucune commune dont le contour est connu, ni à moins d’un kilomètre d’une"] * rows.num_rows,
        "suggestion": pa.nulls(rows.num_rows, pa.string()),
    }
    return pa.table(columns).select(REJECTS.names).cast(REJECTS)


def locate_rows(definition: SourceDefinition, table: pa.Table, codes: "pa.Array[Any] | pa.ChunkedArray[Any]") -> pa.Table:
    """Give each row its level, its code and its period, as its definition says where they stand. codes: of the territories, by row."""
    located = {"level": write_levels(definition, table), "code": codes, "period": write_periods(definition, table)}
    return pa.table(located | {name: table[name] for name in table.column_names})


def write_levels(definition: SourceDefinition, table: pa.Table) -> "pa.Array[Any]":
    """The level of the territory of each row."""
    place = definition.territory
    if place.level_column:
        return _translate(list_values(table, place.level_column), place.levels)
    return _repeat(place.level or "", table.num_rows)


def _repeat(text: str, count: int) -> "pa.Array[Any]":
    return pa.repeat(pa.scalar(text, pa.string()), count)


def _translate(values: list[Any], names: Mapping[str, str]) -> "pa.Array[Any]":
    return pa.array([names.get(value) for value in values], pa.string())


def write_periods(definition: SourceDefinition, table: pa.Table) -> "pa.Array[Any]":
    """Periods as DESIGN §3 writes them: 2017, 2018-Q1, 2019-09-30."""
    period = definition.period
    if period.column is None:
        return _repeat(period.value or "", table.num_rows)
    return pa.array([_write_period(value, period.form) for value in list_values(table, period.column)], pa.string())


def _write_period(value: date | int | str, form: str) -> str:
    if not isinstance(value, date):
        return str(value)
    quarter = f"{value.year}-Q{(value.month + 2) // 3}"
    return {"year": f"{value.year}", "quarter": quarter, "month": f"{value:%Y-%m}"}.get(form, value.isoformat())


def take_populations(geography: Geography, communes: pa.Table, ref: SourceRef) -> Source:
    """The municipal populations of the shipped vintages as a source: each census year once, from the newest vintage that carries it.

    communes: the reference of territories (cog_year, code, departement, kind, population, population_period). Census years that only
    collectivities overseas have stay out: they are told with the territory itself.
    """
    columns = ["cog_year", "code", "departement", "kind", "population", "population_period"]
    known = communes.select(columns).filter(pc.is_valid(communes["population"]))
    main = pc.unique(known.filter(pc.is_in(known["kind"], value_set=pa.array(["metropole", "drom"])))["population_period"])
    known = known.filter(pc.is_in(known["population_period"], value_set=main))
    newest = known.group_by(["population_period", "departement"]).aggregate([("cog_year", "max")])
    kept = known.join(newest, ["population_period", "departement"]).sort_by([("cog_year", "ascending"), ("code", "ascending")])
    kept = kept.filter(pc.equal(kept["cog_year"], kept["cog_year_max"]))
    tables = {year: _as_located(pick_rows(kept, "cog_year", year)) for year in geography.years if year in list_distinct(kept, "cog_year")}
    return Source(replace(ref, rows=kept.num_rows), tables, no_rejects())


def _as_located(rows: pa.Table) -> pa.Table:
    count = rows.num_rows
    return pa.table({
        "level": _repeat(str(Level.COMMUNE), count),
        "code": rows["code"],
        "period": rows["population_period"],
        "_line": pa.nulls(count, pa.int64()),
        POPULATION_COLUMN: rows["population"].cast(pa.int64()),
    })  # fmt: skip


def no_rejects() -> pa.Table:
    """An empty table of rejects."""
    return REJECTS.empty_table()
