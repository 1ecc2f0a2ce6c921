"""Search by name, code or postcode, in memory: exact first, then beginnings, then slips; former names lead to today's commune."""

from bisect import bisect_left
from collections import defaultdict
from functools import cache
from itertools import islice
from math import log10
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from jauge.territories import Level, TerritoryRef
from jauge.territories.spelling import fold_name
from maillage.territories import queries
from maillage.territories.data import Hit

KINDS = {
    Level.PAYS: "pays",
    Level.REGION: "région",
    Level.DEPARTEMENT: "département",
    Level.EPCI: "intercommunalité",
    Level.COMMUNE: "commune",
}
SUBCOMMUNE_KINDS = {"deleguee": "commune déléguée", "associee": "commune associée", "arrondissement": "arrondissement"}
EXACT, CODE, BEGINNING, WORD, SLIP = 100.0, 99.0, 90.0, 80.0, 70.0
SLIP_CUTOFF = 72
MOST_BEGINNINGS = 3000


class Entry(NamedTuple):
    """A name that can be searched, and where it leads."""

    ref: TerritoryRef
    name: str
    context: str
    population: int | None
    matched: str | None


class Index(NamedTuple):
    """Names folded and sorted, their entries in the same order (then those that have a code only), words and codes by row."""

    names: list[str]
    entries: list[Entry]
    by_word: list[tuple[str, int]]
    by_code: dict[str, list[int]]


@cache
def load_index() -> Index:
    """Build the index of the newest vintage, once per process."""
    vintage = queries.load_geography().vintage()
    listed = sorted(((_name_searched(entry), code, entry) for code, entry in _list_entries()), key=lambda row: row[:2])
    names = [name for name, _, _ in listed]
    coded = [(code, entry) for _, code, entry in listed]
    for commune in vintage.communes.values():
        coded += [(postcode, _describe_commune(commune.code)._replace(matched=postcode)) for postcode in commune.postcodes]
    by_code: dict[str, list[int]] = defaultdict(list)
    for row, (code, _) in enumerate(coded):
        by_code[code].append(row)
    words = sorted((word, row) for row, name in enumerate(names) for word in name.split()[1:] if len(word) > 2)
    return Index(names, [entry for _, entry in coded], words, dict(by_code))


def _name_searched(entry: Entry) -> str:
    return fold_name(entry.matched.partition(" (")[0] if entry.matched else entry.name)


def _list_entries() -> list[tuple[str, Entry]]:
    vintage = queries.load_geography().vintage()
    found = [(code, _describe_commune(code)) for code in vintage.communes]
    found += [(group_code, _describe_group(level, group_code)) for level, group_code in vintage.groups]
    for code, subcommunes in vintage.subcommunes.items():
        for part in subcommunes:
            holder = vintage.communes[part.parent]
            if part.name and fold_name(part.name) != fold_name(holder.name):
                kind = SUBCOMMUNE_KINDS.get(part.kind, "ancienne commune")
                found.append((code, _describe_commune(part.parent)._replace(matched=f"{part.name} ({kind})")))
            elif code not in vintage.communes:
                found.append((code, _describe_commune(part.parent)._replace(matched=code)))
    return found + _list_gone(vintage.communes.keys() | vintage.subcommunes.keys())


def _list_gone(known: set[str]) -> list[tuple[str, Entry]]:
    """Communes since 2008 whose name is borne neither by a commune nor by a delegated one any more."""
    links = queries.load_geography().crosswalk(2008).links
    names = queries.read_table("movements").select(["code_from", "name_from"]).to_pylist()
    gone = {row["code_from"]: row["name_from"] for row in names if row["name_from"] and row["code_from"] not in known}
    found = [(code, name, links[code][0].code_to) for code, name in gone.items() if code in links]
    return [(code, _describe_commune(target)._replace(matched=f"{name} (ancienne commune)")) for code, name, target in found]


def _describe_commune(code: str) -> Entry:
    vintage = queries.load_geography().vintage()
    commune = vintage.communes[code]
    departement = vintage.groups[Level.DEPARTEMENT, commune.departement].name
    context = f"commune, {departement} ({commune.departement})"
    return Entry(TerritoryRef(Level.COMMUNE, code), commune.name, context, commune.population, None)


