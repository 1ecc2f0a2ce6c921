"""Maps of territories by class of value (choropleths) as SVG, for pages and for documents.

No inline style (the pages' content security policy refuses it): colours are presentation attributes, which a page's style sheet may
override by class. Missing is hatched, secret is dotted, the selected territory is outlined: nothing is said by colour alone, and the
table of the same figures always stands beside (the caller gives it).
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from itertools import pairwise
from statistics import median

CLASSES = 5  # more cannot be told apart in grey print
# Five steps of cividis (Nuñez, Anderton, Renslow 2018), from the lightest (least) to the darkest: even in lightness, so also in grey.
COLOURS = ("#fdea9a", "#c9b96f", "#8f8a75", "#575d6d", "#122e5b")
LEGEND_LINE, LEGEND_WIDTH, SWATCH = 22, 190, 16
FONT = 13
FAMILY = "Libertinus Serif, Atkinson Hyperlegible Next, serif"  # documents carry the first, pages the second


@dataclass(frozen=True, slots=True)
class Shape:
    """A territory to draw: `path` is SVG path data in the drawing's units. `inside`: drawn within its parent (restored commune).

    `label` is written at (label_x, label_y) where the outline tells nothing by itself (the tile of a collectivity overseas).
    """

    code: str
    name: str
    path: str
    inside: bool = False
    label: str = ""
    label_x: float = 0
    label_y: float = 0


@dataclass(frozen=True, slots=True)
class Inset:
    """The frame of a part drawn apart (overseas): its name and rectangle in the drawing's units."""

    name: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """Territories ready to be drawn, in a box of width × height whose corner is (left, top), y downwards."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    insets: tuple[Inset, ...] = ()
    left: float = 0
    top: float = 0


@dataclass(frozen=True, slots=True)
class ValueClass:
    """A class of the legend: the least and the greatest of the values it holds, and how many territories."""

    low: float
    high: float
    count: int


def classify(values: Sequence[float], count: int = CLASSES) -> tuple[ValueClass, ...]:
    """Cut values in at most `count` classes of nearly equal numbers (quantiles); equal values never part. Empty without values.

    >>> [(one.low, one.high, one.count) for one in classify([1, 2, 3, 4], 2)]
    [(1, 2, 2), (3, 4, 2)]
    >>> classify([])
    ()
    """
    ordered = sorted(values)
    if not ordered:
        return ()
    last = len(ordered) - 1
    limits = sorted({ordered[-(-(step + 1) * len(ordered) // count) - 1] for step in range(count)} | {ordered[last]})
    ends = [bisect_right(ordered, limit) for limit in limits]
    return tuple(ValueClass(ordered[start], ordered[end - 1], end - start) for start, end in pairwise([0, *ends]))


def describe_values(values: Sequence[float], write: Callable[[float], str]) -> str:
    """Say what a map or chart shows, from its data: `médiane 54 %, de 3 % à 100 %`."""
    if not values:
        return "aucune valeur connue"
    if len(values) == 1:
        return f"une seule valeur, {write(values[0])}"
    return f"médiane {write(median(values))}, de {write(min(values))} à {write(max(values))}"


def draw_choropleth(
    drawing: Drawing,
    values: Mapping[str, float | None],
    *,
    title: str,
    write: Callable[[float], str],
    secret: frozenset[str] = frozenset(),
    selected: str | None = None,
    legend: bool = True,
) -> str:
    """Draw territories by class of their value; a code without value is hatched, or dotted where it is in `secret`.

    `write` writes a value with its unit; `selected` is the code of the outlined territory. Returns SVG whose `<title>` and `<desc>`
    say the same in words.
    """
    known = {shape.code: value for shape in drawing.shapes if (value := values.get(shape.code)) is not None}
    classes = classify(list(known.values()))
    missing = len(drawing.shapes) - len(known)
    described = f"{title} : {describe_values(list(known.values()), write)}."
    if missing:
        described += f" Sans valeur : {missing} sur {len(drawing.shapes)}."
    name = f"map-{sha256(title.encode()).hexdigest()[:8]}"  # several maps may stand on one page: their patterns keep apart
    parts = [f"<title>{escape(title)}</title><desc>{escape(described)}</desc>", _draw_patterns(drawing, name)]
    for shape in sorted(drawing.shapes, key=lambda shape: shape.code == selected):  # the outline is drawn last, above its neighbours
        parts.append(_draw_shape(shape, known.get(shape.code), classes, write, secret, selected, _stroke(drawing), name))
    parts += [_draw_label(shape, drawing) for shape in drawing.shapes if shape.label]
    parts += [_draw_inset(inset, drawing) for inset in drawing.insets]
    if legend:
        parts.append(_draw_legend(drawing, classes, write, drawing.shapes, known, secret, name))
    return _wrap(drawing, described, parts, legend=legend)


def _stroke(drawing: Drawing) -> float:
    """The width of borders, in the drawing's units: a hairline whatever the scale."""
    return max(drawing.width, drawing.height) / 1400


def _scale(drawing: Drawing) -> float:
    """Units of the drawing per unit of the legend: the map is shown about 300 units wide beside it."""
    return max(drawing.width, drawing.height) / 300


