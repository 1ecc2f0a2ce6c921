"""Performance claims, each against its peer in one run: a module of this folder per claim, with `run() -> list[Claim]`.

`python -m bench [NAME …]` (`make bench`) runs them and prints the ratios. Absolute times depend on the machine; ratios are what we claim.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """What was measured: our seconds and the peer's (None where a goal stands in for a peer), medians of the same runs.

    `goal_s`, `goal_ratio` and `goal_mib` are goals of the project, where it has them; `peak_mib` is the most memory our process held.
    """

    what: str
    ours_s: float
    peer: str = ""
    peer_s: float | None = None
    goal_s: float | None = None
    goal_ratio: float | None = None
    peak_mib: float | None = None
    goal_mib: float | None = None

    @property
    def ratio(self) -> float | None:
        """Peer's time over ours: above 1, ours is faster."""
        return self.peer_s / self.ours_s if self.peer_s is not None and self.ours_s else None

    @property
    def met(self) -> bool:
        """Is every goal met?"""
        slow = self.goal_s is not None and self.ours_s > self.goal_s
        close = self.goal_ratio is not None and (self.ratio or 0) < self.goal_ratio
        large = self.goal_mib is not None and (self.peak_mib or 0) > self.goal_mib
        return not (slow or close or large)


def time_in_turn(*functions: Callable[[], object], runs: int = 5) -> list[float]:
    """The median seconds of each function, run in turn (A B A B …) after one warm-up, so that drift touches all alike."""
    for function in functions:
        function()
    times: list[list[float]] = [[] for _ in functions]
    for _ in range(runs):
        for kept, function in zip(times, functions, strict=True):
            start = time.perf_counter()
            function()
            kept.append(time.perf_counter() - start)
    return [statistics.median(kept) for kept in times]


def get_percentile(values: list[float], share: float) -> float:
    """The value below which `share` (0-1) of `values` lie (nearest rank). Raises IndexError on an empty list."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
