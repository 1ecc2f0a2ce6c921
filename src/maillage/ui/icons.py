"""Icons of Tabler (MIT, from npm at set-up), inlined so that they take the colour of the text. An icon always goes with a word."""

import re
from functools import cache

from django.utils.safestring import SafeString, mark_safe

from maillage.settings.paths import NODE_MODULES

_NAME = re.compile(r"[a-z0-9-]+")
_FOLDER = NODE_MODULES / "@tabler" / "icons" / "icons" / "outline"
_ROOT = re.compile(r"<svg[^>]*>", re.DOTALL)
_OURS = (
    '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round"'
    ' stroke-linejoin="round" aria-hidden="true" focusable="false">'
)


@cache
def draw_icon(name: str) -> SafeString:
    """The SVG of an icon, hidden from screen readers; nothing where the npm package is not installed (the word stays)."""
    file = _FOLDER / f"{name}.svg"
    if not _NAME.fullmatch(name) or not file.is_file():
        return mark_safe("")
    return mark_safe(_ROOT.sub(_OURS, file.read_text(encoding="utf-8"), count=1))  # noqa: S308 (a file of ours, by a checked name)
