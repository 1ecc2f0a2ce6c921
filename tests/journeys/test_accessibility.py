"""Every page, wide and narrow, light and dark, on paper, by keyboard and without scripts: axe finds nothing, nothing overflows."""

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from playwright.sync_api import Page
from tests.journeys.conftest import NARROW, WIDE, OpenPage
from tests.journeys.pages import ERRORS, PAGES, SIGNED_PAGES

from maillage.actors.models import Organisation, Person
from maillage.jobs import api as jobs
from maillage.jobs import kinds, worker
from maillage.jobs.data import JobState
from maillage.jobs.models import Job

ADDRESSES = [address for addresses in PAGES.values() for address in addresses]
LONG_MESSAGE = "Lecture de Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson, puis de tout ce qui l’entoure"
# What a page must let one reach by the key Tab alone.
REACHED = "a[href], button, input:not([type=hidden]), summary, [tabindex='0']"
COUNT_REACHED = f"""[...document.querySelectorAll("{REACHED}")]
  .filter((one) => one.checkVisibility() && !one.closest("details:not([open]) > :not(summary)")).length"""
LOOK_AT_FOCUS = """(() => {
  const one = document.activeElement, style = getComputedStyle(one);
  if (one === document.body) return "end";
  const seen = one.hasAttribute("data-seen");
  one.setAttribute("data-seen", "");
  const ring = parseFloat(style.outlineWidth) >= 2 && style.outlineStyle !== "none";
  return seen ? "seen" : ring ? "ring" : one.outerHTML.slice(0, 120);
})()"""


@pytest.fixture
def jobs_in_each_state(transactional_db: None, lannion: Organisation) -> Iterator[dict[str, str]]:
    """The identifier of a job in each state, by state; of an organisation."""
    before = dict(kinds._KINDS)

    def work(job: Any, *, link: str, fails: bool) -> str:
        jobs.report_progress(job, 1, 3, LONG_MESSAGE)
        if fails:
            raise ValueError("colonne absente")
        return link

    jobs.register_job("work", work, label="Un travail d’essai", open_to_visitors=True)
    made = {"organisation": str(lannion.pk)}
    for state in ("failed", "succeeded", "running", "waiting", "cancelled"):
        made[state] = str(jobs.enqueue("work", key=state, link="/methode/", fails=state == "failed"))
        if state in {"failed", "succeeded"}:
            worker.run_next_job(heartbeat_s=None)
    Job.objects.filter(key="running").update(state=JobState.RUNNING, done=1, total=3, message=LONG_MESSAGE)
    Job.objects.filter(key="cancelled").update(state=JobState.CANCELLED)
    yield made
    kinds._KINDS.clear()
    kinds._KINDS.update(before)


def find_violations(page: Page, axe: str) -> list[tuple[str, str]]:
    """What axe reproaches a page with, and whether it is wider than its window."""
    page.evaluate(axe)  # by the debugger, which the page's policy does not bind
    found = [(v["id"], v["nodes"][0]["html"][:160]) for v in page.evaluate("axe.run()")["violations"]]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(("overflow", ""))
    return found


