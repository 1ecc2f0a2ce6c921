"""Checks of the codes of communes: of the vintage that the definition declares, not older than the file, and all there."""

from collections.abc import Callable, Collection
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jauge.checks.findings import CELLS, Finding, Outcome, Scope, Verdict, tell_count, write_count

type ListCodes = Callable[[int], Collection[str]]  # the communes of a COG year
# The arrondissements of Paris, Marseille and Lyon, parts of a commune in every vintage. Source: Insee, code officiel géographique.
_ARRONDISSEMENTS = r"^(?:751|132|6938)[0-9]+$"
_WHOLE = {"751": "75056", "132": "13055", "693": "69123"}


def judge_known_codes(code: str, source: str, column: str, rows: pa.Table, year: int, list_codes: ListCodes) -> Outcome:
    """Find the codes that are no commune of `year`. rows: code, line, period."""
    return _judge_absent(code, source, column, rows, year, list_codes, "")


def judge_dated_codes(
    code: str, source: str, column: str, rows: pa.Table, year: int, dated: int, list_codes: ListCodes
) -> Outcome:  # fmt: skip
    """Find the codes that were no commune any more at the file's own date. year: the vintage of its codes; dated: that of its date.

    A publisher that brings an old count to newer communes does no harm: only codes older than the file's date are a fault.
    """
    if year >= dated:
        return Outcome(code, Verdict.PASSED, rows.num_rows)
    return _judge_absent(code, source, column, rows, dated, list_codes, f" : le fichier est daté de {dated}, ses codes sont de {year}")


def _judge_absent(code: str, source: str, column: str, rows: pa.Table, year: int, list_codes: ListCodes, why: str) -> Outcome:
    known = pa.array(sorted(list_codes(year)), pa.string())
    fine = pc.or_(pc.is_in(rows["code"], value_set=known), pc.match_substring_regex(rows["code"], _ARRONDISSEMENTS))
    wrong = rows.filter(pc.invert(fine))
    if not wrong.num_rows:
        return Outcome(code, Verdict.PASSED, rows.num_rows)
    count = len(pc.unique(wrong["code"]))
    are = "ne sont pas des communes" if count > 1 else "n’est pas celui d’une commune"
    says = f"{tell_count(count, 'code')} {are} du millésime {year}{why}."
    cells = _write_cells(wrong["line"], wrong["code"], wrong["period"], column, wrong["code"])
    finding = Finding(code, source, (column,), Scope.ROWS, rows.num_rows, wrong.num_rows, cells, says)
    return Outcome(code, Verdict.FAILED, rows.num_rows, (finding,))


def judge_complete(code: str, source: str, column: str, rows: pa.Table, expected: Collection[str]) -> Outcome:
    """Find the communes that have no row, neither themselves nor by arrondissement. expected: the codes that should be there."""
    given: list[Any] = pc.unique(rows["code"]).to_pylist()
    parts = pc.match_substring_regex(pa.array(given, pa.string()), _ARRONDISSEMENTS).to_pylist()
    present = {_WHOLE[one[:3]] if is_part else one for one, is_part in zip(given, parts, strict=True)}
    absent = sorted(set(expected) - present)
    if not absent:
        return Outcome(code, Verdict.PASSED, len(expected))
    nothing = pa.nulls(len(absent), pa.string())
    says = f"{tell_count(len(absent), 'commune')} sur {write_count(len(expected))} {'n’ont' if len(absent) > 1 else 'n’a'} pas de ligne."
    cells = _write_cells(pa.nulls(len(absent), pa.int64()), pa.array(absent, pa.string()), nothing, column, nothing)
    finding = Finding(code, source, (column,), Scope.ROWS, len(expected), len(absent), cells, says)
    return Outcome(code, Verdict.FAILED, len(expected), (finding,))


def _write_cells(line: object, code: object, period: object, column: str, value: object) -> pa.Table:
    count = len(line)  # type: ignore[arg-type]
    columns = {
        "line": line,
        "level": pa.repeat(pa.scalar("commune"), count),
        "code": code,
        "period": period,
        "column": pa.repeat(pa.scalar(column), count),
        "value": value,
        "expected": pa.nulls(count, pa.string()),
    }
    return pa.table(columns).cast(CELLS)
