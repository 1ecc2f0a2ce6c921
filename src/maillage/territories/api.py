"""The door of the room: what territories are, what they hold, how they move from one COG year to another. No queries."""

from jauge.territories import Geography, Level, Territory, TerritoryRef, UnknownTerritory, UnknownVintage
from maillage.territories import queries
from maillage.territories.data import Hit

__all__ = [
    "Hit",
    "Level",
    "Territory",
    "TerritoryRef",
    "UnknownTerritory",
    "UnknownVintage",
    "get_geography",
    "get_territory",
    "list_members",
    "parse_territory",
    "search_territories",
]


def get_geography() -> Geography:
    """The official geography in all shipped vintages, loaded once per process."""
    return queries.load_geography()


def get_territory(ref: TerritoryRef) -> Territory:
    """Describe a territory. Raises UnknownTerritory (with suggestions), UnknownVintage."""
    return get_geography().get(ref)


def parse_territory(text: str) -> TerritoryRef:
    """Read `commune:22278`, `epci:…`, `departement:22`, `region:53`, `pays:FR`. Raises UnknownTerritory (with suggestions)."""
    try:
        ref = TerritoryRef.parse(text)
    except ValueError:
        raise UnknownTerritory(text) from None
    if ref.level is not Level.PERIMETRE:
        get_territory(ref)
    return ref


def list_members(ref: TerritoryRef, level: Level = Level.COMMUNE) -> tuple[TerritoryRef, ...]:
    """The territories of `level` inside this one, in order of code. Raises UnknownTerritory, UnknownVintage."""
    return get_geography().members(ref, level)


def search_territories(text: str, limit: int = 10) -> tuple[Hit, ...]:
    """Territories by name, code or postcode, best first; a slip or a missing accent is forgiven."""
    return queries.search(text, limit)
