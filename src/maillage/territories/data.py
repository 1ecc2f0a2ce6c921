"""The types that pass through the room's door."""

from dataclasses import dataclass

from jauge.territories import TerritoryRef


@dataclass(frozen=True, slots=True)
class Hit:
    """An answer of the search: «Lannion», «commune, Côtes-d’Armor (22)»; `matched` is the old or other name that led there."""

    ref: TerritoryRef
    name: str
    context: str
    score: float
    population: int | None
    matched: str | None = None
