"""A real site and a real browser: Debian's chromium by playwright, axe-core from npm. Loudly skipped where there is no chromium."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, sync_playwright
from tests.maillage.actors.conftest import lannion, maire, open_session, secretary
from tests.national_release import national_folder, national_release

from maillage.actors.models import Person

__all__ = ["lannion", "maire", "national_folder", "national_release", "secretary"]

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
WIDE, NARROW = 1280, 390


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every journey drives a browser; none belongs to the fast suite."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One chromium for all journeys."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("NOT RUN, no chromium here: apt-get install chromium brings it")
    # Playwright keeps a loop in this thread; the live server's database calls are synchronous and their author knows it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield started
        started.close()


type OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser, live_server: Any, national_release: str) -> Iterator[OpenPage]:
    """Opens an address of the site in a fresh context, signed in as `person` where one is given.

    Any error of a script or refusal of the CSP fails the journey.
    """
    contexts, errors = [], list[str]()

    def open_it(address: str, *, width: int = WIDE, scheme: str = "light", scripts: bool = True, person: Person | None = None) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
            locale="fr-FR",
            accept_downloads=True,
        )
        contexts.append(context)
        if person is not None:
            client = Client()
            open_session(client, person)
            context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda told: errors.append(told.text) if "Content Security Policy" in told.text else None)
        page.goto(f"{live_server.url}{address}")
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture
def give_key() -> Callable[[Page], None]:
    """Gives the browser of a page a passkey of its own: a virtual authenticator that always says yes."""

    def give(page: Page) -> None:
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        devtools.send(
            "WebAuthn.addVirtualAuthenticator",
            {"options": {**options, "isUserVerified": True, "automaticPresenceSimulation": True}},
        )

    return give


@pytest.fixture(scope="session")
def axe_script() -> str:
    """The text of axe-core."""
    if not AXE.is_file():
        pytest.skip("NOT RUN, axe-core is not installed: make test brings it")
    return AXE.read_text(encoding="utf-8")
