"""Diagnoses on the release in memory; nothing kept from one test to the next."""

import pytest

from jauge.territories import TerritoryRef
from maillage.diagnoses import operations, pictures, queries
from maillage.ui.maps import Drawing, Shape


@pytest.fixture(autouse=True)
def folder_of_kept_diagnoses(tmp_path, monkeypatch):
    """A folder of kept diagnoses and charts for this test alone."""
    monkeypatch.setattr(operations, "KEPT", tmp_path / "diagnoses")
    monkeypatch.setattr(pictures, "CHARTS", tmp_path / "charts")
    return tmp_path / "diagnoses"


@pytest.fixture
def squares(monkeypatch):
    """Every piece of a map as a square: contours are another room's."""

    def draw(ground, level):
        refs = list(queries.list_pieces(ground, level).items())
        return Drawing(10.0 * len(refs), 10, tuple(Shape(ref.code, name, f"M{10 * n} 0h9v9h-9z") for n, (ref, name) in enumerate(refs)))

    monkeypatch.setattr(queries, "draw_ground", draw)


@pytest.fixture
def lannion() -> TerritoryRef:
    return TerritoryRef.parse("commune:22113")
