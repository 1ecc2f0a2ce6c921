"""Text table → typed table and rejects: the rows of a source that are believed, and the others with the reason."""

from dataclasses import dataclass, replace

import pyarrow as pa

from jauge.tables.blocks import LINE
from jauge.tables.errors import TooManyRejects
from jauge.tables.finding import Finder
from jauge.tables.reasons import describe_fault, tell_faults
from jauge.tables.spec import CodeLists, TableSpec
from jauge.tables.sql import identifier, literal, typed_sql

REJECTS = pa.schema(
    [(name, pa.int64() if name == "line" else pa.string()) for name in ("line", "column", "value", "code", "reason", "suggestion")]
)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check gives.

    table: typed accepted rows in the file's order, with `_line`. rejects: (line, column, value, code, reason, suggestion), by line.
    rows: rows of the text table. set_aside: rows that `keep` leaves out.
    """

    table: pa.Table
    rejects: pa.Table
    rows: int
    set_aside: int


def check_table(table: pa.Table, spec: TableSpec, *, file: str = "", codes: CodeLists | None = None) -> Checked:
    """Type every column of a text table and reject the rows that hold a wrong value, or a key already used.

    A row with several faults has several rejects. Of identical rows the first is kept; of rows that share a key and contradict
    each other none is, since nothing says which one is right. codes: the vintages that columns with a `cog_year` are held against.
    Raises TooManyRejects beyond `spec.max_rejects` rows.

    >>> text = pa.table({"code": ["01001", "1002"], "nbr": ["12", "3"], "_line": [2, 3]})
    >>> columns = (Column("code", ColumnType.CODE, code=Code.COMMUNE), Column("nbr", ColumnType.INTEGER))
    >>> checked = check_table(text, TableSpec(columns, key=("code",), max_rejects=1))
    >>> checked.table.to_pylist(), checked.rejects.to_pylist()[0]["suggestion"]
    ([{'code': '01001', 'nbr': 12, '_line': 2}], '01002')
    """
    with Finder(replace(spec, key=()), table.column_names, codes=codes) as finder:
        finder.take(table)
        accepted, kept = _accept(finder, spec)
        finder.suggest(codes or {})
        rejects = tell_faults(finder.list_faults(), finder.columns, finder.rules).select(REJECTS.names).cast(REJECTS)
    checked = Checked(accepted, rejects, table.num_rows, table.num_rows - kept)
    _refuse_beyond_limit(checked, spec, file)
    return checked


def _accept(finder: Finder, spec: TableSpec) -> tuple[pa.Table, int]:
    """The typed rows without a fault, in the file's order, and how many rows concerned us; contradicted keys become faults."""
    run = finder.connection.execute
    names = [column.name for column in finder.columns]
    typed = "".join(f", {typed_sql(column, identifier('text ' + column.name))} AS {identifier(column.name)}" for column in finder.columns)
    run(f"CREATE TEMP TABLE typed AS SELECT {LINE}{typed}, {LINE} IN (SELECT line FROM faults) AS _faulty FROM ({finder.texts()})")  # noqa: S608
    run(f"CREATE TEMP TABLE judged AS SELECT *, {_key_fault(spec, names)} AS _key FROM typed WHERE NOT _faulty")  # noqa: S608
    key_text = " || ' ' || ".join(f"coalesce(CAST({identifier(name)} AS VARCHAR), '')" for name in spec.key) or "''"
    about = f"{literal(' + '.join(spec.key))}, _key, {key_text}"
    finder.keep(f"SELECT {LINE}, {about}, NULL, NULL, FALSE FROM judged WHERE _key IS NOT NULL")  # noqa: S608
    accepted: pa.Table = finder.connection.table("judged").filter("_key IS NULL").order(LINE).to_arrow_table()
    kept = finder.connection.execute("SELECT count(*) FROM typed").fetchone()
    return accepted.select([*names, LINE]), int(kept[0]) if kept else 0


def _key_fault(spec: TableSpec, names: list[str]) -> str:
    """SQL: is the row's key used by another sound row, and do they agree?"""
    if not spec.key:
        return "CAST(NULL AS VARCHAR)"
    content = f"hash({', '.join(map(identifier, names))})"
    over = f"OVER (PARTITION BY {', '.join(map(identifier, spec.key))})"
    return f"""CASE
        WHEN count(*) {over} = 1 THEN NULL
        WHEN min({content}) {over} <> max({content}) {over} THEN 'duplicate_key'
        WHEN {LINE} > min({LINE}) {over} THEN 'duplicate_row' END"""


def _refuse_beyond_limit(checked: Checked, spec: TableSpec, file: str) -> None:
    lines = checked.rejects["line"].unique()
    if len(lines) <= spec.max_rejects:
        return
    first = describe_fault(checked.rejects.slice(0, 1).to_pylist()[0])
    raise TooManyRejects(file=file, count=len(lines), limit=spec.max_rejects, rejects=checked.rejects, first=first)
