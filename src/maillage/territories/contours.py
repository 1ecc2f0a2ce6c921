"""Contours as SVG paths: mainland in its own frame, départements overseas in insets beside it, collectivities as tiles."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import shapely

from jauge.territories import Level, TerritoryRef
from maillage.territories import queries
from maillage.territories.data import Contours, Drawn, Inset, Shape

SIDE = 2000  # longest side of the main frame, in units of the viewBox
INSET_SIDE = 300
INSET_NAME = 64  # height kept for the name, above the outline
GAP = 30
TILE_SIDE = 90
TILES_BY_ROW = 18
LAMBERT_93 = 2154
# Insets in the order of the official codes: Guadeloupe and Martinique share a projection (5490) and part at this northing.
ANTILLES, ANTILLES_NORTHING = 5490, 1_720_000
MAINLAND = "France métropolitaine"
FRAMES = (MAINLAND, "Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte")
FRAME_OF_SRID = {LAMBERT_93: MAINLAND, 2972: "Guyane", 2975: "La Réunion", 4471: "Mayotte"}


class Outline(NamedTuple):
    """A stored contour: metres in the projection `srid`, and a point inside."""

    srid: int
    drawn: str
    geometry: bytes
    label_x: int
    label_y: int


def _choose_frame(outline: Outline) -> str:
    if outline.srid == ANTILLES:
        return "Guadeloupe" if outline.label_y > ANTILLES_NORTHING else "Martinique"
    return FRAME_OF_SRID[outline.srid]


class _Frame(NamedTuple):
    """Where metres go in the viewBox: x = (east − west) · scale + left, y = (north − northing) · scale + top."""

    west: float
    north: float
    scale: float
    left: float
    top: float

    def place(self, xy: Any) -> Any:
        """Points in metres, array (n, 2), to whole units of the viewBox."""
        units = np.column_stack(((xy[:, 0] - self.west) * self.scale + self.left, (self.north - xy[:, 1]) * self.scale + self.top))
        return np.rint(units).astype(np.int64)


@cache
def load_outlines() -> dict[tuple[str, str], Outline]:
    """The stored contours by (level, code)."""
    table = queries.read_table("contours")
    columns = [table[name].to_pylist() for name in ("level", "code", *Outline._fields)]
    return {(row[0], row[1]): Outline(*row[2:]) for row in zip(*columns, strict=True)}


def draw_contours(refs: Iterable[TerritoryRef]) -> Contours:
    """Draw territories of the newest vintage on one map. Those without contour become tiles under it."""
    outlines = load_outlines()
    refs = list(dict.fromkeys(refs))
    outlined = [(ref, outlines[ref.level, ref.code]) for ref in refs if (ref.level, ref.code) in outlines]
    tiled = [ref for ref in refs if (ref.level, ref.code) not in outlines]
    by_frame: dict[str, list[tuple[TerritoryRef, Outline]]] = defaultdict(list)
    for ref, outline in outlined:
        by_frame[_choose_frame(outline)].append((ref, outline))
    geometries = {name: shapely.from_wkb([outline.geometry for _, outline in items]) for name, items in by_frame.items()}
    frames, insets, size = _lay_frames(geometries)
    shapes = [
        _draw_shape(ref, outline, geometry, frames[name])
        for name, items in sorted(by_frame.items(), key=lambda pair: FRAMES.index(pair[0]))
        for (ref, outline), geometry in zip(items, geometries[name], strict=True)
    ]
    tiles, height = _lay_tiles(tiled, top=size[1])
    width = max(size[0], GAP + min(len(tiled), TILES_BY_ROW) * (TILE_SIDE + GAP) if tiled else 0)
    return Contours(shapes=(*shapes, *tiles), viewbox=(0, 0, width, height), insets=insets)


def _lay_frames(geometries: dict[str, Any]) -> tuple[dict[str, _Frame], tuple[Inset, ...], tuple[int, int]]:
    """One frame alone fills the map; with several, the mainland does and the others stand in a column of insets on its left."""
    if not geometries:
        return {}, (), (0, 0)
    if len(geometries) == 1:
        name, shapes = next(iter(geometries.items()))
        frame, size = _fit(shapes, SIDE, GAP, GAP)
        return {name: frame}, (), (size[0] + 2 * GAP, size[1] + 2 * GAP)
    inset_height = INSET_SIDE + INSET_NAME
    overseas = [name for name in FRAMES[1:] if name in geometries]
    frames, insets = {}, []
    for rank, name in enumerate(overseas):
        top = GAP + rank * (inset_height + GAP)
        frames[name], _ = _fit(geometries[name], INSET_SIDE - 2 * GAP, 2 * GAP, top + INSET_NAME + GAP)
        insets.append(Inset(name, GAP, top, INSET_SIDE, inset_height))
    width, height = INSET_SIDE + 2 * GAP, GAP + len(overseas) * (inset_height + GAP)
    if MAINLAND in geometries:
        frames[MAINLAND], size = _fit(geometries[MAINLAND], SIDE, width, GAP)
        width, height = width + size[0] + GAP, max(height, size[1] + 2 * GAP)
    return frames, tuple(insets), (width, height)


def _fit(shapes: Any, side: float, left: float, top: float) -> tuple[_Frame, tuple[int, int]]:
    """The frame that gives the longest side of the shapes `side` units, and the size it takes."""
    west, south, east, north = shapely.total_bounds(shapes)
    scale = side / max(east - west, north - south, 1.0)
    return _Frame(west, north, scale, left, top), (round((east - west) * scale), round((north - south) * scale))


def _draw_shape(ref: TerritoryRef, outline: Outline, geometry: Any, frame: _Frame) -> Shape:
    label = frame.place(np.array([[outline.label_x, outline.label_y]]))[0]
    return Shape(ref, _name(ref), write_path(geometry, frame.place), int(label[0]), int(label[1]), Drawn(outline.drawn))


def write_path(geometry: Any, place: Any) -> str:
    """Write a polygon as an SVG path of whole units, relative moves, points that fall on the same unit dropped.

    A ring that shrinks to less than a triangle is left out, unless nothing else is left of the territory.
    """
    rings = [ring for part in shapely.get_parts(geometry) for ring in shapely.get_rings(part)]
    written = [text for ring in rings if (text := _write_ring(place(shapely.get_coordinates(ring))))]
    if written or not rings:
        return "".join(written)
    x, y = place(shapely.get_coordinates(rings[0]))[0]
    return f"M{x} {y}h1v1h-1z"


def _write_ring(points: Any) -> str:
    steps = np.diff(points, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    if len(steps) < 3:
        return ""
    # The last step only goes back to the first point: `z` does it.
    return f"M{points[0][0]} {points[0][1]}l" + " ".join(f"{x} {y}" for x, y in steps[:-1].tolist()) + "z"


def _lay_tiles(refs: Sequence[TerritoryRef], *, top: int) -> tuple[list[Shape], int]:
    tiles = []
    for rank, ref in enumerate(refs):
        x, y = GAP + rank % TILES_BY_ROW * (TILE_SIDE + GAP), top + GAP + rank // TILES_BY_ROW * (TILE_SIDE + GAP)
        path = f"M{x} {y}h{TILE_SIDE}v{TILE_SIDE}h-{TILE_SIDE}z"
        tiles.append(Shape(ref, _name(ref), path, x + TILE_SIDE // 2, y + TILE_SIDE + GAP - 4, Drawn.TILE))
    rows = -(-len(refs) // TILES_BY_ROW)
    return tiles, top + (rows * (TILE_SIDE + GAP) + GAP if refs else 0)


@cache
def draw_level(level: Level, within: TerritoryRef | None) -> Contours:
    """All territories of a level inside another (None: the country and the collectivities overseas), drawn once."""
    geography = queries.load_geography()
    refs = geography.members(within, level) if within else geography.list_refs(level)
    return draw_contours(refs)


def _name(ref: TerritoryRef) -> str:
    vintage = queries.load_geography().vintage()
    return vintage.communes[ref.code].name if ref.level is Level.COMMUNE else vintage.groups[ref.level, ref.code].name
