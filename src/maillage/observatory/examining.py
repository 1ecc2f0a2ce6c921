"""The second half of the stage `check`: every described file held against the others, and what a failed check does to the figures."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from jauge import checks as cross_checks
from jauge.checks import (
    CELLS,
    AnyCheck,
    CheckedSource,
    Consequence,
    DeclaredCheck,
    Finding,
    Outcome,
    Scope,
    TwoMeasures,
    Verdict,
    run_checks,
)
from jauge.indicators import Indicator
from jauge.provenance import SourceDefinition
from jauge.tables import LINE, Checked
from jauge.territories import Geography, Level
from maillage.observatory.capture import Captured
from maillage.observatory.columns import list_values, make_schema
from maillage.observatory.inputs import Definitions, write_levels, write_periods

KEPT_CELLS = 5_000  # cells of a finding that are kept in the release; beyond, its count says enough (all are where figures are withheld)
SHOWN_CELLS = 5  # cells of a finding that its summary names
FINDINGS = make_schema({"finding": pa.int64()} | {name: CELLS.field(name).type for name in CELLS.names})
TOUCHED = make_schema({"finding": pa.int64(), "level": pa.string(), "code": pa.string(), "cells": pa.int64()})


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A described file that was read. checked: its typed rows, None where too many were wrong. rejects: the others."""

    definition: SourceDefinition
    captured: Captured
    checked: Checked | None
    rejects: pa.Table


@dataclass(frozen=True, slots=True)
class Withheld:
    """Figures that a check hides. columns: a series that reads one is concerned. cells: level, code (newest COG year), period."""

    columns: frozenset[str]
    cells: pa.Table


@dataclass(frozen=True, slots=True)
class Examination:
    """What the checks have found.

    checks, findings: entries of the manifest. cells: table FINDINGS. touched: table TOUCHED (codes of the newest COG year).
    withheld: by source.
    """

    checks: list[dict[str, Any]] = field(default_factory=list)
    findings: list[dict[str, Any]] = field(default_factory=list)
    cells: pa.Table = field(default_factory=FINDINGS.empty_table)
    touched: pa.Table = field(default_factory=TOUCHED.empty_table)
    withheld: dict[str, list[Withheld]] = field(default_factory=dict)


def hash_checking() -> str:
    """The code that checks, in short: other checks give another release, never other findings under the same id."""
    files = [Path(__file__), *sorted(Path(cross_checks.__file__).parent.glob("*.py"))]
    return sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def examine(described: Definitions, files: Mapping[str, ReadFile], geography: Geography) -> Examination:
    """Run every declared check over the files that were read."""
    connection: Any = ibis.duckdb.connect(threads=2)
    try:
        sources = {name: prepare_source(connection, file) for name, file in sorted(files.items())}
        outcomes = list(run_checks(described.checks, sources, partial(list_codes, geography), partial(list_moved, geography)))
    finally:
        connection.disconnect()
    return _report(described, outcomes, files, geography)


def prepare_source(connection: Any, file: ReadFile, suffix: str = "") -> CheckedSource:
    """A file as checks read it. suffix: of its tables' names, for a second copy of it."""
    definition, place = file.definition, file.definition.territory
    raw = file.captured.table
    table = None
    if file.checked is not None:
        typed = file.checked.table
        codes = typed[place.column].cast(pa.string()) if place.column else pa.nulls(typed.num_rows, pa.string())
        # A file may have columns called level, code or period: the marks have names of their own.
        marks = {"_level": write_levels(definition, typed), "_code": codes, "_period": write_periods(definition, typed)}
        columns = {name: typed[name] for name in typed.column_names}
        table = connection.create_table(f"{definition.name}{suffix}", pa.table(columns | marks), temp=True)
    nothing = pa.nulls(raw.num_rows, pa.string())
    level = pa.repeat(pa.scalar(place.level, pa.string()), raw.num_rows)
    marks = {"_level": level, "_code": raw[place.column] if place.column else nothing, "_period": nothing}
    texts = {name: raw[name] for name in raw.column_names}
    is_commune = place.level == str(Level.COMMUNE) and place.level_column is None
    return CheckedSource(
        label=definition.label.fr,
        rejects=file.rejects,
        rows=raw.num_rows,
        raw=connection.create_table(f"{definition.name}{suffix}_raw", pa.table(texts | marks), temp=True),
        key=definition.key,
        table=table,
        commune_column=place.column if is_commune else None,
        cog_year=place.cog_year or 0,
        dated=definition.date.year,
        not_covered=place.not_covered,
    )


