"""Contours: shared borders kept, merged communes united, insets and tiles in their place."""

import numpy as np
import pytest
import shapely

from maillage.territories import api, contours
from maillage.territories.api import Drawn, Level, TerritoryRef


def read_shapes(level: str) -> dict[str, object]:
    found = {code: outline for (lv, code), outline in contours.load_outlines().items() if lv == level and outline.drawn != "inside_parent"}
    shapes = shapely.from_wkb([outline.geometry for outline in found.values()])
    return dict(zip(found, shapely.make_valid(shapes), strict=True))


def test_every_territory_outside_the_collectivities_has_a_contour() -> None:
    outlines = contours.load_outlines()
    geography = api.get_geography()

    for level in (Level.COMMUNE, Level.EPCI, Level.DEPARTEMENT, Level.REGION):
        missing = [ref for ref in geography.members(TerritoryRef.parse("pays:FR"), level) if (level, ref.code) not in outlines]
        assert missing == []


def test_neighbours_neither_overlap_nor_leave_slivers() -> None:
    """The area of the union of a département's communes is the sum of theirs, to one part in two thousand (grid of 50 m)."""
    shapes = read_shapes("commune")
    for departement in ("22", "69", "974", "2A"):
        members = [ref.code for ref in api.list_members(TerritoryRef(Level.DEPARTEMENT, departement))]
        parts = [shapes[code] for code in members if code in shapes]

        total = sum(shapely.area(parts))
        assert shapely.area(shapely.union_all(parts)) == pytest.approx(total, rel=0.0005)


def test_a_departement_covers_its_communes() -> None:
    communes, departements = read_shapes("commune"), read_shapes("departement")
    parts = [communes[ref.code] for ref in api.list_members(TerritoryRef.parse("departement:22"))]

    # Its own border is simplified a second time, so that the areas agree within one percent only.
    assert shapely.area(departements["22"]) == pytest.approx(sum(shapely.area(parts)), rel=0.01)


def test_a_merged_commune_is_a_union_and_a_restored_one_a_mark_inside_its_parent() -> None:
    drawn = {code: outline.drawn for (level, code), outline in contours.load_outlines().items() if level == "commune"}

    assert drawn["24325"] == "union"
    assert drawn["22113"] == "exact"
    # 60694 was a commune of its own in 2018: its contour is known.
    assert sorted(code for code, how in drawn.items() if how == "inside_parent") == [
        "14666",
        "15031",
        "15035",
        "15047",
        "15171",
        "85165",
        "85212",
    ]


def test_a_national_map_has_five_insets_beside_the_mainland_and_eight_tiles() -> None:
    drawing = api.get_level_contours(Level.DEPARTEMENT)
    by_code = {shape.ref.code: shape for shape in drawing.shapes}
    mainland_west = min(shape.label_x for code, shape in by_code.items() if len(code) == 2)

    assert len(drawing.shapes) == 109
    assert [inset.name for inset in drawing.insets] == ["Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte"]
    assert all(by_code[code].label_x < mainland_west for code in ("971", "972", "973", "974", "976"))
    assert sorted(shape.ref.code for shape in drawing.shapes if shape.drawn is Drawn.TILE) == [
        "975",
        "977",
        "978",
        "984",
        "986",
        "987",
        "988",
        "989",
    ]


@pytest.mark.parametrize("name", ["departement:22", "departement:974", "departement:75", "region:11", "epci:200046977"])
def test_labels_and_paths_lie_inside_the_viewbox(name: str) -> None:
    drawing = api.get_level_contours(Level.COMMUNE, TerritoryRef.parse(name))
    x, y, width, height = drawing.viewbox

    for shape in drawing.shapes:
        assert shape.path_d.startswith("M") and shape.path_d.endswith("z")
        assert x <= shape.label_x <= x + width
        assert y <= shape.label_y <= y + height


def test_communes_without_contour_are_tiles() -> None:
    drawing = api.get_level_contours(Level.COMMUNE, TerritoryRef.parse("departement:988"))

    assert {shape.drawn for shape in drawing.shapes} == {Drawn.TILE}
    assert len({(shape.label_x, shape.label_y) for shape in drawing.shapes}) == 33
    assert max(shape.label_x for shape in drawing.shapes) < drawing.viewbox[2]


def test_no_territory_draws_an_empty_map() -> None:
    assert api.get_contours([]).shapes == ()


def test_a_path_returns_to_the_rings_vertices() -> None:
    square = shapely.box(0, 0, 3, 2)

    assert contours.write_path(square, lambda xy: np.rint(xy).astype(int)) == "M3 0l0 2 -3 0 0 -2z"


def test_a_territory_smaller_than_a_unit_still_shows() -> None:
    speck = shapely.box(0, 0, 0.1, 0.1)

    assert contours.write_path(speck, lambda xy: np.rint(xy).astype(int)) == "M0 0h1v1h-1z"
