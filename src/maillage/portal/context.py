"""What the frame of every page shows: the release in use, the choices of appearance."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from maillage.portal.queries import find_current_release


def describe_site(request: HttpRequest) -> dict[str, Any]:
    """`site_release` (read only when a page shows it) and `appearances` (code, word), the one chosen."""
    chosen = request.COOKIES.get("apparence", "")
    return {
        "appearance": chosen if chosen in {"light", "dark"} else "auto",
        "site_release": SimpleLazyObject(find_current_release),
        "appearances": (("auto", _("Comme l’appareil")), ("light", _("Clair")), ("dark", _("Sombre"))),
    }