def list_codes(geography: Geography, year: int) -> Collection[str]:
    """The communes of a COG year; of those on both sides of it where its own vintage is not known."""
    lineage = geography.lineage
    later = lineage.find_year(year) or lineage.years[-1]
    earlier = max((one for one in lineage.years if one <= year), default=later)
    return lineage.list_codes(earlier) | lineage.list_codes(later)


def list_moved(geography: Geography, one_year: int, other_year: int) -> Collection[str]:
    """The communes that a movement between two COG years concerns."""
    first, last = sorted((one_year, other_year))
    columns = (list_values(geography.movements, name) for name in ("from_year", "to_year", "code_from", "code_to"))
    moves = [codes for start, end, *codes in zip(*columns, strict=True) if first <= start and end <= last]
    return {code for codes in moves for code in codes}


def _report(described: Definitions, outcomes: Sequence[Outcome], files: Mapping[str, ReadFile], geography: Geography) -> Examination:
    declared = {one.code: one for one in described.checks}
    examination = Examination()
    cells, touched = [FINDINGS.empty_table()], [TOUCHED.empty_table()]
    for number, finding in enumerate((one for outcome in outcomes for one in outcome.findings), 1):
        check, file = declared[finding.check], files[finding.source]
        placed = _keep_secret(_place_rejects(finding.cells, file), file.definition)
        today = carry_cells(placed, file.definition.territory.cog_year, geography.newest, geography)
        examination.findings.append(_describe_finding(number, finding, check, file.definition, placed, described.indicators))
        kept = placed if check.check.consequence is Consequence.WITHHELD else placed.slice(0, KEPT_CELLS)
        cells.append(_number(kept, number).cast(FINDINGS))
        if finding.scope is not Scope.COLUMN:
            touched.append(_count_touched(today, number))
        if check.check.consequence is Consequence.WITHHELD and finding.scope is not Scope.ROWS:
            examination.withheld.setdefault(finding.source, []).append(Withheld(frozenset(finding.columns), today))
    examination.checks.extend(_describe_check(one, [o for o in outcomes if o.check == one.code]) for one in described.checks)
    return Examination(examination.checks, examination.findings, pa.concat_tables(cells), pa.concat_tables(touched), examination.withheld)


def _keep_secret(cells: pa.Table, source: SourceDefinition) -> pa.Table:
    """The cells without what stands in them, where the secrecy of the file is ours to apply: a value at fault is no less secret."""
    if source.secrecy is None or source.secrecy.threshold is None or source.secrecy.inherited:
        return cells
    for name in ("value", "expected"):
        cells = cells.set_column(cells.schema.get_field_index(name), name, pa.nulls(cells.num_rows, pa.string()))
    return cells


def _place_rejects(cells: pa.Table, file: ReadFile) -> pa.Table:
    """Give the cells of rejected rows the territory that their raw line names."""
    place = file.definition.territory
    if place.column is None or place.level is None or cells["code"].null_count < cells.num_rows:
        return cells
    raw = file.captured.table
    codes = dict(zip(list_values(raw, LINE), list_values(raw, place.column), strict=True)) if cells.num_rows else {}
    found = pa.array([codes.get(line) for line in list_values(cells, "line")], pa.string())
    with_code = cells.set_column(cells.schema.get_field_index("code"), "code", found)
    level = pa.repeat(pa.scalar(place.level, pa.string()), cells.num_rows)
    return with_code.set_column(cells.schema.get_field_index("level"), "level", level)


