"""Patterns of schemas match in DuckDB what they match in Python."""

import re

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jauge.tables.patterns import match_whole, needs_python, translate_pattern

PATTERNS = [
    r"^\d{14}$",
    r"^([013-9]\d|2[AB1-9])\d{3}$",
    r"^[0-9]{4}\-[0-9]{2}(\/[0-9]{4})?$",
    r"^[A-Za-z\s\-\u00C0-\u00FF]+$",
    r"^[\w-]+[.]?\W*$",
    r"(?:(?:^|,)(oui|non))+$",
    r"[]a[]+",
    r"[^]\d]*\Z",
    r"a|b",
]


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=st.text("01529AabéÉ_-,. /[]\u00a0ouin", max_size=8))
def test_a_translated_pattern_matches_what_python_matches(pattern: str, text: str) -> None:
    found = duckdb.execute("SELECT regexp_matches(?, ?)", [text, f"^(?:{translate_pattern(pattern)})$"]).fetchone()

    assert found == (re.fullmatch(pattern, text) is not None,)


@pytest.mark.parametrize("pattern", [r"(?!00)\d{2}", r"(?<=a)b", r"(a)\1", r"(?P<x>a)(?P=x)", "a{2000}"])
def test_what_re2_cannot_do_goes_to_python(pattern: str) -> None:
    assert needs_python(pattern)
    assert not any(map(needs_python, PATTERNS))


def test_python_matches_the_whole_text() -> None:
    assert match_whole("12", r"(?!00)\d{2}")
    assert not match_whole("00", r"(?!00)\d{2}")
    assert not match_whole("123", r"(?!00)\d{2}")
