"""The diagnosis as HTML: parts ready for templates, and a page that stands alone."""

from itertools import zip_longest

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from maillage.diagnoses.document import Document

SCALE_WIDTH, SCALE_HEIGHT = 200, 20


def write_page(document: Document) -> str:
    """A whole HTML file that needs nothing else: to be kept, sent, printed."""
    return render_to_string("diagnoses/standalone.html", {"document": prepare_page(document), "alone": True})


def prepare_page(document: Document) -> Document:
    """The document with its drawings marked as safe (they are ours, their texts escaped) and the scales drawn."""
    level, _, code = document["ref"].partition(":")
    sections = [_prepare_section(section) for section in document["sections"]]
    return {**document, "sections": sections, "level": level, "code": code}


def _prepare_section(section: Document) -> Document:
    return {
        **section,
        "pictures": [{**picture, "svg": mark_safe(picture["svg"])} for picture in section["pictures"]],  # noqa: S308
        "lines": [{**line, "drawn_scale": _draw_scale(line)} for line in section["lines"]],
        "contributions": [
            {**one, "rows": [{"cells": row, "link": link} for row, link in zip_longest(one["rows"], one["links"])]}
            for one in section["contributions"]
        ],
        "parents": list(dict.fromkeys(one["name"] for line in section["lines"] for one in line["comparisons"])),
    }


def _draw_scale(line: Document) -> SafeString | str:
    """A thin line from the least to the most of the peers, with quartiles, median and the territory's dot; the words stand under it."""
    scale = line["scale"]
    if scale is None:
        return ""

    def at(place: float) -> str:
        return f"{8 + place * (SCALE_WIDTH - 16):.1f}"

    return mark_safe(  # noqa: S308 - numbers only
        f'<svg class="scale" viewBox="0 0 {SCALE_WIDTH} {SCALE_HEIGHT}" width="{SCALE_WIDTH}" height="{SCALE_HEIGHT}" aria-hidden="true">'
        f'<line x1="8" x2="{SCALE_WIDTH - 8}" y1="10" y2="10" stroke="currentColor" stroke-width="1"/>'
        f'<line x1="{at(scale["q1"])}" x2="{at(scale["q3"])}" y1="10" y2="10" stroke="#8f8a75" stroke-width="7"/>'
        f'<line x1="{at(scale["median"])}" x2="{at(scale["median"])}" y1="4" y2="16" stroke="currentColor" stroke-width="2"/>'
        f'<circle cx="{at(scale["here"])}" cy="10" r="6" fill="#0b5c6b" stroke="#fdfcf9" stroke-width="1.5"/></svg>'
    )
