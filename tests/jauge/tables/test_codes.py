"""The keys of SIREN and SIRET numbers, held against a slow reading and against real numbers."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jauge.tables import Code
from jauge.tables.codes import LA_POSTE, has_right_key, key_sql


def _has_key(number: str, code: Code) -> bool:
    row = duckdb.execute(f"SELECT {key_sql('number', code)} FROM (SELECT ? AS number)", [number]).fetchone()
    return bool(row and row[0])


def _luhn(number: str) -> bool:
    """The oracle: one digit at a time, from the right."""
    total = 0
    for place, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + place % 2)
        total += doubled // 10 + doubled % 10
    return total % 10 == 0


@given(st.text("0123456789", min_size=9, max_size=9))
def test_the_key_of_a_siren_is_luhns(number: str) -> None:
    assert _has_key(number, Code.SIREN) == _luhn(number)


@given(st.text("0123456789", min_size=14, max_size=14).filter(lambda number: not number.startswith(LA_POSTE)))
def test_the_key_of_a_siret_is_luhns(number: str) -> None:
    assert _has_key(number, Code.SIRET) == _luhn(number)


@pytest.mark.parametrize(
    ("number", "code", "has_key"),
    [
        ("356000000", Code.SIREN, True),  # La Poste
        ("35600000000048", Code.SIRET, True),  # its head office: Luhn’s key
        ("35600000049837", Code.SIRET, True),  # one of its offices: 45, a multiple of 5, and no Luhn’s key
        ("35600000049838", Code.SIRET, False),
        ("21350238800019", Code.SIRET, True),  # the city of Rennes
        ("21350238800018", Code.SIRET, False),
    ],
)
def test_real_numbers_have_their_key(number: str, code: Code, has_key: bool) -> None:
    assert _has_key(number, code) is has_key
    assert has_right_key(number, code) is has_key


@given(st.text("0123456789", min_size=9, max_size=9) | st.text("0123456789", min_size=5, max_size=5).map(lambda nic: LA_POSTE + nic))
def test_one_number_and_a_column_are_judged_alike(number: str) -> None:
    code = Code.SIREN if len(number) == 9 else Code.SIRET

    assert has_right_key(number, code) is _has_key(number, code)


@pytest.mark.parametrize("number", ["", "35600000", " 356000000", "356000000\n", "３５６０００００００", "35600000A"])
def test_what_is_no_number_has_no_key(number: str) -> None:
    assert not has_right_key(number, Code.SIREN)