def _draw_patterns(drawing: Drawing, name: str) -> str:
    """The hatching of missing values and the dots of secret ones."""
    step = 6 * _scale(drawing)
    line = f'<path d="M0 {step:.2f}L{step:.2f} 0" stroke="#7d786b" stroke-width="{step / 6:.2f}"/>'
    dot = f'<circle cx="{step / 2:.2f}" cy="{step / 2:.2f}" r="{step / 6:.2f}" fill="#7d786b"/>'
    box = f'patternUnits="userSpaceOnUse" width="{step:.2f}" height="{step:.2f}"'
    return (
        f'<defs><pattern id="{name}-missing" {box}><rect width="{step:.2f}" height="{step:.2f}" fill="#efece4"/>{line}</pattern>'
        f'<pattern id="{name}-secret" {box}><rect width="{step:.2f}" height="{step:.2f}" fill="#efece4"/>{dot}</pattern></defs>'
    )


def _find_class(value: float, classes: Sequence[ValueClass]) -> int:
    return bisect_left([one.high for one in classes], value)


def _colour(index: int, classes: Sequence[ValueClass]) -> str:
    """The colour of a class: the ends of the scale stay the ends, however few the classes."""
    if len(classes) == 1:
        return COLOURS[len(COLOURS) // 2]
    return COLOURS[round(index * (len(COLOURS) - 1) / (len(classes) - 1))]


def _draw_shape(
    shape: Shape,
    value: float | None,
    classes: Sequence[ValueClass],
    write: Callable[[float], str],
    secret: frozenset[str],
    selected: str | None,
    stroke: float,
    name: str,
) -> str:
    if value is not None:
        fill, words = _colour(_find_class(value, classes), classes), write(value)
    elif shape.code in secret:
        fill, words = f"url(#{name}-secret)", "secret statistique"
    else:
        fill, words = f"url(#{name}-missing)", "non disponible"
    here = shape.code == selected
    border = f'stroke="#a4262c" stroke-width="{stroke * 4:.2f}"' if here else f'stroke="#fdfcf9" stroke-width="{stroke:.2f}"'
    dashes = f' stroke-dasharray="{stroke * 6:.2f}"' if shape.inside else ""
    named = f"<title>{escape(shape.name)} : {escape(words)}</title>"
    return f'<path d="{escape(shape.path, quote=True)}" fill="{fill}" {border}{dashes}>{named}</path>'


def _draw_label(shape: Shape, drawing: Drawing) -> str:
    """The short name of a tile, under it: on the tile itself it would be lost in the darkest colours."""
    place = f'x="{shape.label_x:.1f}" y="{shape.label_y:.1f}" font-size="{FONT * 0.3 * _scale(drawing):.1f}"'
    return f'<text {place} text-anchor="middle" fill="currentColor">{escape(shape.label)}</text>'


def _draw_inset(inset: Inset, drawing: Drawing) -> str:
    """The frame of a part drawn apart, and its name under its upper edge."""
    size = FONT * 0.56 * _scale(drawing)
    box = f'x="{inset.x:.1f}" y="{inset.y:.1f}" width="{inset.width:.1f}" height="{inset.height:.1f}"'
    place = f'x="{inset.x + size / 3:.1f}" y="{inset.y + size:.1f}" font-size="{size:.1f}"'
    return (
        f'<rect {box} fill="none" stroke="#7d786b" stroke-width="{_stroke(drawing):.2f}"/>'
        f'<text {place} fill="currentColor">{escape(inset.name)}</text>'
    )


def _draw_legend(
    drawing: Drawing,
    classes: Sequence[ValueClass],
    write: Callable[[float], str],
    shapes: Sequence[Shape],
    known: Mapping[str, float],
    secret: frozenset[str],
    name: str,
) -> str:
    """The limits of the classes with the number of territories in each, the most on top; then what is secret and what is missing."""
    rows = [(_colour(index, classes), _write_limits(one, write), one.count) for index, one in enumerate(classes)][::-1]
    hidden = sum(shape.code in secret and shape.code not in known for shape in shapes)
    rows += [(f"url(#{name}-secret)", "secret statistique", hidden)] if hidden else []
    absent = len(shapes) - len(known) - hidden
    rows += [(f"url(#{name}-missing)", "non disponible", absent)] if absent else []
    scale = _scale(drawing)
    corner = f"{drawing.left + drawing.width + 14 * scale:.1f} {drawing.top:.1f}"
    parts = [f'<g transform="translate({corner}) scale({scale:.4f})" font-size="{FONT}">']
    for number, (fill, text, count) in enumerate(rows):
        y = number * LEGEND_LINE
        parts.append(f'<rect y="{y}" width="{SWATCH}" height="{SWATCH}" fill="{fill}" stroke="#7d786b" stroke-width="0.5"/>')
        parts.append(f'<text x="{SWATCH + 8}" y="{y + 13}" fill="currentColor">{escape(text)} ({count})</text>')
    return "".join([*parts, "</g>"])


def _write_limits(one: ValueClass, write: Callable[[float], str]) -> str:
    low, high = write(one.low), write(one.high)
    return high if low == high else f"{low} à {high}"


def _wrap(drawing: Drawing, described: str, parts: Sequence[str], *, legend: bool) -> str:
    width = drawing.width + (LEGEND_WIDTH * _scale(drawing) if legend else 0)
    label = escape(described, quote=True)
    box = f"{drawing.left:.1f} {drawing.top:.1f} {width:.1f} {drawing.height:.1f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="{box}" role="img" fill-rule="evenodd"'
        f' aria-label="{label}" font-family="{FAMILY}">{"".join(parts)}</svg>'
    )
