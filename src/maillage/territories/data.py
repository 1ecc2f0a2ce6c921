"""The types that pass through the room's door."""

from dataclasses import dataclass
from enum import StrEnum

from jauge.territories import TerritoryRef


class Drawn(StrEnum):
    """How a territory's contour is known."""

    EXACT = "exact"
    UNION = "union"  # united from the communes it is made of
    INSIDE_PARENT = "inside_parent"  # restored after the contours' year: a mark inside the commune it was part of; to be hatched
    TILE = "tile"  # no contour is known (collectivities overseas): a labelled square


@dataclass(frozen=True, slots=True)
class Shape:
    """A territory as an SVG path (fill-rule evenodd) in its map's viewBox, with a point inside for its label."""

    ref: TerritoryRef
    name: str
    path_d: str
    label_x: int
    label_y: int
    drawn: Drawn


@dataclass(frozen=True, slots=True)
class Inset:
    """The border of a part overseas drawn apart: its name and rectangle in the viewBox; the name stands under its upper edge."""

    name: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Contours:
    """The shapes of a map; `viewbox` is (x, y, width, height) of the SVG."""

    shapes: tuple[Shape, ...]
    viewbox: tuple[int, int, int, int]
    insets: tuple[Inset, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """An answer of the search: «Lannion», «commune, Côtes-d’Armor (22)»; `matched` is the old or other name that led there."""

    ref: TerritoryRef
    name: str
    context: str
    score: float
    population: int | None
    matched: str | None = None

    @property
    def label(self) -> str:
        """Name and context on one line, with the name that led there where it is another."""
        through = f"{self.matched} → " if self.matched else ""
        return f"{through}{self.name} — {self.context}"
