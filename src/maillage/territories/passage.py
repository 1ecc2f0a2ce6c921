"""Comparison of our movements with a published passage table (COGugaison's layout): same pairs and kinds, ratios that differ."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
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


class Cause(StrEnum):
    """Why the two readings share a split commune otherwise."""

    EQUAL_PARTS = "equal_parts"  # the table gives each part the same, without looking at who lives there
    JOINED_SINCE = "joined_since"  # in our first later vintage a part is one commune with others: its weight is that of them all
    OTHER_CENSUS = "other_census"  # both weigh by population, of different census years


@dataclass(frozen=True, slots=True)
class Difference:
    """One movement whose ratio differs, and why."""

    theirs: Movement
    ours: Movement
    cause: Cause


@dataclass(frozen=True, slots=True)
class Comparison:
    """Movements that only one side has, pairs whose kind differs (theirs, ours), splits whose ratio differs."""

    common: int
    only_theirs: tuple[Movement, ...]
    only_ours: tuple[Movement, ...]
    other_kind: tuple[tuple[Movement, Movement], ...]
    other_ratio: tuple[Difference, ...]


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
        other_ratio=tuple(
            Difference(theirs[key], ours[key], _find_cause(geography, theirs, key))
            for key in both
            if abs(theirs[key].ratio - ours[key].ratio) > tolerance
        ),
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


def _find_cause(geography: Geography, theirs: Mapping[Key, Movement], key: Key) -> Cause:
    year, code_from, _ = key
    parts = [move for other, move in theirs.items() if other[:2] == (year, code_from)]
    if len({move.ratio for move in parts}) == 1:
        return Cause.EQUAL_PARTS
    later = _find_vintage(geography, min(one for one in geography.lineage.years if one > year))
    pieces = geography.lineage.pieces
    held = [piece for move in parts for piece in geography.lineage.held[later][pieces[move.code_to][later]]]
    joined = any(pieces[piece][year] != code_from for piece in held)
    return Cause.JOINED_SINCE if joined else Cause.OTHER_CENSUS


def _find_vintage(geography: Geography, year: int) -> int:
    """The first shipped vintage from `year` on: its populations weigh a split of that year."""
    return next(one for one in geography.years if one >= year)


def _find_share(geography: Geography, move: dict[str, Any]) -> float:
    later = _find_vintage(geography, move["to_year"])
    holder = geography.lineage.pieces[move["code_to"]][later]
    links = geography.crosswalk(move["from_year"], later).links[move["code_from"]]
    return next(link.weight / link.weight_total for link in links if link.code_to == holder)
