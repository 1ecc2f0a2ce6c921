"""The lookup of a release: a compact SQLite file that answers a page by one query, in less than a millisecond for a territory."""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from maillage.observatory.columns import zip_columns

FILE = "lookup.sqlite"
# Territories and series are numbered: a national lookup is three times smaller, and its primary key is two integers.
_SCHEMA = """
CREATE TABLE territories (id INTEGER PRIMARY KEY, level TEXT NOT NULL, code TEXT NOT NULL,
  epci TEXT, departement TEXT, region TEXT, pays TEXT);
CREATE TABLE series (id INTEGER PRIMARY KEY, indicator TEXT NOT NULL, period TEXT NOT NULL, source TEXT NOT NULL);
CREATE TABLE observations (territory INTEGER NOT NULL, series INTEGER NOT NULL, value REAL, numerator REAL, denominator REAL,
  status TEXT NOT NULL, reason TEXT, coverage REAL, PRIMARY KEY (territory, series)) WITHOUT ROWID;
CREATE TABLE distributions (level TEXT NOT NULL, within TEXT NOT NULL, indicator TEXT NOT NULL, period TEXT NOT NULL,
  n INTEGER, missing INTEGER, min REAL, q1 REAL, median REAL, q3 REAL, max REAL,
  PRIMARY KEY (level, within, indicator, period)) WITHOUT ROWID;
CREATE TABLE matches (level TEXT NOT NULL, code TEXT NOT NULL, plan TEXT NOT NULL, matches TEXT NOT NULL, nearest REAL, stability REAL,
  PRIMARY KEY (level, code, plan)) WITHOUT ROWID;
CREATE TABLE indices (level TEXT NOT NULL, code TEXT NOT NULL, composite TEXT NOT NULL, score REAL, known REAL,
  rank INTEGER, rank_low INTEGER, rank_high INTEGER, ranked INTEGER, parts TEXT NOT NULL,
  PRIMARY KEY (level, code, composite)) WITHOUT ROWID;
CREATE TABLE touched (finding INTEGER NOT NULL, level TEXT NOT NULL, code TEXT NOT NULL, cells INTEGER NOT NULL,
  PRIMARY KEY (level, code, finding)) WITHOUT ROWID;
"""
_COLUMNS = "t.level, t.code, s.indicator, s.period, o.value, o.numerator, o.denominator, o.status, o.reason, s.source, o.coverage"
_KEYS = ("level", "code", "indicator", "period", "source")
_BATCH = 100_000


