"""Search of territories: 95th percentile over texts as people type them, slips and beginnings included (goal 20 ms)."""

from collections.abc import Iterator
from time import perf_counter

import bench
from maillage.territories import api

TEXTS = ("l", "la", "lan", "lanni", "lannion", "lanion", "st", "st b", "saint-brieuc", "marsaille", "22300", "22113", "bage la ville")


def run() -> Iterator[bench.Claim]:
    """Measure each text ten times, after the index is loaded."""
    api.search_territories("lannion")
    times = []
    for text in TEXTS * 10:
        start = perf_counter()
        api.search_territories(text)
        times.append(perf_counter() - start)
    yield bench.Claim(what="search, p95", ours_s=sorted(times)[int(0.95 * len(times))], goal_s=0.02)
