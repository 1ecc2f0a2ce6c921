"""The faults of a table, found chunk by chunk in a few DuckDB statements over whole columns: no row is ever looped over."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from jauge.tables.blocks import LINE
from jauge.tables.codes import CODE_PATTERNS, Code, key_sql
from jauge.tables.mending import mend_sql
from jauge.tables.patterns import PYTHON_MATCHES, match_whole
from jauge.tables.reasons import rule_code
from jauge.tables.spec import CodeLists, Column, Link, RowRule, RowRuleKind, TableSpec
from jauge.tables.sql import cell_sql, faulty_sql, identifier, list_name, literal, matches, tests_of, typed_sql

_BETWEEN, _NOTHING = "chr(31)", "chr(30)"  # unit and record separators: they part the columns of a key, and stand for a blank


@dataclass(frozen=True, slots=True)
class Means:
    """What the checker may use: threads, memory («800MB»), the folder where what is larger than memory spills."""

    threads: int = 2
    memory: str | None = None
    spill: str | None = None


@dataclass(frozen=True, slots=True)
class _Search:
    """SQL over a row of texts: is something wrong (never null), and the fault as `column, code, value, detail, suggestion, advisory`."""

    test: str
    fault: str


class Finder:
    """Takes the chunks of a text table and remembers their faults: `faults(line, column, code, value, detail, suggestion, advisory)`.

    names: the columns that the table has; those of the spec that are not there are not checked. limit: how many faults are kept
    whole (all are counted). tables: the other tables that links of the spec point to, as text.
    """

    def __init__(
        self,
        spec: TableSpec,
        names: list[str],
        *,
        codes: CodeLists | None = None,
        tables: Mapping[str, pa.Table] | None = None,
        means: Means | None = None,
        limit: int | None = None,
    ) -> None:
        self.spec, self.limit = spec, limit
        self.columns = [column for column in spec.columns if column.name in names]
        self.rules = [rule for rule in spec.rules if set(rule.columns) <= set(names)]
        self.links = [link for link in spec.links if set(link.columns) <= set(names) and (not link.table or link.table in (tables or {}))]
        self._by_name = {column.name: column for column in self.columns}
        self.connection = _connect(means or Means())
        self._searches = [*map(_search_cells, self.columns), *map(self._search_rows, self.rules)]
        self._kept = 0
        self._prepare(codes or {}, tables or {})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.connection.close()

    def _prepare(self, codes: CodeLists, tables: Mapping[str, pa.Table]) -> None:
        run = self.connection.execute
        run("""CREATE TABLE faults
               (line BIGINT, "column" VARCHAR, code VARCHAR, value VARCHAR, detail VARCHAR, suggestion VARCHAR, advisory BOOLEAN)""")
        run("CREATE TABLE counts (code VARCHAR, advisory BOOLEAN, faults BIGINT)")
        for (code, year), listed in codes.items():
            self.connection.register("listed", pa.table({"code": sorted(listed.codes)}))
            run(f"CREATE TABLE {identifier(list_name(code, year))} AS SELECT * FROM listed")  # noqa: S608
        for place, _ in enumerate(self._unique_groups()):
            run(f"CREATE TABLE key_{place} (line BIGINT, key VARCHAR)")
        for place, link in enumerate(self.links):
            run(f"CREATE TABLE link_{place} (line BIGINT, key VARCHAR)")
            run(f"CREATE TABLE target_{place} (key VARCHAR)")
            if link.table:
                self.connection.register("other", tables[link.table])
                texts = ", ".join(f"{cell_sql(c, identifier(t))} AS {_text(c.name)}" for c, t in self._targets(link))
                run(f"INSERT INTO target_{place} SELECT {self._key(link.columns)} FROM (SELECT {texts} FROM other)")  # noqa: S608

    def _targets(self, link: Link) -> list[tuple[Column, str]]:
        return [(self._by_name[name], target) for name, target in zip(link.columns, link.targets, strict=True)]

    def _unique_groups(self) -> list[tuple[str, ...]]:
        """The groups of columns whose values must not come twice: the key, then each column that is unique by itself."""
        key = [self.spec.key] if self.spec.key and set(self.spec.key) <= set(self._by_name) else []
        return key + [(column.name,) for column in self.columns if column.unique]

    def texts(self) -> str:
        """SQL of the chunk's rows that concern us, each cell as text («text <name>»), null where it holds no value."""
        cells = "".join(f", {cell_sql(column, identifier(column.name))} AS {_text(column.name)}" for column in self.columns)
        kept = [f"{identifier(name)} IN ({', '.join(map(literal, values))})" for name, values in self.spec.keep]
        return f"SELECT {LINE}{cells} FROM chunk {'WHERE ' + ' AND '.join(kept) if kept else ''}"  # noqa: S608

    def take(self, chunk: pa.Table, *, blank_rows: bool = False) -> None:
        """Find the faults of a chunk: text columns and `_line`. blank_rows: a row without any value is a fault, and has no other."""
        self.connection.register("chunk", chunk)
        blank = " AND ".join(f"{_text(column.name)} IS NULL" for column in self.columns) if blank_rows and self.columns else "FALSE"
        faulty = " OR ".join(f"({test})" for test in [*(search.test for search in self._searches), blank])
        self.connection.execute(f"""CREATE OR REPLACE TEMP TABLE faulty AS
            SELECT *, {blank} AS _blank FROM ({self.texts()}) WHERE {faulty}""")  # noqa: S608
        if self.connection.execute("SELECT 1 FROM faulty LIMIT 1").fetchone():
            self._name_faults()
        self._remember_keys()

    def _name_faults(self) -> None:
        """Keep every fault of the rows of the table `faulty`."""
        searches = [_Search(f"NOT _blank AND ({search.test})", search.fault) for search in self._searches]
        searches.append(_Search("_blank", "'', 'blank_row', '', NULL, NULL, FALSE"))
        # One pass says which searches have found anything: most columns have no fault to be named.
        counts = ", ".join(f"count(*) FILTER (WHERE {search.test}) AS n{place}" for place, search in enumerate(searches))
        # Made as a table: a query is run while it is fetched, with Python's lock held, which a pattern that Python answers waits for.
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE tally AS SELECT {counts} FROM faulty")  # noqa: S608
        found = self.connection.execute("SELECT * FROM tally").fetchone() or ()
        named = [
            f"SELECT {LINE}, {search.fault} FROM faulty WHERE {search.test}"  # noqa: S608
            for search, count in zip(searches, found, strict=True)
            if count
        ]
        if named:
            self.keep(" UNION ALL ".join(named))

    def keep(self, faults: str) -> None:
        """Count the faults that a query gives, and keep those that the limit leaves room for."""
        if self.limit is not None and self._kept >= self.limit:
            counted = f"SELECT code, advisory, count(*) FROM ({faults}) AS f{_FAULT_NAMES} GROUP BY ALL"  # noqa: S608
            self.connection.execute(f"INSERT INTO counts {counted}")
            return
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE found AS SELECT * FROM ({faults}) AS f{_FAULT_NAMES}")  # noqa: S608
        self.connection.execute("INSERT INTO counts SELECT code, advisory, count(*) FROM found GROUP BY ALL")
        room = "" if self.limit is None else f"LIMIT {max(self.limit - self._kept, 0)}"
        self.connection.execute(f'INSERT INTO faults SELECT * FROM found ORDER BY line, "column" {room}')  # noqa: S608
        kept = self.connection.execute("SELECT count(*) FROM faults").fetchone()
        self._kept = kept[0] if kept else 0

    def note(self, line: int, column: str, code: str, *, value: str = "", detail: str | None = None, suggestion: str | None = None) -> None:
        """Keep a fault found elsewhere (in the header, or in a row that has too few cells)."""
        self.connection.execute("INSERT INTO counts VALUES (?, FALSE, 1)", [code])
        if self.limit is None or self._kept < self.limit:
            self.connection.execute("INSERT INTO faults VALUES (?, ?, ?, ?, ?, ?, FALSE)", [line, column, code, value, detail, suggestion])
            self._kept += 1

    def _search_rows(self, rule: RowRule) -> "_Search":
        value = f"concat_ws(' ', {', '.join(_text(name) for name in rule.columns)})"
        about = f"{literal(' + '.join(rule.columns))}, {literal(rule_code(rule))}"
        return _Search(f"coalesce({self._rule_test(rule)}, FALSE)", f"{about}, {value}, NULL, NULL, {rule.advisory}")

    def _rule_test(self, rule: RowRule) -> str:
        texts = [_text(name) for name in rule.columns]
        values = [typed_sql(self._by_name[name], text) for name, text in zip(rule.columns, texts, strict=True)]
        match rule.kind:
            case RowRuleKind.SIREN | RowRuleKind.SIRET:
                code = Code(rule.kind.value)
                return f"{matches(texts[0], CODE_PATTERNS[code])} AND NOT {key_sql(texts[0], code)}"
            case RowRuleKind.ONE_OF:
                return " AND ".join(f"{text} IS NULL" for text in texts)
            case RowRuleKind.COHESIVE:
                filled = " + ".join(f"CAST({text} IS NOT NULL AS INTEGER)" for text in texts)
                return f"({filled}) NOT IN (0, {len(texts)})"
            case RowRuleKind.COMPARE:
                return f"NOT (({values[0]}) {rule.operator} ({values[1]}))"
            case RowRuleKind.TOTAL:
                return f"abs(({values[0]}) - ({' + '.join(f'({value})' for value in values[1:])})) > 1e-9"

    def _key(self, names: tuple[str, ...]) -> str:
        """SQL of the values of several columns as one text; null when none has a value."""
        values = [f"CAST({typed_sql(self._by_name[name], _text(name))} AS VARCHAR)" for name in names]
        if len(values) == 1:
            return values[0]
        joined = f" || {_BETWEEN} || ".join(f"coalesce({value}, {_NOTHING})" for value in values)
        return f"CASE WHEN coalesce({', '.join(values)}) IS NOT NULL THEN {joined} END"

    def _remember_keys(self) -> None:
        for place, names in enumerate(self._unique_groups()):
            self.connection.execute(f"INSERT INTO key_{place} SELECT {LINE}, {self._key(names)} FROM ({self.texts()})")  # noqa: S608
        for place, link in enumerate(self.links):
            self.connection.execute(f"""INSERT INTO link_{place} SELECT * FROM
                (SELECT {LINE}, {self._key(link.columns)} AS key FROM ({self.texts()})) WHERE key IS NOT NULL""")  # noqa: S608
            if not link.table:
                columns = tuple(link.targets)
                self.connection.execute(f"INSERT INTO target_{place} SELECT {self._key(columns)} FROM ({self.texts()})")  # noqa: S608

    def find_repeated(self) -> None:
        """Once every chunk is taken: the keys and unique values that come again, with the line where they came first; the lost links."""
        for place, names in enumerate(self._unique_groups()):
            is_key = place == 0 and names == self.spec.key
            code = "repeated_key" if is_key else "repeated_value"
            self._find_twice(place, f"{literal(' + '.join(names))}, {literal(code)}")
            if is_key:
                self.keep(f"SELECT line, {literal(' + '.join(names))}, 'missing_key', '', NULL, NULL, FALSE FROM key_0 WHERE key IS NULL")  # noqa: S608
        for place, link in enumerate(self.links):
            about = f"{literal(' + '.join(link.columns))}, 'unknown_reference', {_spaced('key')}"
            self.keep(f"""SELECT line, {about}, {literal(link.table or "cette table")}, NULL, FALSE FROM link_{place}
                WHERE key NOT IN (SELECT key FROM target_{place} WHERE key IS NOT NULL)""")  # noqa: S608

    def _find_twice(self, place: int, about: str) -> None:
        """The values of a group that come again. Hashes first: few come twice, and eight bytes are grouped in less room than a text."""
        run = self.connection.execute
        run(f"CREATE OR REPLACE TEMP TABLE twice AS SELECT hash(key) AS h FROM key_{place} GROUP BY h HAVING count(*) > 1")  # noqa: S608
        if run("SELECT h FROM twice LIMIT 1").fetchone() is None:
            return
        self.keep(f"""SELECT line, {about}, {_spaced("key")}, 'déjà ligne ' || first, NULL, FALSE FROM (
            SELECT line, key, min(line) OVER (PARTITION BY key) AS first FROM key_{place}
            WHERE key IS NOT NULL AND hash(key) IN (SELECT h FROM twice)) WHERE line > first""")  # noqa: S608

    def suggest(self, codes: CodeLists) -> None:
        """Fill the suggestions of the faults kept: safe mends of cells, and the code that answers today for one of another vintage."""
        faulty = {row[0] for row in self.connection.execute('SELECT DISTINCT "column" FROM faults').fetchall()}
        for column in self.columns:
            if column.name in faulty:
                mended = mend_sql(_without_vintage(column), "value")
                self.connection.execute(f"""UPDATE faults SET suggestion = nullif({mended}, value)
                    WHERE "column" = {literal(column.name)} AND suggestion IS NULL AND value <> ''""")  # noqa: S608
            if column.code and column.cog_year and (listed := codes.get((column.code, column.cog_year))):
                self.connection.register("former", pa.table({"old": list(listed.former), "new": list(listed.former.values())}))
                self.connection.execute(f"""UPDATE faults SET suggestion = former.new FROM former
                    WHERE "column" = {literal(column.name)} AND code = 'unknown_code' AND value = former.old""")  # noqa: S608

    def mend(self, chunk: pa.Table) -> tuple[pa.Table, dict[str, int]]:
        """The chunk with its safe mends made, and how many cells of each column changed."""
        self.connection.register("chunk", chunk)
        cells = ", ".join(f"{_mended_sql(column)} AS {identifier(column.name)}" for column in self.columns)
        replaced = f"* REPLACE ({cells})" if cells else "*"
        self.connection.execute(f"CREATE OR REPLACE TEMP TABLE mended AS SELECT {replaced} FROM chunk")  # noqa: S608
        mended: pa.Table = self.connection.table("mended").order(LINE).to_arrow_table()
        names = [column.name for column in self.columns]
        counts = {name: int(pc.sum(pc.not_equal(chunk[name], mended[name]).cast(pa.int64())).as_py() or 0) for name in names}
        return mended, {name: count for name, count in counts.items() if count}

    def count_faults(self) -> dict[str, int]:
        """All the faults found (advice apart), by code."""
        counted = self.connection.execute("SELECT code, sum(faults) FROM counts WHERE NOT advisory GROUP BY code ORDER BY code")
        return {code: int(count) for code, count in counted.fetchall()}

    def list_faults(self, *, advisory: bool = False) -> pa.Table:
        """The faults kept (the advice, if asked), by line then column: line, column, value (null when blank), code, detail, suggestion."""
        faults: pa.Table = self.connection.sql(f"""
            SELECT line, "column", nullif(value, '') AS value, code, detail, suggestion FROM faults
            WHERE advisory = {advisory} ORDER BY line, "column"
        """).to_arrow_table()  # noqa: S608
        return faults


