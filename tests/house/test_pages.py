"""No page escapes the journeys: each named address of the site is looked at by axe, or said to answer no page."""

import re
from collections.abc import Iterable, Iterator
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, path, resolve
from tests.journeys.pages import NO_PAGES, PAGES, SIGNED_PAGES, STEPS


def list_names(patterns: Iterable[URLPattern | URLResolver], room: str = "") -> Iterator[str]:
    """Every address of the site as `room:name`; one without a name as its pattern."""
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from list_names(entry.url_patterns, entry.namespace or room)
        else:
            yield (f"{room}:{entry.name}" if room else entry.name) if entry.name else str(entry.pattern)


def find_unseen(names: Iterable[str]) -> list[str]:
    """Addresses that are in no list of `tests/journeys/pages.py`."""
    return [name for name in names if name not in PAGES.keys() | SIGNED_PAGES.keys() | STEPS | NO_PAGES]


def test_every_address_is_a_page_that_journeys_visit_or_no_page() -> None:
    assert find_unseen(list_names(get_resolver().url_patterns)) == []


def test_the_lists_name_only_addresses_that_exist() -> None:
    assert sorted((PAGES.keys() | SIGNED_PAGES.keys() | STEPS | NO_PAGES) - set(list_names(get_resolver().url_patterns))) == []


@pytest.mark.parametrize("name", [*PAGES, *SIGNED_PAGES])
def test_each_page_is_visited_at_its_own_address(name: str) -> None:
    number = 1 if name.startswith(("actors:", "mfa_")) else uuid4()
    visited = [re.sub(r"\{\w+\}", str(number), address).partition("?")[0] for address in {**PAGES, **SIGNED_PAGES}[name]]

    assert {resolve(address).view_name for address in visited} == {name}


def test_a_new_address_is_seen() -> None:
    new = [path("nouveau/", lambda request: None, name="new"), path("sans-nom/", lambda request: None)]

    assert find_unseen(list_names(new, "portal")) == ["portal:new", "sans-nom/"]
