"""Charts as SVG from Altair specifications, written once per specification and kept by its hash.

Texts and rules take the colour of the page (`currentColor`), so that a chart stands in light, dark and print alike; each carries a
title and a description written from its data, and its caller shows the table behind.
"""

import hashlib
import json
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

WIDTH, BAR_STEP, SERIES_HEIGHT = 420, 22, 170
INK, ACTION, PEERS = "#1b2430", "#0b5c6b", "#d9d5cb"  # INK becomes the colour of the page once drawn
FONT = "Libertinus Serif, Atkinson Hyperlegible Next, serif"
VERSION = "1"  # part of the hash: raise it when the way of drawing changes
_ROOT = re.compile(r"<svg [^>]*?viewBox=\"([^\"]*)\"[^>]*>")
_ENGLISH = re.compile(r' (?:role="graphics-[a-z]+"|aria-roledescription="[^"]*"|aria-label="[^"]*")')  # the renderer's own words
_BACKGROUND = re.compile(r'<rect width="\d+" height="\d+" fill="(?:white|transparent)"/>')


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: its group (an indicator), its name (a territory), its value, the same in words; `here` marks the territory told."""

    group: str
    name: str
    value: float
    written: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Dot:
    """A value of a series at a period in words; `run` numbers the stretch between two breaks, which no line crosses."""

    when: str
    value: float
    written: str
    run: int = 0


def draw_bars(bars: Sequence[Bar], *, title: str, cache: Path) -> str:
    """Draw bars from zero, grouped, each with its value written at its end. `cache` is the folder of charts already drawn."""
    import altair as alt

    rows = [{"group": bar.group, "name": bar.name, "value": bar.value, "written": bar.written, "here": bar.here} for bar in bars]
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("name:N", sort=None, axis=alt.Axis(title=None, ticks=False, domain=False, labelLimit=170)),
        x=alt.X("value:Q", scale=alt.Scale(domainMin=0), axis=None),
    )
    drawn = base.mark_bar(height=13, stroke=INK, strokeWidth=0.5).encode(
        color=alt.Color("here:N", legend=None, scale=alt.Scale(domain=[True, False], range=[ACTION, PEERS]))
    )
    words = base.mark_text(align="left", dx=4, color=INK).encode(text="written:N")
    layered = alt.layer(drawn, words, width=WIDTH, height=alt.Step(BAR_STEP))
    chart = layered.facet(
        row=alt.Row(
            "group:N",
            sort=list(dict.fromkeys(bar.group for bar in bars)),
            header=alt.Header(title=None, labelOrient="top", labelAnchor="start", labelLimit=600),
        )
    )
    described = f"{title} : " + " ; ".join(f"{bar.group}, {bar.name}, {bar.written}" for bar in bars) + "."
    return _draw(chart.resolve_scale(y="independent", x="independent"), title, described, cache)


def draw_series(dots: Sequence[Dot], *, title: str, cache: Path) -> str:
    """Draw a series from left to right, from zero; first and last values are written, a break is a gap in the line."""
    import altair as alt

    ends = {0, len(dots) - 1}
    rows = [
        {"order": index, "when": dot.when, "value": dot.value, "run": dot.run, "written": dot.written if index in ends else ""}
        for index, dot in enumerate(dots)
    ]
    step = max(1, len(dots) // 5)
    kept = [row["when"] for index, row in enumerate(rows) if index % step == 0]
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("when:N", sort=None, axis=alt.Axis(title=None, labelAngle=0, values=kept, labelLimit=130)),
        y=alt.Y("value:Q", scale=alt.Scale(domainMin=0), axis=None),
    )
    line = base.mark_line(color=ACTION, strokeWidth=2).encode(detail="run:N")
    points = base.mark_point(color=ACTION, filled=True, size=28)
    words = base.mark_text(dy=-11, color=INK).encode(text="written:N")
    chart = alt.layer(line, points, words, width=WIDTH, height=SERIES_HEIGHT)
    described = f"{title} : de {dots[0].written} ({dots[0].when}) à {dots[-1].written} ({dots[-1].when})." if dots else title
    return _draw(chart, title, described, cache)


def _draw(chart: Any, title: str, described: str, cache: Path) -> str:
    """Render a chart, or read it where the same one was rendered before."""
    styled = (
        chart.configure(font=FONT, background="transparent")
        .configure_view(stroke=None)
        .configure_axis(labelColor=INK, domainColor=INK, tickColor=INK, gridOpacity=0.2, labelFontSize=12)
        .configure_header(labelColor=INK, labelFontSize=11.5, labelFontWeight="bold")
        .configure_text(fontSize=12)
    )
    specification = json.dumps(styled.to_dict(), sort_keys=True)
    name = hashlib.sha256(f"{VERSION}{title}{described}{specification}".encode()).hexdigest()
    kept = cache / f"{name}.svg"
    if kept.is_file():
        return kept.read_text(encoding="utf-8")
    svg = _make_accessible(_render(specification), title, described)
    _keep(kept, svg)
    return svg


def _render(specification: str) -> str:
    import vl_convert

    return str(vl_convert.vegalite_to_svg(specification, format_locale="fr-FR", time_format_locale="fr-FR"))


def _make_accessible(svg: str, title: str, described: str) -> str:
    """Give the root its words, and take away the white ground and the fixed size of the renderer."""
    label = escape(described, quote=True)
    head = f"<title>{escape(title)}</title><desc>{label}</desc>"
    svg = _ENGLISH.sub("", svg)
    svg = _ROOT.sub(
        lambda root: f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="{root[1]}" role="img" aria-label="{label}">{head}',
        svg,
        count=1,
    )
    return _BACKGROUND.sub("", svg, count=1).replace(INK, "currentColor")


def _keep(path: Path, text: str) -> None:
    """Write a file aside and rename it, so that no reader ever sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.part")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)
