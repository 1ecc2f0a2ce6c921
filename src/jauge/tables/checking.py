"""Text table → typed table and rejects, in a few DuckDB statements over whole columns: no row is ever looped over."""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from jauge.tables.errors import TooManyRejects
from jauge.tables.parsing import LINE
from jauge.tables.spec import Column, TableSpec
from jauge.tables.sql import fault_sql, identifier, literal, reason_of, typed_sql

_BLANKS = " \t\r\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}"
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


def check_table(table: pa.Table, spec: TableSpec, *, file: str = "") -> Checked:
    """Type every column of a text table and reject the rows that hold a wrong value, or a key already used.

    A row with several faults has several rejects. Of identical rows the first is kept; of rows that share a key and contradict
    each other none is, since nothing says which one is right. Raises TooManyRejects beyond `spec.max_rejects` rows.

    >>> text = pa.table({"code": ["01001", "1002"], "nbr": ["12", "3"], "_line": [2, 3]})
    >>> columns = (Column("code", ColumnType.CODE, code=Code.COMMUNE), Column("nbr", ColumnType.INTEGER))
    >>> checked = check_table(text, TableSpec(columns, key=("code",), max_rejects=1))
    >>> checked.table.to_pylist(), checked.rejects.to_pylist()[0]["suggestion"]
    ([{'code': '01001', 'nbr': 12, '_line': 2}], '01002')
    """
    with duckdb.connect(":memory:", config={"threads": 2}) as connection:
        connection.register("raw", table)
        _judge(connection, table, spec)
        accepted, rejects = _accepted(connection, spec), _rejects(connection, spec)
        kept = connection.sql("SELECT count(*) FROM judged").fetchone()
    checked = Checked(accepted, rejects, table.num_rows, table.num_rows - (kept[0] if kept else 0))
    _refuse_beyond_limit(checked, spec, file)
    return checked


def _judge(connection: duckdb.DuckDBPyConnection, table: pa.Table, spec: TableSpec) -> None:
    """Make the table `judged`: typed columns, `_faults` (list of structs), and `_key` (null, duplicate_row or duplicate_key)."""
    present = [column for column in spec.columns if column.name in table.column_names]
    texts = ", ".join(f"{_cleaned(column)} AS {identifier('text ' + column.name)}" for column in present)
    typed = ", ".join(f"{typed_sql(column, spec.decimal)} AS {identifier(column.name)}" for column in present)
    faults = ", ".join(fault_sql(column, spec.decimal) for column in present)
    connection.execute(f"""
        CREATE TEMP TABLE typed AS
        WITH texts AS (SELECT {LINE}, {texts} FROM raw {_where(spec)})
        SELECT {LINE}, {typed}, list_filter([{faults}], fault -> fault IS NOT NULL) AS _faults FROM texts
    """)  # noqa: S608 — names and constants of a definition, each quoted by `identifier` or `literal`
    connection.execute(f"CREATE TEMP TABLE judged AS SELECT *, {_key_fault(spec, present)} AS _key FROM typed")  # noqa: S608


def _cleaned(column: Column) -> str:
    """The cell without the spaces around it (no-break ones too); null when blank or a mark of suppression."""
    text = f"nullif(trim({identifier(column.name)}, {literal(_BLANKS)}), '')"
    for mark in column.secret:
        text = f"nullif({text}, {literal(mark)})"
    return text


def _where(spec: TableSpec) -> str:
    tests = [f"{identifier(name)} IN ({', '.join(map(literal, values))})" for name, values in spec.keep]
    return f"WHERE {' AND '.join(tests)}" if tests else ""


def _key_fault(spec: TableSpec, present: list[Column]) -> str:
    """SQL: is the row's key used by another sound row, and do they agree?"""
    if not spec.key:
        return "NULL"
    keys = ", ".join(map(identifier, spec.key))
    content = f"hash({', '.join(identifier(column.name) for column in present)})"
    over = f"OVER (PARTITION BY len(_faults) = 0, {keys})"
    return f"""CASE
        WHEN len(_faults) > 0 OR count(*) {over} = 1 THEN NULL
        WHEN min({content}) {over} <> max({content}) {over} THEN 'duplicate_key'
        WHEN {LINE} > min({LINE}) {over} THEN 'duplicate_row' END"""


def _accepted(connection: duckdb.DuckDBPyConnection, spec: TableSpec) -> pa.Table:
    relation = connection.table("judged").filter("len(_faults) = 0 AND _key IS NULL").order(LINE)
    table: pa.Table = relation.to_arrow_table()
    return table.select([*[column.name for column in spec.columns if column.name in table.column_names], LINE])


def _rejects(connection: duckdb.DuckDBPyConnection, spec: TableSpec) -> pa.Table:
    """Every fault as a row; the reason is joined from a small table of (column, code)."""
    key_text = " || ' ' || ".join(f"coalesce(CAST({identifier(name)} AS VARCHAR), '')" for name in spec.key) or "''"
    found: pa.Table = connection.sql(f"""
        SELECT line, fault.column AS "column", fault.value AS value, fault.code AS code, fault.suggestion AS suggestion
        FROM (SELECT {LINE} AS line, unnest(_faults) AS fault FROM judged)
        UNION ALL
        SELECT {LINE}, {literal(" + ".join(spec.key))}, {key_text}, _key, NULL FROM judged WHERE _key IS NOT NULL
        ORDER BY 1, 2
    """).to_arrow_table()  # noqa: S608
    pairs = found.group_by(["column", "code"]).aggregate([]).to_pylist()
    reasons = {(pair["column"], pair["code"]): reason_of(pair["code"], pair["column"], spec) for pair in pairs}
    told = pa.array([reasons[pair] for pair in zip(found["column"].to_pylist(), found["code"].to_pylist(), strict=True)], type=pa.string())
    return found.append_column("reason", told).select(REJECTS.names).cast(REJECTS)


def _refuse_beyond_limit(checked: Checked, spec: TableSpec, file: str) -> None:
    lines = checked.rejects["line"].unique()
    if len(lines) <= spec.max_rejects:
        return
    first = checked.rejects.slice(0, 1).to_pylist()[0]
    told = f"ligne {first['line']}, colonne « {first['column']} », valeur « {first['value']} » : {first['reason']}"
    raise TooManyRejects(file=file, count=len(lines), limit=spec.max_rejects, rejects=checked.rejects, first=told)
