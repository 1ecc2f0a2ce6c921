"""Choropleths: classes of nearly equal numbers, every state shown otherwise than by colour alone, words made from the data."""

from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from maillage.ui.maps import Drawing, Inset, Shape, classify, describe_values, draw_choropleth

SVG = "{http://www.w3.org/2000/svg}"
SQUARES = Drawing(
    40, 10, tuple(Shape(code, f"Commune {code}", f"M{x} 0h10v10h-10z") for code, x in zip("ABCD", (0, 10, 20, 30), strict=True))
)


def _write(value):
    return f"{value:.0%}"


def _draw(**changes):
    return draw_choropleth(SQUARES, {"A": 0.03, "B": 0.54, "C": 1.0, "D": None}, title="Débit", write=_write, **changes)


@given(st.lists(st.floats(0, 1), min_size=1), st.integers(1, 7))
def test_classes_hold_every_value_once(values, count):
    classes = classify(values, count)

    assert sum(one.count for one in classes) == len(values)
    assert len(classes) <= count + 1
    assert classes[-1].high == max(values)


def test_equal_values_never_part():
    assert [one.count for one in classify([0.0] * 90 + [1.0] * 10)] == [90, 10]


def test_a_class_is_named_by_the_values_it_holds():
    classes = classify([0.0, 0.0, 0.0, 0.2, 0.5, 0.9], 2)

    assert [(one.low, one.high) for one in classes] == [(0.0, 0.0), (0.2, 0.9)]


def test_a_tile_and_an_inset_carry_their_name():
    drawing = Drawing(
        9, 9, (Shape("977", "Saint-Barthélemy", "M0 0h1v1z", label="977", label_x=1, label_y=2),), (Inset("Mayotte", 0, 0, 5, 5),)
    )
    texts = [text.text for text in ElementTree.fromstring(draw_choropleth(drawing, {}, title="Débit", write=_write)).iter(f"{SVG}text")]

    assert texts[:2] == ["977", "Mayotte"]


def test_a_map_says_in_words_what_it_shows():
    root = ElementTree.fromstring(_draw())

    assert root.find(f"{SVG}desc").text == "Débit : médiane 54%, de 3% à 100%. Sans valeur : 1 sur 4."
    assert root.get("role") == "img"


def test_a_map_hatches_what_is_missing_dots_what_is_secret_and_outlines_the_selected():
    missing, secret = _draw(), _draw(secret=frozenset("D"), selected="B")

    assert "Commune D : non disponible" in missing
    assert "-missing)" in missing
    assert "Commune D : secret statistique" in secret
    assert "-secret)" in secret
    assert secret.index("Commune C") < secret.index("Commune B")


def test_a_legend_counts_the_territories_of_each_class():
    assert "54% (1)" in _draw()
    assert "non disponible (1)" in _draw()


def test_a_map_has_no_inline_style_and_escapes_names():
    hostile = Drawing(1, 1, (Shape("A", "<script>", 'M0 0"/><x'),), (Inset("<b>", 0, 0, 1, 1),))

    svg = draw_choropleth(hostile, {"A": 1.0}, title="<i>", write=_write)

    assert "style=" not in svg
    ElementTree.fromstring(svg)
    assert "<script>" not in svg


def test_a_map_without_any_value_is_still_a_map():
    svg = draw_choropleth(SQUARES, {}, title="Débit", write=_write)

    assert "aucune valeur connue" in svg
    assert describe_values([0.5], _write) == "une seule valeur, 50%"
