"""The door of the room: what territories are, what they hold, how they move from one COG year to another. No queries."""

from collections.abc import Iterable

from jauge.territories import Geography, Level, Territory, TerritoryRef, UnknownTerritory, UnknownVintage, spelling
from maillage.territories import contours, queries, search
from maillage.territories.data import Contours, Drawn, Hit, Shape

__all__ = [
    "Contours",
    "Drawn",
    "Hit",
    "Level",
    "Shape",
    "Territory",
    "TerritoryRef",
    "UnknownTerritory",
    "UnknownVintage",
    "carry_ref",
    "fold_name",
    "get_contours",
    "get_geography",
    "get_level_contours",
    "get_territory",
    "list_members",
    "parse_territory",
    "search_territories",
    "warm_up",
]


def get_geography() -> Geography:
    """The official geography in all shipped vintages, loaded once per process."""
    return queries.load_geography()


def get_territory(ref: TerritoryRef) -> Territory:
    """Describe a territory. Raises UnknownTerritory (with suggestions), UnknownVintage."""
    try:
        return get_geography().get(ref)
    except UnknownTerritory:
        raise UnknownTerritory(ref, search.suggest(str(ref))) from None


def parse_territory(text: str) -> TerritoryRef:
    """Read `commune:22278`, `epci:…`, `departement:22`, `region:53`, `pays:FR`. Raises UnknownTerritory (with suggestions)."""
    try:
        ref = TerritoryRef.parse(text)
    except ValueError:
        raise UnknownTerritory(text[:100], search.suggest(text)) from None
    if ref.level is not Level.PERIMETRE:
        get_territory(ref)
    return ref


def list_members(ref: TerritoryRef, level: Level = Level.COMMUNE) -> tuple[TerritoryRef, ...]:
    """The territories of `level` inside this one, in order of code. Raises UnknownTerritory, UnknownVintage."""
    return get_geography().members(ref, level)


def fold_name(name: str) -> str:
    """A name as searches and sorts compare it: no case, no accent, no hyphen, «St» written out."""
    return spelling.fold_name(name)


def carry_ref(ref: TerritoryRef, to_year: int | None = None) -> tuple[TerritoryRef, ...]:
    """The territories of `to_year` (None: the newest) that hold the land of `ref`, most inhabited part first.

    A group that keeps its code is itself; an EPCI that is gone is answered by those that hold its communes.
    Raises UnknownTerritory, UnknownVintage.
    """
    return get_geography().carry_ref(ref, to_year)


def search_territories(text: str, limit: int = 10) -> tuple[Hit, ...]:
    """Find communes, EPCI, départements, régions and the country by name, code or postcode; best first.

    Forgives accents, apostrophes, hyphens, «St», slips; the name or code of a former commune leads to today's. Empty for an
    empty text; only the first hundred characters are read.
    """
    return search.search_territories(text, limit)


def warm_up() -> None:
    """Load what searches, maps and former codes read, else loaded by the first who asks (some seconds)."""
    search.load_index()
    contours.load_outlines()
    geography = queries.load_geography()
    geography.crosswalk(geography.newest)


def get_contours(refs: Iterable[TerritoryRef]) -> Contours:
    """Draw the given territories (newest vintage) on one map: SVG paths, viewBox, insets. Raises KeyError for an unknown one."""
    return contours.draw_contours(refs)


def get_level_contours(level: Level, within: TerritoryRef | None = None) -> Contours:
    """Draw all territories of `level` inside `within` (None: everywhere, collectivities as tiles); kept in memory.

    Raises UnknownTerritory.
    """
    return contours.draw_level(level, within)