def _describe_group(level: str, code: str) -> Entry:
    vintage = queries.load_geography().vintage()
    group = vintage.groups[level, code]
    population = sum(vintage.populations[member] or 0 for member in vintage.members.get((level, code), ()))
    kind = "collectivité d’outre-mer" if group.kind == "com" else KINDS[Level(level)]
    place = vintage.groups.get((Level.DEPARTEMENT, group.departement or ""))
    context = f"{kind}, {place.name} ({place.code})" if place else f"{kind} ({code})" if level == Level.DEPARTEMENT else kind
    return Entry(TerritoryRef(Level(level), code), group.name, context, population, None)


def search_territories(text: str, limit: int = 10) -> tuple[Hit, ...]:
    """Answer a search, best first; see the door."""
    asked = fold_name(text)
    if not asked:
        return ()
    scores: dict[int, float] = {}
    index = load_index()
    for row in index.by_code.get(asked.upper().replace(" ", ""), ()):
        scores[row] = CODE
    _score_names(asked, index, scores)
    if len(scores) < limit and not asked.isdigit():
        _score_slips(asked, index, scores)
    return _rank(index, scores, limit)


def _score_names(asked: str, index: Index, scores: dict[int, float]) -> None:
    """Names equal to the text, names that begin with it, names one of whose words begins with it."""
    start = bisect_left(index.names, asked)
    for row in range(start, min(start + MOST_BEGINNINGS, len(index.names))):
        if not index.names[row].startswith(asked):
            break
        score = EXACT if index.names[row] == asked else BEGINNING
        scores[row] = max(score, scores.get(row, 0))
    start = bisect_left(index.by_word, (asked, -1))
    for word, row in islice(index.by_word, start, start + MOST_BEGINNINGS):
        if not word.startswith(asked):
            break
        scores.setdefault(row, WORD)


def _score_slips(asked: str, index: Index, scores: dict[int, float]) -> None:
    """Names that look like the text: all names are compared at once, in C."""
    likeness = process.cdist([asked], index.names, scorer=fuzz.ratio, score_cutoff=SLIP_CUTOFF, dtype=np.uint8)[0]
    best = np.argsort(likeness, kind="stable")[::-1][:50]
    for row in best:
        if likeness[row]:
            scores.setdefault(int(row), SLIP * float(likeness[row]) / 100)


def _rank(index: Index, scores: dict[int, float], limit: int) -> tuple[Hit, ...]:
    """By quality of the match then inhabitants; a territory appears once, by its best name."""
    # A bonus of at most nine points: a big town whose name begins so comes before a hamlet that is named so through a former name.
    ranked = sorted(scores, key=lambda row: (-_weigh(index.entries[row], scores[row]), row))
    hits: dict[TerritoryRef, Hit] = {}
    for row in ranked:
        entry, score = index.entries[row], scores[row]
        hits.setdefault(entry.ref, Hit(entry.ref, entry.name, entry.context, score, entry.population, entry.matched))
        if len(hits) == limit:
            break
    return tuple(hits.values())


def _weigh(entry: Entry, score: float) -> float:
    inhabitants = log10(1 + (entry.population or 0))
    return score + inhabitants - (2 if entry.matched and not entry.matched.isdigit() else 0)


def suggest(text: str, limit: int = 3) -> tuple[str, ...]:
    """References of territories that look like what was asked, written `level:code`; those of the level that was named come first."""
    named, _, wanted = text.rpartition(":")
    wanted = wanted.strip()
    searched = f"0{wanted}" if len(wanted) == 4 and wanted.isdigit() else wanted  # a spreadsheet took the zero away
    found = [hit.ref for hit in search_territories(searched, 20)]
    if named in set(Level):
        found.sort(key=lambda ref: ref.level != named)
        found = [*_list_codes_like(Level(named), wanted.upper()), *found]
    return tuple(dict.fromkeys(map(str, found)))[:limit]


def _list_codes_like(level: Level, code: str) -> list[TerritoryRef]:
    """Territories of a level that hold a code of former years, whose code is this one with its lost zeros, or begins so."""
    geography = queries.load_geography()
    known = [ref for ref in geography.list_refs(level) if code]
    links = geography.crosswalk(2008).links.get(code, ()) if level is Level.COMMUNE else ()
    whole = [ref for ref in known if ref.code == code.zfill(len(ref.code))]
    return [*(TerritoryRef(level, link.code_to) for link in links), *whole, *(ref for ref in known if ref.code.startswith(code))]
