"""The small map of a territory's page: where it lies within what holds it. A drawing of places, without figures."""

from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from maillage.territories import api as territories
from maillage.territories.api import Level, Territory, TerritoryRef
from maillage.territories.data import Drawn

KEPT = 512
_AROUND = {Level.COMMUNE: Level.DEPARTEMENT, Level.EPCI: Level.REGION, Level.DEPARTEMENT: Level.REGION, Level.REGION: Level.PAYS}


def draw_locator(territory: Territory) -> dict[str, object]:
    """The map and its caption for the page's context; empty for the country, and where nothing around is known."""
    around = next((ref for ref in territory.parents if ref.level is _AROUND.get(territory.ref.level)), None)
    if around is None:
        return {"locator": "", "locator_caption": ""}
    if not (drawing := _draw(territory.ref, around)):
        return {"locator": "", "locator_caption": ""}
    caption = _("Situation : %(name)s, %(around)s") % {"name": territory.name, "around": territories.get_territory(around).name}
    return {"locator": drawing, "locator_caption": caption}


@lru_cache(maxsize=KEPT)
def _draw(here: TerritoryRef, around: TerritoryRef) -> SafeString | None:
    refs = territories.list_members(around, Level.REGION) if around.level is Level.PAYS else (around,)
    contours = territories.get_contours([*(ref for ref in refs if ref != here), here])
    if any(shape.drawn is Drawn.TILE for shape in contours.shapes if shape.ref == here):
        return None
    paths = format_html_join(
        "",
        '<path class="{}" d="{}" fill-rule="evenodd"/>',
        (("here" if shape.ref == here else "around", shape.path_d) for shape in contours.shapes),
    )
    box = " ".join(str(part) for part in contours.viewbox)
    return format_html('<svg class="locator" viewBox="{}" aria-hidden="true" focusable="false">{}</svg>', box, paths)
