"""Loads, when the site starts, what its first visitors would else wait for: seconds for the search, half a second for a page."""

import logging
from collections.abc import Callable
from pathlib import Path

from django.apps import apps
from django.template.loader import get_template
from django.urls import reverse

from maillage.observatory import api as observatory
from maillage.portal import queries
from maillage.territories import api as territories

logger = logging.getLogger(__name__)


def warm_site() -> None:
    """Load the territories, their search and contours, the release in use, the templates and the addresses.

    Opens no connection to a database, so that a server may call it before it forks. What fails is logged and left to the page that
    will need it: a damaged release must not keep the search from working.
    """
    steps: tuple[Callable[[], object], ...] = (
        territories.warm_up,
        queries.warm_up,
        observatory.list_indicators,
        load_templates,
        lambda: reverse("portal:home"),
    )
    for step in steps:
        try:
            step()
        except Exception:  # at the edge: the site starts whatever happens here
            logger.exception("the site starts without a part of what it keeps in memory")


def load_templates() -> int:
    """Compile the templates of every room, which Django keeps; returns how many."""
    folders = [Path(config.path) / "templates" for config in apps.get_app_configs() if config.name.startswith("maillage.")]
    names = [str(file.relative_to(folder)) for folder in folders for file in folder.rglob("*.html")]
    for name in names:
        get_template(name)
    return len(names)
