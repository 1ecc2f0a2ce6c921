"""Movements of codes: before 2019 from the package's dated history, from 2019 on by comparing two vintages."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from packages import CogPackage

FIRST_YEAR = 2008
DISTANT_FUTURE = "9999"


class Movement(NamedTuple):
    """A commune of one vintage and one that holds territory of it in the next listed vintage."""

    from_year: int
    to_year: int
    code_from: str
    code_to: str
    kind: str
    effective_on: str | None
    name_from: str
    name_to: str


def list_movements(packages: list[CogPackage]) -> list[Movement]:
    """List all movements, FIRST_YEAR to the newest vintage, ordered. Communes that do not move are not listed."""
    moves = list(_list_dated_movements(packages[0].read("historique-communes")))
    for earlier, later in pairwise(packages):
        moves += _compare_vintages(earlier, later)
    return sorted(moves + list(_list_mayotte()), key=lambda m: (m.from_year, m.code_from, m.code_to))


def _list_dated_movements(history: list[dict[str, Any]]) -> Iterator[Movement]:
    by_id = {event["id"]: event for event in history}
    for year in range(FIRST_YEAR, 2019):
        day, next_day = f"{year}-01-01", f"{year + 1}-01-01"
        ended = [e for e in history if _stands(e, day) and not _stands(e, next_day)]
        pairs = {(e["id"], heir["id"]) for e in ended for heir in _find_heirs(e, next_day, by_id)}
        touched = {by_id[heir]["code"] for _, heir in pairs}
        pairs |= {(e["id"], e["id"]) for e in history if e["code"] in touched and _stands(e, day) and _stands(e, next_day)}
        yield from _name_movements(year, year + 1, [(by_id[a], by_id[b]) for a, b in sorted(pairs)])


def _stands(event: dict[str, Any], day: str) -> bool:
    """Tell whether the event describes a commune in its own right on that day."""
    return event["type"] == "COM" and event.get("dateDebut", "") <= day < event.get("dateFin", DISTANT_FUTURE)


def _find_heirs(event: dict[str, Any], day: str, by_id: dict[str, dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Follow a commune that ended to the communes that hold its territory on `day`."""
    if event["type"] != "COM":
        yield from _find_heirs(by_id[event["pole"]], day, by_id)
    elif _stands(event, day):
        yield event
    else:
        heirs = [event["successeur"]] if "successeur" in event else []
        # A group that is undone has no successor of its own: its members become communes again on that day.
        freed = (by_id[member] for member in event.get("membres", ()))
        heirs += [m["successeur"] for m in freed if m.get("dateFin") == event.get("dateFin") and "successeur" in m]
        for heir in heirs:
            yield from _find_heirs(by_id[heir], day, by_id)


def _name_movements(from_year: int, to_year: int, pairs: Iterable[tuple[dict[str, Any], dict[str, Any]]]) -> Iterator[Movement]:
    """Give each pair of (before, after) its kind; a commune that only changed its name has not moved."""
    known = {(before["code"], after["code"]): (before, after) for before, after in pairs}
    targets, origins = defaultdict(set), defaultdict(set)
    for code_from, code_to in known:
        targets[code_from].add(code_to)
        origins[code_to].add(code_from)
    for (code_from, code_to), (before, after) in known.items():
        if targets[code_from] == {code_from} and origins[code_from] == {code_from}:
            continue
        kind = _name_kind(code_from, code_to, len(targets[code_from]), len(origins[code_to]))
        yield Movement(from_year, to_year, code_from, code_to, kind, after.get("dateDebut"), before["nom"], after["nom"])


def _name_kind(code_from: str, code_to: str, parts: int, sources: int) -> str:
    if parts > 1:
        return "split"
    if sources > 1:
        return "merger"
    return "code_change" if code_from[:2] == code_to[:2] else "departement_change"


def _compare_vintages(earlier: CogPackage, later: CogPackage) -> Iterator[Movement]:
    """Pair the codes that disappear with the commune that holds them after, the new ones with the commune that held them before."""
    holders_before, holders_after = map_holders(earlier), map_holders(later)
    pairs = {(code, holders_after[code]) for code in earlier.communes.keys() - later.communes.keys()}
    pairs |= {(holders_before[code], code) for code in later.communes.keys() - earlier.communes.keys()}
    stable = {code for pair in pairs for code in pair} & earlier.communes.keys() & later.communes.keys()
    pairs |= {(code, code) for code in stable}
    described = [(earlier.communes[a], later.communes[b]) for a, b in sorted(pairs)]
    yield from _name_movements(earlier.cog_year, later.cog_year, described)


def map_holders(package: CogPackage) -> dict[str, str]:
    """Map the codes that are no communes (delegated, associated, former) to the commune that holds them."""
    former = {old: c["code"] for c in package.communes.values() for old in c.get("anciensCodes", ())}
    parts = {e["code"]: e["chefLieu"] for e in package.entries if e["type"] in ("commune-deleguee", "commune-associee")}
    return former | parts


def _list_mayotte() -> Iterator[Movement]:
    """Mayotte became a département on 31 March 2011: its 985xx codes became 976xx, same last two digits (Insee, COG 2012)."""
    for number in range(1, 18):
        yield Movement(2011, 2012, f"985{number:02}", f"976{number:02}", "departement_change", "2011-03-31", "", "")
