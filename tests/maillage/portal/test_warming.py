"""The site is warm when it starts: its first visitor waits for nothing that can be loaded before."""

import logging

import pytest
from django.template import engines
from django.test import Client

from maillage.observatory import api as observatory
from maillage.portal import queries, warming
from maillage.territories import api as territories
from maillage.territories import contours, search
from maillage.territories import queries as territory_queries

LOADED_ONCE = (search.load_index, contours.load_outlines, territory_queries.load_geography, queries._index_merged_names)
FIRST_PAGES = (
    "/",
    "/recherche/suggestions/?q=lanion",
    "/territoires/commune/22113/",
    "/territoires/commune/24089/",  # a former code
    "/territoires/commune/99999/",  # an unknown one
)


@pytest.mark.django_db
def test_the_first_pages_of_a_warm_site_load_nothing_more(client: Client) -> None:
    warming.warm_site()
    loaded = [function.cache_info().misses for function in LOADED_ONCE]
    crosswalks = len(territories.get_geography()._crosswalks)

    for address in (
        "/",
        "/recherche/suggestions/?q=lanion",
        "/territoires/commune/22113/",
        "/territoires/commune/24089/",
        "/territoires/commune/0/",
    ):
        client.get(address)

    assert all(loaded)
    assert [function.cache_info().misses for function in LOADED_ONCE] == loaded
    assert len(territories.get_geography()._crosswalks) == crosswalks


def test_every_template_compiles_and_is_kept() -> None:
    assert warming.load_templates() > 25
    assert "portal/territory.html" in {str(name) for name in engines["django"].engine.template_loaders[0].get_template_cache}


def test_a_part_that_fails_is_told_and_the_others_are_loaded(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    called = []
    monkeypatch.setattr(territories, "warm_up", lambda: 1 / 0)
    monkeypatch.setattr(observatory, "list_indicators", lambda: called.append("release"))

    with caplog.at_level(logging.ERROR):
        warming.warm_site()

    assert called == ["release"]
    assert "the site starts without a part" in caplog.text


def test_warming_asks_no_database() -> None:  # pytest-django refuses any query here
    warming.warm_site()
