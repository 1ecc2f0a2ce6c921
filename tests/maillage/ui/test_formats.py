"""French numbers, periods and typography."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jauge.quantities import Unit
from maillage.ui import formats


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "written"),
    [
        (0.332, Unit.SHARE, None, "33,2 %"),
        (0.5, "share", 0, "50 %"),
        (1234.4, Unit.COUNT, None, "1 234"),
        (21730, Unit.EUR, None, "21 730 €"),
        (2.34, Unit.PER_10000, None, "2,3 pour 10 000 habitants"),
        (1, Unit.PERSONS, None, "1 personne"),
        (2, Unit.PREMISES, None, "2 locaux"),
        (None, Unit.SHARE, None, "n. d."),
    ],
)
def test_a_value_is_written_with_its_unit(value: float | None, unit: Unit | str, decimals: int | None, written: str) -> None:
    assert _plain(formats.format_value(value, unit, decimals)) == written


def test_a_half_is_rounded_away_from_zero_as_people_do() -> None:
    assert [formats.format_number(n, 1) for n in (0.25, 0.35, -0.25)] == ["0,3", "0,4", "−0,3"]


@given(st.integers(-(10**12), 10**12))
def test_a_count_reads_back_as_itself(number: int) -> None:
    written = formats.format_count(number)

    assert int(written.replace(formats.FINE, "").replace("−", "-")) == number


@pytest.mark.parametrize(
    ("period", "written", "when"),
    [
        ("2017", "2017", "en 2017"),
        ("2018-Q1", "1er trimestre 2018", "au 1er trimestre 2018"),
        ("2018-Q3", "3e trimestre 2018", "au 3e trimestre 2018"),
        ("2022-05", "mai 2022", "en mai 2022"),
        ("2019-09-30", "30 septembre 2019", "au 30 septembre 2019"),
        ("2024-08-01", "1er août 2024", "au 1er août 2024"),
    ],
)
def test_a_period_is_written_and_said(period: str, written: str, when: str) -> None:
    assert (_plain(formats.format_period(period)), _plain(formats.in_period(period))) == (written, when)


@pytest.mark.parametrize("period", ["", "17", "2018-Q5", "2019-13", "2019-02-30", "hier"])
def test_an_unreadable_period_is_refused(period: str) -> None:
    with pytest.raises(formats.UnreadablePeriod):
        formats.format_period(period)


@pytest.mark.parametrize(("period", "past"), [("2022", True), ("2023", False), ("2019-09-30", True), ("2026", False)])
def test_a_figure_of_more_than_three_years_is_past(period: str, past: bool) -> None:
    assert formats.is_past(period, 2026) is past


@pytest.mark.parametrize(("size", "written"), [(0, "0 octet"), (870, "870 octets"), (1_234_000, "1,2 Mo"), (5_000_000_000, "5,0 Go")])
def test_a_size_is_written_in_its_largest_unit(size: int, written: str) -> None:
    assert _plain(formats.format_bytes(size)) == written


@pytest.mark.parametrize(
    ("difference", "written"), [(0.032, "+3,2 points"), (-0.01, "−1,0 point"), (0.0, "0,0 point"), (0.0001, "0,0 point")]
)
def test_a_difference_of_shares_is_in_points(difference: float, written: str) -> None:
    assert _plain(formats.format_points(difference)) == written


def test_the_first_of_a_month_is_an_ordinal() -> None:
    assert _plain(formats.format_date(date(2024, 3, 1))) == "1er mars 2024"


def test_typesetting_spares_addresses_and_clock_times() -> None:
    text = "Voir https://example.org/a à 12:30"

    assert formats.typeset(text) == text


@given(st.text(alphabet="ab «»:;!?'’ 0123"))
def test_typesetting_twice_changes_nothing_more(text: str) -> None:
    assert formats.typeset(formats.typeset(text)) == formats.typeset(text)


def _plain(text: str) -> str:
    """The text with ordinary spaces, so that expectations stay readable."""
    return text.replace(formats.FINE, " ").replace(formats.NO_BREAK, " ")
