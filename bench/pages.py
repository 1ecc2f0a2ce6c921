"""Server time of pages on the release in use: p95 ≤ 100 ms over a sample of territories, search ≤ 20 ms (issue 4, show 6)."""

import random
import time

from django.test import Client, override_settings

from bench import Claim, get_percentile
from maillage.observatory import api as observatory
from maillage.territories.api import Level, get_geography

SAMPLE = 200
PAGE_GOAL_S, SEARCH_GOAL_S = 0.100, 0.020
SEARCHES = ("lannion", "lanion", "saint denis", "st brieuc", "22300", "22113", "cote d'or", "la reunion", "bretagne", "marseile")


def run() -> list[Claim]:
    """Time each kind of page on a seeded sample of communes, EPCI, départements and régions."""
    draw = random.Random(4)  # noqa: S311 - the same sample each time
    geography = get_geography()
    communes = draw.sample(geography.list_refs(Level.COMMUNE), SAMPLE)
    larger = [
        *geography.list_refs(Level.DEPARTEMENT),
        *geography.list_refs(Level.REGION),
        *draw.sample(geography.list_refs(Level.EPCI), 50),
    ]
    release = observatory.get_release()
    pages = {
        "commune": [f"/territoires/{ref.level}/{ref.code}/" for ref in communes],
        "EPCI, département, région": [f"/territoires/{ref.level}/{ref.code}/" for ref in larger],
        "figure": [f"/chiffres/{ref.level}/{ref.code}/fixed_share_30mbps/" for ref in communes],
        "release and its sources": [
            "/livraisons/",
            f"/livraisons/{release.id}/",
            *(f"/livraisons/{release.id}/sources/{source.name}/" for source in release.sources),
        ],
        "diagnosis, once made": ["/territoires/departement/22/diagnostic/"] * 30,
        "home and indicators": ["/", "/indicateurs/", "/methode/"] * 10,
    }
    with override_settings(ALLOWED_HOSTS=["testserver"]):
        claims = [Claim(f"p95, {kind}", _time_p95(addresses), goal_s=PAGE_GOAL_S) for kind, addresses in pages.items()]
        searches = [f"/recherche/suggestions/?q={text}" for text in SEARCHES] * 5
        return [*claims, Claim("p95, search as one types", _time_p95(searches), goal_s=SEARCH_GOAL_S)]


def _time_p95(addresses: list[str]) -> float:
    """The 95th percentile of the seconds that the server takes, after one warm-up. Raises RuntimeError where a page is not there."""
    client = Client()
    client.get(addresses[0])
    times = []
    for address in addresses:
        start = time.perf_counter()
        answer = client.get(address)
        times.append(time.perf_counter() - start)
        if answer.status_code != 200:
            raise RuntimeError(f"{address}: {answer.status_code}")
    return get_percentile(times, 0.95)
