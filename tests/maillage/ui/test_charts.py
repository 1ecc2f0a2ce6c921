"""Charts: words from the data, the colour of the page, drawn once."""

from xml.etree import ElementTree

import pytest

from maillage.ui import charts
from maillage.ui.charts import Bar, Dot, draw_bars, draw_series

BARS = [Bar("Débit", "Côtes-d’Armor", 0.45, "45 %", here=True), Bar("Débit", "France", 0.6, "60 %")]


def test_a_chart_says_its_values_in_words_and_takes_the_colour_of_the_page(tmp_path):
    svg = draw_bars(BARS, title="Repères", cache=tmp_path)

    root = ElementTree.fromstring(svg)
    assert root.get("aria-label") == "Repères : Débit, Côtes-d’Armor, 45 % ; Débit, France, 60 %."
    assert "style=" not in svg
    assert "currentColor" in svg
    assert 'fill="white"' not in svg


def test_a_chart_is_drawn_once(tmp_path, monkeypatch):
    first = draw_bars(BARS, title="Repères", cache=tmp_path)

    def refuse(_):
        pytest.fail("drawn twice")

    monkeypatch.setattr(charts, "_render", refuse)
    assert draw_bars(BARS, title="Repères", cache=tmp_path) == first


def test_a_series_is_not_drawn_across_its_break(tmp_path):
    whole = draw_series([Dot(str(year), 0.1 * year, "x") for year in range(6)], title="Fibre", cache=tmp_path)
    broken = draw_series([Dot(str(year), 0.1 * year, "x", run=year // 3) for year in range(6)], title="Fibre", cache=tmp_path)

    line = 'stroke="#0b5c6b" stroke-width="2"'
    assert (whole.count(line), broken.count(line)) == (1, 2)
