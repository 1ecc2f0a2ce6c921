"""Hand-built facts: a département of two figures, its country, and a writer that a person can check by eye."""

from collections.abc import Callable

import pytest

from jauge.diagnosis import Facts, Identity, Measure, Parent, Release
from jauge.figures import Reading, Source
from jauge.quantities import Direction, Unit

COTES = "departement:22"
FRANCE = "pays:FR"


class PlainWriter:
    """Writes shares as whole percents and everything else as it is."""

    def write_value(self, value: float, measure: Measure, base: float | None = None) -> str:
        return f"{value:.0%}" if measure.unit is Unit.SHARE else f"{value:g}"

    def write_unreadable(self, written: str) -> str:
        return f"{written}, trop proche"

    def write_change(self, change: float, measure: Measure) -> str:
        return self.write_value(change, measure)

    def write_counts(self, reading: Reading, measure: Measure) -> str:
        return f"{reading.numerator:g} sur {reading.denominator:g}"

    def write_period(self, period: str) -> str:
        return f"en {period[:4]}"


@pytest.fixture
def writer() -> PlainWriter:
    return PlainWriter()


@pytest.fixture
def make_facts() -> Callable[..., Facts]:
    def make(own: dict[str, tuple[Reading, ...]], *, country: dict[str, tuple[Reading, ...]] | None = None, year: int = 2026) -> Facts:
        codes = {*own, *(country or {})}
        count_codes = {"population", "france_services_count", "library_count"}
        measures = {
            code: Measure(code, code, Unit.COUNT if code in count_codes else Unit.SHARE, Direction.HIGHER_IS_BETTER) for code in codes
        }
        return Facts(
            identity=Identity(
                COTES, "departement", "22", "Côtes-d'Armor", "departement", 600000, "2023", 348, (Parent(FRANCE, "pays", "France"),)
            ),
            release=Release("a" * 64, 1, 2026),
            year=year,
            measures=measures,
            readings={COTES: own, FRANCE: country or {}},
            sources={"arcep": Source("arcep", "Arcep", "a.csv", "Arcep", "LO 2.0", "https://example.org/", "2019-11-01", "2019", "b" * 64)},
        )

    return make
