"""Points in communes: the projections agree with PROJ, each point goes to the commune that holds it, or to none."""

import numpy as np
import pyarrow as pa
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from jauge.territories import CommuneContours
from jauge.territories.projections import LAMBERT_93, ZONES, find_srids, project

CORNERS = {
    LAMBERT_93: (-5.2, 41.3, 9.6, 51.1),
    5490: (-61.9, 14.3, -60.8, 16.6),
    2972: (-54.7, 2.1, -51.6, 5.8),
    2975: (55.2, -21.4, 55.9, -20.8),
    4471: (45.0, -13.1, 45.4, -12.6),
}


@pytest.mark.parametrize("srid", [LAMBERT_93, *ZONES])
@given(east=st.floats(0, 1), north=st.floats(0, 1))
def test_a_projection_agrees_with_proj_to_the_centimetre(srid: int, east: float, north: float) -> None:
    west, south, right, top = CORNERS[srid]
    longitude, latitude = np.array([west + east * (right - west)]), np.array([south + north * (top - south)])

    ours = project(longitude, latitude, srid)

    geographic = pyproj.CRS(srid).geodetic_crs
    theirs = pyproj.Transformer.from_crs(geographic, srid, always_xy=True).transform(longitude, latitude)
    assert np.abs(np.subtract(ours, theirs)).max() < 0.01
    assert find_srids(longitude, latitude).tolist() == [srid]


def make_contours(**squares: tuple[float, float, str]) -> CommuneContours:
    """Squares of 10 km by code: west and south in Lambert-93 metres, and how they are drawn."""
    rows = [
        ("commune", code[1:], LAMBERT_93, drawn, shapely.to_wkb(shapely.box(x, y, x + 1e4, y + 1e4)))
        for code, (x, y, drawn) in squares.items()
    ]
    schema = pa.schema({"level": pa.string(), "code": pa.string(), "srid": pa.int32(), "drawn": pa.string(), "geometry": pa.binary()})
    return CommuneContours(pa.Table.from_pylist([dict(zip(schema.names, row, strict=True)) for row in rows], schema))


def test_a_point_goes_to_the_commune_that_holds_it_else_to_the_nearest_within_a_kilometre() -> None:
    contours = make_contours(_01002=(1e4, 0, "exact"), _01001=(0, 0, "union"), _01003=(2e3, 2e3, "inside_parent"))
    points = [(5e3, 5e3), (1.5e4, 5e3), (1e4, 5e3), (2.05e4, 5e3), (2.2e4, 5e3), (np.nan, 5e3), (3e3, 3e3)]

    found = contours.find_communes(*map(np.array, zip(*points, strict=True)), LAMBERT_93)

    assert found.tolist() == ["01001", "01002", "01001", "01002", None, None, "01001"]


def test_no_point_gives_no_commune() -> None:
    assert make_contours(_01001=(0, 0, "exact")).find_communes_at(np.array([]), np.array([])).tolist() == []


def test_a_point_of_a_part_of_france_without_contours_is_in_none() -> None:
    assert make_contours(_01001=(0, 0, "exact")).find_communes_at(np.array([55.5]), np.array([-21.1])).tolist() == [None]
