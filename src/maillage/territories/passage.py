"""Comparison of our movements with a published passage table (COGugaison's layout): same pairs and kinds, ratios that differ."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jauge.territories import Geography

KINDS = {"merger": "f", "split": "d", "code_change": "c", "departement_change": "c"}


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement in both readings: a year before it, the codes, the kind (f merger, d split, c change of code), the ratio."""

    year: int
    code_from: str
    code_to: str
    kind: str
    ratio: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """Movements that only one side has, pairs whose kind differs, splits whose ratio differs (theirs, ours)."""

    common: int
    only_theirs: tuple[Movement, ...]
    only_ours: tuple[Movement, ...]
    other_kind: tuple[tuple[Movement, Movement], ...]
    other_ratio: tuple[tuple[Movement, Movement], ...]


def compare_passage(file: Path, geography: Geography, *, tolerance: float = 0.0005) -> Comparison:
    """Compare with the passage table of `file` over the years it covers. Mayotte (985 → 976) is not in it and is left out."""
    theirs, last_year = _read_passage(file)
    ours = {key: move for key, move in _list_ours(geography).items() if move.year < last_year and not move.code_from.startswith("985")}
    both = sorted(theirs.keys() & ours.keys())
    return Comparison(
        common=len(both),
        only_theirs=tuple(theirs[key] for key in sorted(theirs.keys() - ours.keys())),
        only_ours=tuple(ours[key] for key in sorted(ours.keys() - theirs.keys())),
        other_kind=tuple((theirs[key], ours[key]) for key in both if theirs[key].kind != ours[key].kind),
        other_ratio=tuple((theirs[key], ours[key]) for key in both if abs(theirs[key].ratio - ours[key].ratio) > tolerance),
    )


Key = tuple[int, str, str]


def _read_passage(file: Path) -> tuple[dict[Key, Movement], int]:
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = {}
    for row in rows:
        # No vintage of 2020 is shipped: what moved in 2019 and in 2020 stands in our step 2019 → 2021.
        year = 2019 if row["annee_avant"] == "2020" else int(row["annee_avant"])
        key = (year, row["code_avant"], row["code_apres"])
        found[key] = Movement(*key, kind=row["typemodif"], ratio=float(row["ratio"]))
    return found, max(int(row["annee_apres"]) for row in rows)


def _list_ours(geography: Geography) -> dict[Key, Movement]:
    """Our movements year by year, each split with the shares our crosswalk gives in the first later vintage."""
    found = {}
    for move in geography.movements.select(["from_year", "to_year", "code_from", "code_to", "kind"]).to_pylist():
        ratio = _find_share(geography, move) if move["kind"] == "split" else 1.0
        key = (move["from_year"], move["code_from"], move["code_to"])
        found[key] = Movement(*key, kind=KINDS[move["kind"]], ratio=ratio)
    return found


def _find_share(geography: Geography, move: dict[str, Any]) -> float:
    later = next(year for year in geography.years if year >= move["to_year"])
    holder = geography.lineage.pieces[move["code_to"]][later]
    links = geography.crosswalk(move["from_year"], later).links[move["code_from"]]
    return next(link.weight / link.weight_total for link in links if link.code_to == holder)