def look_at_all(page: Page, addresses: list[str], axe: str) -> dict[str, list[tuple[str, str]]]:
    """The violations of each address that has some. `addresses`: absolute."""
    found = {}
    for address in addresses:
        page.goto(address)
        if sins := find_violations(page, axe):
            found[address] = sins
    return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_page_has_a_violation_or_overflows(
    open_page: OpenPage, live_server: Any, axe_script: str, jobs_in_each_state: dict[str, str], width: int, scheme: str
) -> None:
    page = open_page("/", width=width, scheme=scheme)
    addresses = [live_server.url + address.format(**jobs_in_each_state) for address in (*ADDRESSES, *ERRORS.values())]

    assert look_at_all(page, addresses, axe_script) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_no_page_of_somebody_signed_in_has_a_violation_or_overflows(
    open_page: OpenPage,
    give_key: Callable[[Page], None],
    live_server: Any,
    axe_script: str,
    maire: Person,
    lannion: Organisation,
    width: int,
    scheme: str,
) -> None:
    TOTP.activate(maire, "JBSWY3DPEHPK3PXP")
    page = open_page("/compte/securite/cles/ajouter/", width=width, scheme=scheme, person=maire)
    give_key(page)
    page.get_by_role("button", name="Ajouter la clé").click()
    page.wait_for_url("**/secours/")
    key = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN).pk
    addresses = [address.format(organisation=lannion.pk, key=key) for some in SIGNED_PAGES.values() for address in some]

    assert look_at_all(page, [live_server.url + address for address in addresses], axe_script) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_a_failure_of_the_server_is_told_on_a_page_without_violation(
    open_page: OpenPage, axe_script: str, width: int, scheme: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from maillage.portal import queries

    page = open_page("/", width=width, scheme=scheme)
    monkeypatch.setattr(queries, "find_current_release", lambda: 1 / 0)
    with caplog.at_level(logging.CRITICAL, logger="django"):
        page.reload()

    assert "n’a pas pu préparer cette page" in page.inner_text("h1")
    assert find_violations(page, axe_script) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_before_the_first_release_no_page_has_a_violation(
    open_page: OpenPage, live_server: Any, axe_script: str, settings: Any, tmp_path: Any, width: int, scheme: str
) -> None:
    settings.RELEASES = tmp_path
    page = open_page("/", width=width, scheme=scheme)
    addresses = [live_server.url + addresses[0] for addresses in PAGES.values() if "{" not in addresses[0]]

    assert look_at_all(page, addresses, axe_script) == {}


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_printed_page_and_the_page_to_keep_have_no_violation(
    open_page: OpenPage, live_server: Any, axe_script: str, width: int
) -> None:
    address = "/territoires/departement/22/diagnostic/"
    page = open_page(address, width=width)
    page.emulate_media(media="print")
    printed = find_violations(page, axe_script)

    kept = page.request.get(f"{live_server.url}{address}fichier.html").text()
    found = {}
    for scheme in ("light", "dark"):
        page = open_page("/robots.txt", width=width, scheme=scheme)
        page.goto("about:blank")
        page.set_content(kept)
        found[scheme] = find_violations(page, axe_script)

    assert (printed, found) == ([], {"light": [], "dark": []})


@pytest.mark.parametrize("name", PAGES)
def test_all_that_acts_is_reached_by_the_keyboard_and_shows_it(open_page: OpenPage, jobs_in_each_state: dict[str, str], name: str) -> None:
    page = open_page(PAGES[name][0].format(**jobs_in_each_state))
    reachable = page.evaluate(COUNT_REACHED)

    looks = []
    for _ in range(reachable):
        page.keyboard.press("Tab")
        looks.append(page.evaluate(LOOK_AT_FOCUS))

    assert looks == ["ring"] * reachable


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_each_page_says_all_without_scripts(open_page: OpenPage, live_server: Any, jobs_in_each_state: dict[str, str], width: int) -> None:
    page = open_page("/", width=width, scripts=False)
    silent = []
    for address in ADDRESSES:
        page.goto(live_server.url + address.format(**jobs_in_each_state))
        if (
            not page.locator("h1").inner_text().strip()
            or page.locator("main").inner_text().strip() == page.locator("h1").inner_text().strip()
        ):
            silent.append(address)

    assert silent == []


def test_an_opened_source_has_no_violation(open_page: OpenPage, axe_script: str) -> None:
    page = open_page("/territoires/commune/22113/")

    page.locator("details[data-provenance] summary").first.click()
    page.locator(".proof").first.wait_for()

    assert find_violations(page, axe_script) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_the_proposed_territories_have_no_violation(open_page: OpenPage, axe_script: str, width: int, scheme: str) -> None:
    page = open_page("/methode/", width=width, scheme=scheme)

    page.get_by_role("combobox").fill("guerande")
    page.get_by_role("option").first.wait_for()

    assert find_violations(page, axe_script) == []


def test_the_chosen_appearance_wins_over_the_device(open_page: OpenPage) -> None:
    page = open_page("/", scheme="light")

    page.get_by_role("button", name="Sombre").click()

    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 31)"
