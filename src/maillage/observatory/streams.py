"""Long lists of a release as files, written as they are read: JSON for machines, CSV for spreadsheets."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any

from maillage.observatory.data import ChangedFigure, Differences, Reject
from maillage.ui.exports import safe_cell

CONTENT_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


class _Echo:
    """A file that gives back what is written, so that a CSV is sent as it is made."""

    def write(self, line: str) -> str:
        return line


def write_differences_json(found: Differences, changes: Iterable[ChangedFigure]) -> Iterator[str]:
    """One object: the summary, and every changed figure in `changes`."""
    yield json.dumps(asdict(found), ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "changes": '
    yield from _write_array(asdict(one) | {"difference": one.difference} for one in changes)
    yield "\n}"


def write_changes_csv(changes: Iterable[ChangedFigure]) -> Iterator[str]:
    """One line for each changed figure."""
    return _write_csv([*_list_names(ChangedFigure), "difference"], changes)


def write_rejects_json(rejects: Iterable[Reject]) -> Iterator[str]:
    """An array of every rejected or flagged row."""
    return _write_array(asdict(one) for one in rejects)


def write_rejects_csv(rejects: Iterable[Reject]) -> Iterator[str]:
    """One line for each rejected or flagged row."""
    return _write_csv(_list_names(Reject), rejects)


def _list_names(kind: type[ChangedFigure | Reject]) -> list[str]:
    return [field.name for field in fields(kind)]


def _write_array(rows: Iterable[dict[str, Any]]) -> Iterator[str]:
    yield "["
    for number, row in enumerate(rows):
        yield f"{',' if number else ''}\n  {json.dumps(row, ensure_ascii=False)}"
    yield "\n ]"


def _write_csv(names: list[str], rows: Iterable[object]) -> Iterator[str]:
    """UTF-8 with mark, so that spreadsheets read the accents; no cell that they would take for a formula."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(names)
    for row in rows:
        yield writer.writerow([safe_cell(getattr(row, name)) for name in names])