_FAULT_NAMES = '(line, "column", code, value, detail, suggestion, advisory)'


def _search_cells(column: Column) -> _Search:
    """The first of a column's tests that fails names the fault."""
    text = _text(column.name)
    cases = "".join(f" WHEN {test} THEN {literal(code)}" for code, test in tests_of(column, text))
    code = f"CASE{cases} END" if cases else "NULL"
    return _Search(faulty_sql(column, text), f"{literal(column.name)}, {code}, {text}, NULL, NULL, FALSE")


def _mended_sql(column: Column) -> str:
    """The cell, mended where it is at fault and a mend is safe."""
    cell = identifier(column.name)
    return f"CASE WHEN {faulty_sql(column, cell_sql(column, cell))} THEN coalesce({mend_sql(column, cell)}, {cell}) ELSE {cell} END"


def _without_vintage(column: Column) -> Column:
    """A padded code is a good suggestion even before its vintage is looked up."""
    return replace(column, cog_year=None) if column.cog_year else column


def _text(name: str) -> str:
    return identifier("text " + name)


def _spaced(key: str) -> str:
    return f"replace(replace({key}, {_BETWEEN}, ' '), {_NOTHING}, '')"


def _connect(means: Means) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | int] = {"threads": means.threads, "preserve_insertion_order": "false"}
    if means.memory:
        settings["memory_limit"] = means.memory
    if means.spill:
        settings["temp_directory"] = means.spill
    connection = duckdb.connect(":memory:", config=settings)
    # Each closed list would become a join: seconds of preparation for a schema that has dozens of them.
    connection.execute("SET disabled_optimizers = 'in_clause'")
    connection.create_function(PYTHON_MATCHES, match_whole, ["VARCHAR", "VARCHAR"], "BOOLEAN")
    return connection
