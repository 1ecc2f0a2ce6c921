"""Contours of communes, EPCI, départements and régions of the newest vintage, from the polygons of communes of 2018.

Simplified as a coverage (neighbours keep their common border), projected in metres, rounded to a grid of 50 m.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import shapely

from jauge.territories import CONTOURS_YEAR, Geography, Level

CONTOURS_SHA256 = "2b616135a3ea04e0aecfa04c15e1c7608188fe56752672d7aa5e97da6e53d1e7"
LAMBERT_93 = 2154
# Official projections of the départements overseas (décret 2000-1276 as amended): RGAF09 / UTM 20N, RGFG95 / UTM 22N,
# RGR92 / UTM 40S, RGM04 / UTM 38S.
OVERSEAS_SRIDS = {"971": 5490, "972": 5490, "973": 2972, "974": 2975, "976": 4471}
GRID_M = 50
# Tolerances of simplification, metres (the square root of the area of the triangles that are flattened).
TOLERANCES_M = {Level.COMMUNE: 350, Level.EPCI: 700, Level.DEPARTEMENT: 1200, Level.REGION: 1500}
MARK_SIDE_M = 1500
SCHEMA = pa.schema(
    {
        "level": pa.string(),
        "code": pa.string(),
        "srid": pa.int32(),
        "drawn": pa.string(),
        "geometry": pa.binary(),
        "label_x": pa.int32(),
        "label_y": pa.int32(),
    }
)
Geometries = dict[str, Any]


def make_contours(file: Path, geography: Geography) -> pa.Table:
    """One row per territory of the newest vintage that has a contour: level, code, srid, drawn, geometry (WKB), label point."""
    found = hashlib.sha256(file.read_bytes()).hexdigest()
    if found != CONTOURS_SHA256:
        raise ValueError(f"{file.name}: sha256 {found}, expected {CONTOURS_SHA256}")
    old = simplify_coverage(project(read_polygons(file)), TOLERANCES_M[Level.COMMUNE])
    communes, drawn = draw_todays_communes(old, geography)
    rows = list(_list_rows(Level.COMMUNE, communes, drawn, geography))
    whole = {code: shape for code, shape in communes.items() if drawn[code] != "inside_parent"}
    for level in (Level.EPCI, Level.DEPARTEMENT, Level.REGION):
        groups = unite(whole, {code: group for code in whole if (group := geography.vintage().find_group(code, level))})
        simplified = simplify_coverage(groups, TOLERANCES_M[level])
        rows += _list_rows(level, simplified, dict.fromkeys(simplified, "union"), geography)
    return pa.Table.from_pylist(rows, SCHEMA)


def read_polygons(file: Path) -> Geometries:
    """Read the polygons by code, longitude and latitude; the invalid one is mended."""
    table = pq.read_table(file, columns=["code", "geometry"])
    shapes = shapely.from_wkb(np.array(table["geometry"].to_pylist(), dtype=object))
    invalid = ~shapely.is_valid(shapes)
    shapes[invalid] = mend(shapes[invalid])
    return dict(zip(table["code"].to_pylist(), shapes, strict=True))


def find_srid(code: str) -> int:
    """The projection of a commune or département code: Lambert-93, or that of the département overseas."""
    return OVERSEAS_SRIDS.get(code[:3], LAMBERT_93)


def project(shapes: Geometries) -> Geometries:
    """Project each polygon into the metres of its part of France. A vertex shared by two polygons stays shared."""
    projected = {}
    for srid, codes in _group_by(shapes, find_srid).items():
        transform = pyproj.Transformer.from_crs(4326, srid, always_xy=True).transform
        flat = shapely.transform([shapes[code] for code in codes], lambda xy, t=transform: np.column_stack(t(xy[:, 0], xy[:, 1])))
        projected |= dict(zip(codes, flat, strict=True))
    return projected


def simplify_coverage(shapes: Geometries, tolerance: float) -> Geometries:
    """Simplify neighbours together: what was a common border stays one."""
    codes = sorted(shapes)
    simplified = shapely.coverage_simplify(np.array([shapes[code] for code in codes], dtype=object), tolerance)
    return dict(zip(codes, simplified, strict=True))


def mend(shapes: Any) -> Any:
    """Make polygons valid, keeping areas only."""
    return shapely.make_valid(shapes, method="structure", keep_collapsed=False)


def round_to_grid(shape: Any) -> Any:
    """Round the vertices to the grid; one shared by two polygons is rounded to the same place for both."""
    return shapely.transform(shape, lambda xy: np.round(xy / GRID_M) * GRID_M)


def unite(shapes: Geometries, group_of: Mapping[str, str]) -> Geometries:
    """Unite the shapes of each group, exactly along their common borders."""
    groups = _group_by(group_of, lambda code: group_of[code])
    return {group: _unite_neighbours([shapes[code] for code in codes]) for group, codes in sorted(groups.items())}


def _unite_neighbours(shapes: list[Any]) -> Any:
    return mend(shapely.coverage_union_all(shapes)) if len(shapes) > 1 else shapes[0]


def draw_todays_communes(old: Geometries, geography: Geography) -> tuple[Geometries, dict[str, str]]:
    """Today's communes: exact, united from those that merged since, or a mark inside the commune they were part of in 2018."""
    walk = geography.crosswalk(CONTOURS_YEAR, geography.newest)
    holders = {code: next((link.code_to for link in walk.links[code] if link.code_to == code), walk.links[code][0].code_to) for code in old}
    shapes = unite(old, holders)
    drawn = dict.fromkeys(shapes, "exact") | {code: "union" for code, n in _count(holders.values()).items() if n > 1}
    restored = [(link.code_to, code) for code in sorted(old) for link in walk.links[code] if link.code_to not in shapes]
    rank: dict[str, int] = defaultdict(int)
    for code, parent in restored:
        shapes[code], drawn[code] = mark_inside(shapes[holders[parent]], rank[parent]), "inside_parent"
        rank[parent] += 1
    return shapes, drawn


def mark_inside(parent: Any, rank: int) -> Any:
    """A square that stands for a commune whose borders are not known, inside its parent (the `rank`-th beside the label)."""
    point = shapely.point_on_surface(parent)
    x, y = point.x + (rank + 0.5) * MARK_SIDE_M * 1.2, point.y - MARK_SIDE_M / 2
    return shapely.box(x, y, x + MARK_SIDE_M, y + MARK_SIDE_M)


def _list_rows(level: Level, shapes: Geometries, drawn: Mapping[str, str], geography: Geography) -> Iterable[dict[str, Any]]:
    vintage = geography.vintage()
    for code in sorted(shapes):
        shape = shapes[code]
        if level is Level.COMMUNE:
            place = vintage.communes[code].departement
        else:
            place = vintage.communes[vintage.members[level, code][0]].departement
        label = shapely.point_on_surface(mend(shape))
        yield {
            "level": str(level),
            "code": code,
            "srid": find_srid(place),
            "drawn": drawn[code],
            "geometry": shapely.to_wkb(round_to_grid(shape)),
            "label_x": round(label.x),
            "label_y": round(label.y),
        }


def _group_by(items: Iterable[str], key: Any) -> dict[Any, list[str]]:
    groups: dict[Any, list[str]] = defaultdict(list)
    for item in sorted(items):
        groups[key(item)].append(item)
    return groups


def _count(values: Iterable[str]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for value in values:
        counts[value] += 1
    return counts
