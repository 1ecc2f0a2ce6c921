"""Sources of points without a commune: where their rows go, what is refused, and how far the simplified contours may be trusted."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pyproj
import pytest
import shapely

from jauge.territories.projections import LAMBERT_93
from maillage.observatory.inputs import place_points
from maillage.observatory.reference import read_reference
from maillage.observatory.sources import load_sources
from maillage.territories.api import get_geography

ROOT = Path(__file__).resolve().parents[3]
SITES = "arcep_mobile_sites_2018"


def place(*points: tuple[float, float]) -> tuple[dict[int, pa.Table], pa.Table]:
    x, y = zip(*points, strict=True)
    table = pa.table({"x_l93": x, "y_l93": y, "site_4g": [True] * len(x), "_line": list(range(2, len(x) + 2))})
    return place_points(load_sources(ROOT / "definitions")[SITES], table, read_reference(ROOT / "starter/territories", get_geography()))


def test_points_are_placed_in_todays_communes_and_those_of_a_divided_one_in_its_old_borders() -> None:
    lannion, essarts, lake = (225_000.0, 6_872_000.0), (384_500.0, 6_639_800.0), (981_772.0, 6_607_248.0)

    tables, rejects = place(lannion, essarts, lake)

    assert {year: table["code"].to_pylist() for year, table in tables.items()} == {2018: ["85084"], 2026: ["22113"]}
    assert [(row["line"], row["code"]) for row in rejects.to_pylist()] == [(4, "outside_contours")]


@pytest.mark.real_data
@pytest.mark.slow
def test_simplified_contours_misplace_fewer_than_three_sites_in_a_hundred(real_data: Path) -> None:
    """docs/algorithms/placing.md quotes this bound."""
    sites = pa.csv.read_csv(real_data / "observatory/mobile/arcep_sites_mobiles_metropole_2018T1.csv")
    exact = pq.read_table(real_data / "geography/communes-contours-2018.parquet")
    shapes = shapely.make_valid(shapely.from_wkb(np.array(exact["geometry"].to_pylist(), dtype=object)))
    x, y = (sites[name].to_numpy().astype(float) for name in ("x_l93", "y_l93"))
    degrees = pyproj.Transformer.from_crs(LAMBERT_93, 4326, always_xy=True).transform(x, y)
    point, shape = shapely.STRtree(shapes).query(shapely.points(*degrees), predicate="intersects")
    walk = get_geography().crosswalk(2018)
    codes = np.array(exact["code"].to_pylist())
    contours = read_reference(ROOT / "starter/territories", get_geography()).read_contours()

    placed = contours.find_communes(x, y, LAMBERT_93)

    holders = [{link.code_to for link in walk.links[code]} for code in codes[shape]]
    misplaced = sum(placed[one] not in holder for one, holder in zip(point, holders, strict=True))
    print(f"{misplaced} of {len(point)} sites: {misplaced / len(point):.4f}")
    assert misplaced / len(point) < 0.03