def carry_cells(cells: pa.Table, cog_year: int | None, to_year: int, geography: Geography) -> pa.Table:
    """The cells under the codes of `to_year`: one row (level, code, period) for each territory that holds the land of the one at fault."""
    links = geography.crosswalk(cog_year, to_year).links if cog_year else {}
    rows: list[tuple[str, str, str]] = []
    for level, code, period in zip(*(list_values(cells, name) for name in ("level", "code", "period")), strict=True):
        if code is None or level is None:
            continue
        codes = [link.code_to for link in links.get(code, ())] if level == Level.COMMUNE else [code]
        rows.extend((level, one, period or "") for one in codes)
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    return pa.table(dict(zip(("level", "code", "period"), (pa.array(one, pa.string()) for one in columns), strict=True)))


def _count_touched(today: pa.Table, number: int) -> pa.Table:
    counted = today.group_by(["level", "code"]).aggregate([("period", "count")]).sort_by([("level", "ascending"), ("code", "ascending")])
    return _number(counted.rename_columns(["level", "code", "cells"]), number).select(TOUCHED.names).cast(TOUCHED)


def _number(table: pa.Table, number: int) -> pa.Table:
    return table.add_column(0, "finding", pa.array([number] * table.num_rows, pa.int64()))


def _describe_check(one: DeclaredCheck, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """A check of the manifest: failed as soon as it fails somewhere, skipped when it ran nowhere."""
    verdicts = {outcome.verdict for outcome in outcomes}
    verdict = next((one for one in (Verdict.FAILED, Verdict.PASSED) if one in verdicts), Verdict.SKIPPED)
    return {
        "code": one.code,
        "kind": one.check.kind,
        "title": one.check.label.fr,
        "rule": one.check.rule,
        "consequence": str(one.check.consequence),
        "sources": list(one.sources),
        "verdict": str(verdict),
        "checked": sum(outcome.checked for outcome in outcomes),
        "skipped": [outcome.why for outcome in outcomes if outcome.why],
    }


def _describe_finding(
    number: int, finding: Finding, one: DeclaredCheck, source: SourceDefinition, cells: pa.Table, indicators: Sequence[Indicator]
) -> dict[str, Any]:
    names = {called: name for name, called in source.names.items()}
    return {
        "number": number,
        "check": finding.check,
        "title": one.check.label.fr,
        "rule": one.check.rule,
        "reason": one.check.reason,
        "source": finding.source,
        "label": source.label.fr,
        "file": source.file,
        "columns": [names.get(column, column) for column in finding.columns],
        "scope": str(finding.scope),
        "checked": finding.checked,
        "failed": finding.failed,
        "says": finding.says,
        "consequence": str(one.check.consequence),
        "replaced_by": one.check.replaced_by,
        "touches": _list_touched_series(finding, one.check, indicators),
        "examples": cells.slice(0, SHOWN_CELLS).to_pylist(),
    }


def _list_touched_series(finding: Finding, check: AnyCheck, indicators: Sequence[Indicator]) -> list[list[str]]:
    """The (indicator, period) that read what is at fault, those made from them included; "" is every period.

    What is withheld is so wherever one of the columns is read; a warning stands where the likeliest, the first, is.
    """
    found = {(code, "") for code in check.concerns}
    if isinstance(check, TwoMeasures):
        return sorted([code, ""] for code in check.indicators)
    blamed = set(finding.columns if check.consequence is Consequence.WITHHELD else finding.columns[:1])
    for indicator in indicators:  # each comes after those that it uses
        for series in indicator.series:
            reads = set(series.formula.names) | set(series.where.names if series.where else ())
            reads |= {name for rule in indicator.missing for name in rule.when.names}
            direct = series.source == finding.source and (finding.scope is Scope.ROWS or reads & blamed)
            used = any((use.indicator, period) in found for use in series.uses for period in (use.period, ""))
            if direct or used:
                found.add((indicator.code, series.period or ""))
    return sorted([code, period] for code, period in found)


def pick_withheld(withheld: Sequence[Withheld], names: Collection[str]) -> list[pa.Table]:
    """The cells to hide of a series that reads these columns."""
    return [one.cells for one in withheld if one.columns & set(names) and pc.count(one.cells["code"]).as_py()]
