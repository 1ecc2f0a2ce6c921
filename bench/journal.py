"""Eight writers on PostgreSQL beside chaining inside the transaction (goal 5×), and reading 100,000 and a million events again.

Ours and the peer run in turn on one throwaway server (`bench/_journal.py` says what an act is); a sequencer works beside our writers, and
its cost is in their time. On one machine with a disk that flushes at once nothing waits for long and the processors are what is short: no
goal. The goal is for a server half a millisecond away whose disk takes 2 ms to flush its log: both are made on this machine, by waiting.
Goals of verification: 2 s and 20 s.
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import bench
from bench._journal import PLACES

WITH_SERVER = Path(__file__).resolve().parent.parent / "tools" / "with-postgres"
GOALS_S = {100_000: 2.0, 1_000_000: 20.0}


def run() -> Iterator[bench.Claim]:
    """Writers and readings on PostgreSQL, then readings on SQLite."""
    load = [sys.executable, "-m", "bench._journal"]
    measures = [*_measure([sys.executable, str(WITH_SERVER), *load], {}), *_measure(load, {"MAILLAGE_TEST_DATABASE_URL": ""})]
    for place in PLACES:
        here = [one for one in measures if one.get("place") == place.name]
        ours, peer = ([one for one in here if one["measure"] == name] for name in ("writers", "chained"))
        waits = f"{_median(ours, 'waits'):.1f} transactions waiting for a lock, {_median(peer, 'waits'):.1f} when chained"
        goal = 5.0 if place.away_s else None
        yield bench.Claim(
            f"one act, 8 writers, {place.name} ({waits})",
            _median(ours, "seconds"),
            "chained at once",
            _median(peer, "seconds"),
            goal_ratio=goal,
        )
    for one in measures:
        if one["measure"] == "verify":
            yield bench.Claim(f"{one['events']:,} events verified, {one['on']}", one["seconds"], goal_s=GOALS_S[one["events"]])


def _measure(command: list[str], environment: dict[str, str]) -> list[dict]:  # type: ignore[type-arg]
    done = subprocess.run(command, env={**os.environ, **environment}, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def _median(measures: list[dict], key: str) -> float:  # type: ignore[type-arg]
    return statistics.median(one[key] for one in measures)