def write_lookup(
    path: Path,
    *,
    parents: pa.Table,
    observations: pa.Table,
    distributions: pa.Table,
    matches: pa.Table,
    indices: pa.Table,
    touched: pa.Table,
) -> None:
    """Write the lookup. Same tables, same bytes: rows go in by order of key into an empty file, by one writer."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        # No journal: the file is written aside and counts only once it is whole.
        for statement in ("PRAGMA page_size=8192", "PRAGMA journal_mode=OFF", "PRAGMA synchronous=OFF", "BEGIN", *_SCHEMA.split(";")):
            connection.execute(statement)
        territories = _number_territories(connection, parents)
        series = _number_series(connection, observations)
        _insert(connection, "observations", 8, _number_rows(observations, territories, series))
        _insert(connection, "distributions", 11, _list_distributions(distributions))
        for name, table in (("matches", matches), ("indices", indices), ("touched", touched)):
            _insert(connection, name, table.num_columns, sorted(zip_columns(table, tuple(table.column_names))))
        connection.execute("CREATE INDEX territory_by_code ON territories (level, code)")
        connection.execute("COMMIT")
    finally:
        connection.close()


def _insert(connection: sqlite3.Connection, table: str, width: int, rows: Iterable[Sequence[Any]]) -> None:
    connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows)  # noqa: S608


def _number_territories(connection: sqlite3.Connection, parents: pa.Table) -> dict[tuple[str, str], int]:
    ordered = parents.sort_by([("level", "ascending"), ("code", "ascending")])
    rows = list(zip_columns(ordered, ("level", "code", "epci", "departement", "region", "pays")))
    _insert(connection, "territories", 7, ((number, *row) for number, row in enumerate(rows, 1)))
    return {(row[0], row[1]): number for number, row in enumerate(rows, 1)}


def _number_series(connection: sqlite3.Connection, observations: pa.Table) -> dict[tuple[str, str, str], int]:
    names = ["indicator", "period", "source"]
    distinct = observations.select(names).group_by(names).aggregate([]).sort_by([(name, "ascending") for name in names])
    rows = list(zip_columns(distinct, ("indicator", "period", "source")))
    _insert(connection, "series", 4, ((number, *row) for number, row in enumerate(rows, 1)))
    return {(indicator, period, source): number for number, (indicator, period, source) in enumerate(rows, 1)}


def _number_rows(
    observations: pa.Table, territories: dict[tuple[str, str], int], series: dict[tuple[str, str, str], int]
) -> Iterator[tuple[Any, ...]]:
    values = ("value", "numerator", "denominator", "status", "reason", "coverage")
    for batch in observations.to_batches(_BATCH):
        for level, code, indicator, period, source, *figure in zip_columns(batch, _KEYS + values):
            yield (territories[level, code], series[indicator, period, source], *figure)


def _list_distributions(distributions: pa.Table) -> list[tuple[Any, ...]]:
    names = ("level", "within_level", "within_code", "indicator", "period", "n", "missing", "min", "q1", "median", "q3", "max")
    rows = zip_columns(distributions, names)
    return sorted((level, f"{place}:{code}" if place else "", *rest) for level, place, code, *rest in rows)


class Lookup:
    """A release's lookup, open for reading; each thread has its own connection, kept."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def _query(self, sql: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        if not hasattr(self._local, "connection"):
            # `immutable`: a release never changes, so SQLite need neither lock nor look for a journal.
            self._local.connection = sqlite3.connect(f"file:{self._path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        return self._local.connection.execute(sql, parameters).fetchall()  # type: ignore[no-any-return]

    def close(self) -> None:
        """Close this thread's connection."""
        if hasattr(self._local, "connection"):
            self._local.connection.close()
            del self._local.connection

    def find(self, territories: Sequence[tuple[str, str]], indicators: Sequence[str] | None = None) -> list[tuple[Any, ...]]:
        """The figures of some territories (level, code): rows of level, code, indicator, period, value, …, coverage. One query."""
        places = ", ".join(["(?, ?)"] * len(territories))
        wanted = f" AND s.indicator IN ({', '.join('?' * len(indicators))})" if indicators is not None else ""
        return self._query(
            f"SELECT {_COLUMNS} FROM territories t CROSS JOIN observations o ON o.territory = t.id JOIN series s ON s.id = o.series "  # noqa: S608
            f"WHERE (t.level, t.code) IN (VALUES {places}){wanted} ORDER BY t.id, s.id",
            [*(part for place in territories for part in place), *(indicators or ())],
        )

    def list_level(self, indicator: str, period: str, level: str, within: tuple[str, str] | None) -> list[tuple[Any, ...]]:
        """The figures of an indicator for all territories of a level, or for those inside a larger one. One query."""
        inside = f" AND t.{_column(within[0])} = ?" if within else ""
        return self._query(
            f"SELECT {_COLUMNS} FROM territories t CROSS JOIN series s JOIN observations o ON o.territory = t.id AND o.series = s.id "  # noqa: S608
            f"WHERE t.level = ? AND s.indicator = ? AND s.period = ?{inside} ORDER BY t.id",
            [level, indicator, period, *([within[1]] if within else [])],
        )

    def list_matches(self, level: str, code: str) -> list[tuple[Any, ...]]:
        """The matches of a territory: level, code, plan, matches, nearest, stability. One query."""
        return self._query("SELECT * FROM matches WHERE level = ? AND code = ? ORDER BY plan", [level, code])

    def list_indices(self, level: str, code: str) -> list[tuple[Any, ...]]:
        """The indices of a territory: level, code, composite, score, known, rank, rank_low, rank_high, ranked, parts. One query."""
        return self._query("SELECT * FROM indices WHERE level = ? AND code = ? ORDER BY composite", [level, code])

    def list_touched(self, level: str, code: str) -> list[tuple[int, int, int]]:
        """The findings that have cells in a territory, or in one inside it: (finding, cells, of them its own). One query."""
        own = "SELECT finding, level, code, cells FROM touched WHERE level = ? AND code = ?"
        joined = "SELECT f.finding, f.level, f.code, f.cells FROM territories t JOIN touched f ON f.level = t.level AND f.code = t.code"
        inside = f" UNION {joined} WHERE t.{_column(level)} = ?" if level != "commune" else ""  # a territory is in itself
        counted = "SELECT finding, sum(cells), sum(CASE WHEN level = ? AND code = ? THEN cells ELSE 0 END)"
        asked = f"{counted} FROM ({own}{inside}) GROUP BY finding ORDER BY finding"
        return self._query(asked, [level, code, level, code, *([code] if inside else [])])

    def list_distributions(self, level: str, within: str) -> list[tuple[Any, ...]]:
        """Rows of indicator, period, n, missing, min, q1, median, q3, max. One query."""
        columns = "indicator, period, n, missing, min, q1, median, q3, max"
        return self._query(f"SELECT {columns} FROM distributions WHERE level = ? AND within = ?", [level, within])  # noqa: S608


def _column(level: str) -> str:
    if level not in {"epci", "departement", "region", "pays"}:
        raise ValueError(level)
    return level
