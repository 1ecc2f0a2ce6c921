"""Conditions of rules: what they answer, what they refuse, and what they do with what nobody knows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jauge.diagnosis import UnsafeCondition, parse_condition

KLEENE = [
    ("a > 0 and b > 0", {"a": 1, "b": None}, None),
    ("a > 0 and b > 0", {"a": -1, "b": None}, False),
    ("a > 0 or b > 0", {"a": 1, "b": None}, True),
    ("a > 0 or b > 0", {"a": -1, "b": None}, None),
    ("not a > 0", {"a": None}, None),
    ("not a > 0", {"a": -1}, True),
    ("a / b > 1", {"a": 4, "b": 0}, None),
    ("0 < a < 1", {"a": 0.5}, True),
    ("0 < a < 1", {"a": 1}, False),
    ("a - b <= -0.02", {"a": 0.1, "b": 0.2}, True),
]


@pytest.mark.parametrize(("text", "values", "expected"), KLEENE)
def test_a_condition_answers_true_false_or_unknown(text, values, expected):
    assert parse_condition(text).evaluate(values) is expected


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os')",
        "a.b > 1",
        "a[0]",
        "lambda: 1",
        "(a := 2) > 1",
        "'x' == a",
        "True",
        "a if b else c",
        "a >",
        "",
        "a" * 501,
        "f(a)",
        "a ** 9",
    ],
)
def test_a_condition_refuses_all_but_names_numbers_and_comparisons(text):
    with pytest.raises(UnsafeCondition):
        parse_condition(text)


@given(st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False))
def test_a_condition_and_its_negation_never_agree(left, right):
    values = {"a": left, "b": right}

    assert parse_condition("a < b").evaluate(values) is not parse_condition("not a < b").evaluate(values)
