"""Reads of the reference of territories (starter/territories), kept in memory by the process."""

import re
import unicodedata
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings
from rapidfuzz import fuzz, process

from jauge.territories import Geography, Level, Territory, TerritoryRef
from maillage.settings.paths import STARTER
from maillage.territories.data import Hit


def find_folder() -> Path:
    """The folder of the reference: `MAILLAGE_TERRITORIES` in the settings, else the one that is shipped."""
    return Path(getattr(settings, "MAILLAGE_TERRITORIES", None) or STARTER / "territories")


def read_table(name: str) -> pa.Table:
    """Read one table of the reference."""
    # ParquetFile, not read_table: the latter loads pyarrow.dataset, half a second at start-up.
    return pq.ParquetFile(find_folder() / f"{name}.parquet").read()


@cache
def load_geography() -> Geography:
    """Build the geography once per process (Parquet reading; the vintages are unfolded when asked for)."""
    return Geography(**{name: read_table(name) for name in ("communes", "groups", "subcommunes", "movements")})


def fold_name(name: str) -> str:
    """Lower case, no accent, one space between words."""
    plain = unicodedata.normalize("NFKD", name.replace("œ", "oe").replace("Œ", "oe"))
    return " ".join(re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower()))


@cache
def _index_names() -> tuple[tuple[TerritoryRef, ...], tuple[str, ...], dict[str, list[int]]]:
    """All territories, their folded names, and their places by code and postcode."""
    geography = load_geography()
    refs = [ref for level in Level if level is not Level.PERIMETRE for ref in geography.list_refs(level)]
    refs.sort(key=lambda ref: -(geography.get(ref).population or 0))
    names, places = [], dict[str, list[int]]()
    for place, ref in enumerate(refs):
        territory = geography.get(ref)
        names.append(fold_name(territory.name))
        for key in {ref.code.lower(), *territory.postcodes}:
            places.setdefault(key, []).append(place)
    return tuple(refs), tuple(names), places


def search(text: str, limit: int) -> tuple[Hit, ...]:
    """Codes and postcodes, then equal names, beginnings, and near spellings; the larger population first."""
    refs, names, places = _index_names()
    asked = fold_name(text)
    if not asked:
        return ()
    found = list(places.get(asked.replace(" ", ""), ()))
    found += [i for i, name in enumerate(names) if name == asked]
    found += [i for i, name in enumerate(names) if name.startswith(asked)]
    if len(found) < limit and not asked.isdigit():
        found += [i for _, _, i in process.extract(asked, names, scorer=fuzz.ratio, limit=limit, score_cutoff=75)]
    return tuple(_tell_hit(load_geography().get(refs[i])) for i in list(dict.fromkeys(found))[:limit])


def _tell_hit(territory: Territory) -> Hit:
    """An answer with what tells it from its namesakes."""
    near = next((parent for parent in territory.parents if parent.level is Level.DEPARTEMENT), None)
    context = str(territory.ref.level) + (f", {load_geography().get(near).name}" if near else "")
    return Hit(territory.ref, territory.name, context, 1.0, territory.population)
