"""A figure as it was released, the file that it comes from, and how its peers have it. What diagnoses read and releases give."""

from dataclasses import dataclass

from jauge.quantities import Reason, Status


@dataclass(frozen=True, slots=True)
class Reading:
    """One figure of one period. `value` is None when missing or secret, with its `reason`; a share is 0-1.

    An estimated figure has a reason too (how it was estimated). `source` is the name of the file that it comes from.
    """

    indicator: str
    period: str
    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    status: Status = Status.OBSERVED
    reason: Reason | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read: who published it, under which licence, where (`url`: the publisher's address), the hash of its bytes.

    copy: through which copy we hold it, empty for the publisher's own file.
    """

    name: str
    label: str
    file: str
    publisher: str
    licence: str
    url: str
    date: str
    period: str
    sha256: str
    copy: str = ""


@dataclass(frozen=True, slots=True)
class Spread:
    """How an indicator spreads over territories of one level: `count` have the figure, `missing` have not."""

    count: int
    missing: int
    minimum: float
    q1: float
    median: float
    q3: float
    maximum: float
