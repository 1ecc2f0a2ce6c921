"""How a territory is named: a level and a code, in a vintage of the official geographic code (COG)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar


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


class UnknownName(LookupError):
    """Nothing bears the name asked for; `suggestions` are names that something does."""

    code: ClassVar[str] = "unknown_name"

    def __init__(self, asked: object, suggestions: Sequence[str] = ()) -> None:
        super().__init__(str(asked))
        self.asked = str(asked)
        self.suggestions = tuple(suggestions)


class UnknownTerritory(UnknownName):
    """No territory bears that name or code in that vintage; `suggestions` are names that do (`commune:22278`)."""

    code = "unknown_territory"


class UnknownVintage(LookupError):
    """No COG vintage of that year is shipped; `years` are those that are."""

    code = "unknown_vintage"

    def __init__(self, year: int, years: Sequence[int]) -> None:
        super().__init__(f"no COG vintage {year}; there are {', '.join(map(str, years))}")
        self.year = year
        self.years = tuple(years)
