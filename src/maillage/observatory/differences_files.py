"""The differences of two releases as files, written as they are read: JSON for machines, CSV for spreadsheets."""

import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields

from maillage.observatory.data import ChangedFigure, Differences
from maillage.ui.exports import safe_cell

_NAMES = tuple(field.name for field in fields(ChangedFigure))


class _Echo:
    """A file that gives back what is written, so that a CSV is sent as it is made."""

    def write(self, line: str) -> str:
        return line


def write_differences_json(found: Differences, changes: Iterable[ChangedFigure]) -> Iterator[str]:
    """One object: the summary, and every changed figure in `changes`."""
    yield json.dumps(asdict(found), ensure_ascii=False, indent=1).removesuffix("\n}") + ',\n "changes": ['
    for number, one in enumerate(changes):
        yield f"{',' if number else ''}\n  {json.dumps(asdict(one) | {'difference': one.difference}, ensure_ascii=False)}"
    yield "\n ]\n}"


def write_changes_csv(changes: Iterable[ChangedFigure]) -> Iterator[str]:
    """One line for each changed figure (UTF-8 with mark, so that spreadsheets read the accents)."""
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow([*_NAMES, "difference"])
    for one in changes:
        yield writer.writerow([safe_cell(getattr(one, name)) for name in (*_NAMES, "difference")])
