"""Running the declared checks over the sources of a release: one outcome for each check (and source, where it reads whole files)."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import ibis.expr.types as ir
import pyarrow as pa

from jauge.checks.codes import ListCodes, judge_complete, judge_dated_codes, judge_known_codes
from jauge.checks.comparing import CODE, PERIOD, compare, tell_apart
from jauge.checks.definitions import (
    ALL_SOURCES,
    Comparison,
    Complete,
    DatedCodes,
    DeclaredCheck,
    KnownCodes,
    Leap,
    Meanings,
    OfSources,
    Rejects,
    RepeatedKeys,
    RowRule,
    TwoMeasures,
    Unique,
)
from jauge.checks.findings import Outcome, Verdict
from jauge.checks.judging import count_rejects, judge_leaps, judge_meanings, judge_repeats, judge_rows
from jauge.tables import LINE


@dataclass(frozen=True, slots=True)
class CheckedSource:
    """A source as checks read it.

    table: Ibis table of the typed columns with `_line`, `_level` and `_code` (of the territory, null without one) and `_period`; None where
    the file was refused and only its rejects are known. rejects: as `jauge.tables` gives them. rows: of the raw file.
    commune_column: the column of its commune codes, None where it has none; cog_year: their vintage; dated: the year of the file's date;
    not_covered: départements that the publisher leaves out. label: how a sentence names the file. raw: Ibis table of the text of its key
    columns with the same marks; key: their names.
    """

    label: str
    rejects: pa.Table
    rows: int
    raw: ir.Table
    key: tuple[str, ...] = ()
    table: ir.Table | None = None
    commune_column: str | None = None
    cog_year: int = 0
    dated: int = 0
    not_covered: tuple[str, ...] = ()


type ListMoved = Callable[[int, int], Collection[str]]  # the communes whose land changed between two COG years


def run_checks(
    checks: Sequence[DeclaredCheck], sources: Mapping[str, CheckedSource], list_codes: ListCodes, list_moved: ListMoved
) -> Iterator[Outcome]:
    """Run every check in order; one that reads a source which is not there is skipped, and says so."""
    for one in checks:
        if isinstance(one.check, OfSources):
            yield from _run_over_files(one, one.check, sources, list_codes)
        else:
            yield _run(one, sources, list_moved)


def _run(one: DeclaredCheck, sources: Mapping[str, CheckedSource], list_moved: ListMoved) -> Outcome:
    tables = {name: source.table for name, source in sources.items() if source.table is not None}
    if lacking := [name for name in one.sources if name not in tables]:
        return Outcome(one.code, Verdict.SKIPPED, why=_tell_lacking(lacking))
    match one.check:
        case RowRule() | Leap() | Unique() | Meanings() as check:
            return _judge_one(one.code, check, sources[check.source], tables[check.source])
        case TwoMeasures() as check:
            return tell_apart(one.code, check, tables)
        case Comparison() as check:
            left, right = sources[check.left.source], sources[check.right.source]
            moved = list_moved(left.cog_year, right.cog_year) if left.cog_year and right.cog_year else ()
            other = "le même fichier" if left is right else f"« {right.label} »"
            return compare(one.code, check, tables, other, moved)
    raise AssertionError(one.check.kind)


def _judge_one(code: str, check: RowRule | Leap | Unique | Meanings, source: CheckedSource, table: ir.Table) -> Outcome:
    """Run a check that reads one source."""
    match check:
        case RowRule():
            return judge_rows(code, check, table)
        case Leap():
            return judge_leaps(code, check, table)
        case Unique():
            return judge_repeats(code, check.source, check.columns, source.raw)
        case Meanings():
            return judge_meanings(code, check, table)


def _tell_lacking(names: Sequence[str]) -> str:
    many = len(names) > 1
    return f"{'Sources absentes ou refusées' if many else 'Source absente ou refusée'} : {', '.join(names)}."


def _run_over_files(
    one: DeclaredCheck, check: OfSources, sources: Mapping[str, CheckedSource], list_codes: ListCodes
) -> Iterator[Outcome]:  # fmt: skip
    names = sorted(sources) if check.sources == ALL_SOURCES else check.sources
    for name in names:
        source = sources.get(name)
        if isinstance(check, Rejects) and source is not None:
            yield count_rejects(one.code, name, source.rejects, source.rows)
        elif isinstance(check, RepeatedKeys) and source is not None:
            if source.key:
                yield judge_repeats(one.code, name, source.key, source.raw)
        elif source is None or source.table is None:
            yield Outcome(one.code, Verdict.SKIPPED, why=_tell_lacking([name]))
        elif source.commune_column is not None:
            yield _judge_codes(one.code, check, name, source, source.commune_column, _list_rows(source.table), list_codes)


def _list_rows(table: ir.Table) -> pa.Table:
    rows: pa.Table = table.select(code=table[CODE].cast("string"), line=table[LINE], period=table[PERIOD].cast("string")).to_pyarrow()
    return rows


def _judge_codes(
    code: str, check: OfSources, name: str, source: CheckedSource, column: str, rows: pa.Table, list_codes: ListCodes
) -> Outcome:  # fmt: skip
    match check:
        case KnownCodes():
            return judge_known_codes(code, name, column, rows, source.cog_year, list_codes)
        case DatedCodes():
            return judge_dated_codes(code, name, column, rows, source.cog_year, source.dated, list_codes)
        case Complete():
            outside = (*check.outside, *source.not_covered)
            return judge_complete(code, name, column, rows, [one for one in list_codes(source.cog_year) if not one.startswith(outside)])
    raise AssertionError(check.kind)
