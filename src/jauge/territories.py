"""Territories as codes in a vintage. (First bricks; becomes a package as the crosswalk arrives.)"""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The levels at which a figure can be read."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    PAYS = "pays"
    PERIMETRE = "perimetre"


@dataclass(frozen=True, slots=True, order=True)
class TerritoryRef:
    """A territory named by level and code, in the vintage `cog_year` (None: the newest shipped).

    >>> str(TerritoryRef.parse("commune:22278"))
    'commune:22278'
    """

    level: Level
    code: str
    cog_year: int | None = None
    country: str = "FR"

    @classmethod
    def parse(cls, text: str) -> "TerritoryRef":
        """Read `level:code`. Raises ValueError when it is not so written."""
        level, _, code = text.strip().partition(":")
        if not code:
            raise ValueError(text)
        return cls(Level(level), code)

    def __str__(self) -> str:
        return f"{self.level}:{self.code}"
