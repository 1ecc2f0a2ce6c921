"""The manifest of a release: everything that was read, how it was measured, what was refused. No date, no machine."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from jauge.composites import Recipe
from jauge.indicators import Indicator
from jauge.matching import MatchingPlan
from jauge.quantities import Direction, Unit
from jauge.releases import DERIVED
from jauge.territories import Level
from maillage.observatory.columns import make_schema
from maillage.observatory.data import CheckFinding, CheckReport, FaultyCell, IndicatorInfo, SecretTable, SourceRef
from maillage.observatory.folders import hash_file

ROW_GROUP = 100_000  # fixed: the same table then gives the same bytes
_SHOWN = 0.05  # a period in which fewer territories than this share have a figure is kept, but not proposed


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table as Parquet: same rows, same bytes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path, row_group_size=ROW_GROUP, compression="zstd", write_statistics=True)


def list_files(folder: Path) -> list[dict[str, Any]]:
    """Name, size and SHA-256 of every file of a release."""
    return [
        {"name": str(path.relative_to(folder)), "size": path.stat().st_size, "sha256": hash_file(path)}
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def describe_indicator(indicator: Indicator, coverage: Mapping[str, float], measure: str) -> dict[str, Any]:
    """What pages need of a definition, with the periods and levels of this release.

    coverage: by period, of the lowest level. measure: hash of its compiled measures.
    """
    return {
        "code": indicator.code,
        "label": dict(indicator.label),
        "definition": dict(indicator.definition),
        "champ": dict(indicator.champ),
        "theme": indicator.theme,
        "unit": str(indicator.unit),
        "direction": str(indicator.direction),
        "decimals": indicator.decimals,
        "small_below": indicator.small_below,
        "breaks": list(indicator.breaks),
        "not_comparable_with": list(indicator.not_comparable_with),
        "validated": asdict(indicator.validated),
        "file": indicator.file,
        "measure": measure,
        "levels": _list_levels(indicator),
        "periods": sorted((period for period, share in coverage.items() if share >= _SHOWN), reverse=True),
        "series": [
            {
                "source": series.source or DERIVED,
                "period": series.period,
                "formula": str(series.formula),
                "uses": [asdict(use) for use in series.uses],
            }
            for series in indicator.series
        ],
    }


def _list_levels(indicator: Indicator) -> list[str]:
    order: list[Level] = [level for level in Level if level is not Level.PERIMETRE]
    low, high = order.index(indicator.levels.lowest), order.index(indicator.levels.highest)
    published = {level for series in indicator.series for level in series.at}
    return [str(level) for level in order if level in published or low <= order.index(level) <= high]


def read_indicator(entry: Mapping[str, Any]) -> IndicatorInfo:
    """An indicator of a manifest."""
    return IndicatorInfo(
        code=entry["code"],
        label=entry["label"],
        theme=entry["theme"],
        unit=Unit(entry["unit"]),
        direction=Direction(entry["direction"]),
        definition=entry["definition"],
        champ=entry["champ"],
        formula=entry["series"][-1]["formula"],
        periods=tuple(entry["periods"]),
        levels=tuple(Level(level) for level in entry["levels"]),
        breaks=tuple(entry["breaks"]),
        not_comparable_with=tuple(entry["not_comparable_with"]),
        decimals=entry["decimals"],
        small_below=entry["small_below"],
        sources=tuple(dict.fromkeys(series["source"] for series in entry["series"])),
        validated=entry["validated"],
    )


def describe_matching(plan: MatchingPlan, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What pages need of a matching plan. chosen: by level, then variable: the series that stood for it, or None."""
    return plan.model_dump(mode="json", include={"code", "label", "far", "variables"}) | {"chosen": chosen}


def describe_recipe(recipe: Recipe, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What pages need of a recipe, with the share of each component in the whole. chosen: as for a matching plan."""
    dumped = recipe.model_dump(mode="json", exclude={"levels"})
    shares = {component.name: share for component, share in zip(recipe.components, recipe.weights, strict=True)}
    return dumped | {"shares": shares, "chosen": chosen}


def read_secrecy(entry: Mapping[str, Any]) -> SecretTable:
    """What a manifest says of the secrecy of one source and period."""
    counts: Counter[str] = Counter()
    for by_state in entry["levels"].values():
        counts.update(by_state)
    return SecretTable(
        source=entry["source"],
        period=entry["period"],
        threshold=entry["threshold"],
        verdict=entry["verdict"],
        inherited=counts["inherited"],
        small=counts["small"],
        masked=counts["masked"],
        withheld=counts["withheld"],
        masked_share=entry["masked_share"],
        gap=entry["gap"],
    )


def read_finding(entry: Mapping[str, Any]) -> CheckFinding:
    """A finding of a manifest."""
    shaped = {
        "columns": tuple(entry["columns"]),
        "touches": tuple((indicator, period) for indicator, period in entry["touches"]),
        "examples": tuple(FaultyCell(**cell) for cell in entry["examples"]),
        "here": entry["failed"],
    }
    return CheckFinding(**{**entry, **shaped})


def read_check(entry: Mapping[str, Any]) -> CheckReport:
    """A check of a manifest."""
    return CheckReport(**{**entry, "sources": tuple(entry["sources"]), "skipped": tuple(entry["skipped"])})


def find_formula(entry: Mapping[str, Any], period: str, source: str) -> str:
    """The formula of the series that gave a figure."""
    series = [one for one in entry["series"] if one["source"] == source]
    exact = [one for one in series if one["period"] == period]
    return str((exact or series or entry["series"])[0]["formula"])


def find_sources(manifest: Mapping[str, Any], indicator: str, period: str, source: str) -> tuple[SourceRef, ...]:
    """The files behind a figure, those of the indicators that it uses included."""
    by_name = {entry["name"]: SourceRef(**entry) for entry in manifest["sources"]}
    if source != DERIVED:
        return (by_name[source],) if source in by_name else ()
    found: dict[str, SourceRef] = {}
    for one in _find_entry(manifest["indicators"], indicator)["series"]:
        for use in one["uses"] if one["period"] == period else ():
            for used in _find_entry(manifest["indicators"], use["indicator"])["series"]:
                if used["period"] in (None, use["period"]):
                    found |= {ref.name: ref for ref in find_sources(manifest, use["indicator"], use["period"], used["source"])}
    return tuple(found.values())


def _find_entry(entries: Sequence[Mapping[str, Any]], code: str) -> Mapping[str, Any]:
    return next(entry for entry in entries if entry["code"] == code)


def join_rejects(refs: Iterable[tuple[SourceRef, pa.Table]]) -> pa.Table:
    """The rejects of every source in one table: source, file, line, column, value, code, reason, suggestion."""
    names = ("line", "column", "value", "code", "reason", "suggestion")
    text = pa.string()
    columns: dict[str, Any] = {"source": text, "file": text, "line": pa.int64()} | dict.fromkeys(names[1:], text)
    schema = make_schema(columns)
    tables = [schema.empty_table()]
    for ref, rejects in refs:
        named = {"source": [ref.name] * rejects.num_rows, "file": [ref.file] * rejects.num_rows}
        tables.append(pa.table(named | {name: rejects[name] for name in names}).cast(schema))
    return pa.concat_tables(tables)
