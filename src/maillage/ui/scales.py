"""Two small drawings in the text: the scale of a figure among its peers, and the line of its periods. SVG without inline style (CSP)."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

WIDTH, PAD = 320, 8
SCALE_HEIGHT, SPARK_HEIGHT = 46, 64


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot on a scale: the territory itself (`here`) or one that it is compared with. `written` is the value in words."""

    name: str
    value: float
    written: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Spread:
    """How the peers spread: five numbers in the figure's own unit."""

    minimum: float
    q1: float
    median: float
    q3: float
    maximum: float


def draw_scale(*, spread: Spread, marks: Sequence[Mark], ends: tuple[str, str], description: str) -> SafeString:
    """Draw min–quartiles–max as a thin line with a box, the marks as dots; `ends` are the extremes in words, `description` is read aloud.

    Marks outside the peers' extremes (a département among communes) widen the scale.
    """
    low = min(spread.minimum, *(mark.value for mark in marks)) if marks else spread.minimum
    high = max(spread.maximum, *(mark.value for mark in marks)) if marks else spread.maximum

    def at(value: float) -> float:
        return PAD + (WIDTH - 2 * PAD) * ((value - low) / (high - low) if high > low else 0.5)

    y = 14
    lines = [
        f'<line class="axis" x1="{at(spread.minimum):.1f}" x2="{at(spread.maximum):.1f}" y1="{y}" y2="{y}"/>',
        f'<line class="box" x1="{at(spread.q1):.1f}" x2="{at(spread.q3):.1f}" y1="{y}" y2="{y}"/>',
        f'<line class="median" x1="{at(spread.median):.1f}" x2="{at(spread.median):.1f}" y1="{y - 6}" y2="{y + 6}"/>',
    ]
    for mark in sorted(marks, key=lambda mark: mark.here):  # the territory is drawn last, above the others
        lines.append(_draw_mark(mark, at(mark.value), y))
    lines.append(f'<text x="{PAD}" y="42">{escape(ends[0])}</text>')
    lines.append(f'<text x="{WIDTH - PAD}" y="42" text-anchor="end">{escape(ends[1])}</text>')
    return _wrap("scale", SCALE_HEIGHT, description, lines)


def _draw_mark(mark: Mark, x: float, y: float) -> str:
    """One dot, named on hover; a diamond for the ones compared with, so that colour does not carry the difference alone."""
    title = f"<title>{escape(mark.name)} : {escape(mark.written)}</title>"
    if mark.here:
        return f'<circle class="here" cx="{x:.1f}" cy="{y}" r="7">{title}</circle>'
    return f'<path class="other" d="M{x:.1f} {y - 6}l6 6l-6 6l-6 -6z">{title}</path>'


@dataclass(frozen=True, slots=True)
class Point:
    """A period of a series: `when` in words, the value (None where missing: the line stops), and whether a break comes just before."""

    when: str
    value: float | None
    written: str
    after_break: bool = False


def draw_sparkline(*, points: Sequence[Point], description: str) -> SafeString:
    """Draw a series from left to right, evenly spaced, from zero; the line stops at a missing value and at a break (drawn dashed)."""
    top = max((point.value for point in points if point.value is not None), default=0) or 1
    step = (WIDTH - 2 * PAD) / max(len(points) - 1, 1)
    lines: list[str] = []
    run: list[str] = []
    for index, point in enumerate(points):
        x = PAD + index * step
        if point.after_break:
            lines += _draw_run(run)
            run = []
            lines.append(f'<line class="break" x1="{x - step / 2:.1f}" x2="{x - step / 2:.1f}" y1="2" y2="44"/>')
        if point.value is None:
            lines += _draw_run(run)
            run = []
            continue
        y = 42 - 36 * point.value / top
        run.append(f"{x:.1f} {y:.1f}")
        title = f"<title>{escape(point.when)} : {escape(point.written)}</title>"
        lines.append(f'<circle class="point" cx="{x:.1f}" cy="{y:.1f}" r="3">{title}</circle>')
    lines += _draw_run(run)
    if points:
        lines.append(f'<text x="{PAD}" y="60">{escape(points[0].when)}</text>')
        lines.append(f'<text x="{WIDTH - PAD}" y="60" text-anchor="end">{escape(points[-1].when)}</text>')
    return _wrap("spark", SPARK_HEIGHT, description, lines)


def _draw_run(run: Sequence[str]) -> list[str]:
    """A stretch of the line; a lone point needs none."""
    return [f'<path class="line" d="M{" L".join(run)}"/>'] if len(run) > 1 else []


def _wrap(kind: str, height: int, description: str, lines: Sequence[str]) -> SafeString:
    """The SVG around; every text inside has been escaped."""
    label = escape(description, quote=True)
    return mark_safe(  # noqa: S308
        f'<svg class="{kind}" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{"".join(lines)}</svg>'
    )
