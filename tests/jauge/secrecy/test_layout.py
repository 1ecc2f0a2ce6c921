"""What ties counts of territories together, read from memberships and formulas."""

import numpy as np
import pytest

from jauge.expressions import parse_expression
from jauge.secrecy import Count, Link, State, attack_by_bounds, find_links, hide_small, lay_out, protect, read_sum

A, B, C, EPCI, DEPARTEMENT = ("commune", "01001"), ("commune", "01002"), ("commune", "01003"), ("epci", "2"), ("departement", "01")
MEMBERS = {EPCI: [A, B], DEPARTEMENT: [A, B, C]}


def count(place: tuple[str, str], value: float | None, state: State = State.GIVEN, **more: object) -> Count:
    return Count("rsa", place, value, state, is_sum=place in MEMBERS, **more)  # type: ignore[arg-type]


def test_totals_of_two_levels_give_by_difference_the_commune_that_only_one_holds() -> None:
    counts = [count(A, 40), count(B, 50), count(C, 3), count(EPCI, 90), count(DEPARTEMENT, 93)]
    table = lay_out(counts, MEMBERS, threshold=5)

    lower, upper = attack_by_bounds(table, hide_small(table))

    assert (lower[2], upper[2]) == pytest.approx((3, 3), abs=1e-4)


def test_what_protects_a_commune_costs_less_than_a_departement() -> None:
    counts = [count(A, 40), count(B, 50), count(C, 3), count(EPCI, 90), count(DEPARTEMENT, 93)]

    found = protect(lay_out(counts, MEMBERS, threshold=5))

    # C alone is outside the EPCI: the département (three communes) goes with it, or a commune and its EPCI (two).
    assert State(found.states[2]) is State.SMALL
    assert {State(state) for state in found.states[[0, 1, 3, 4]]} == {State.GIVEN, State.MASKED}
    assert found.cost < 5


def test_a_sum_of_ours_says_nothing_of_the_members_that_it_leaves_out() -> None:
    counts = [count(A, 40), count(B, None, State.INHERITED), count(EPCI, 40)]

    found = protect(lay_out(counts, MEMBERS, threshold=5))

    assert found.cost == 0
    assert (found.lower[1], found.upper[1]) == (0, np.inf)


def test_a_total_of_the_publisher_says_what_its_lone_hidden_member_is() -> None:
    counts = [count(A, 40), count(B, None, State.INHERITED), Count("rsa", EPCI, 60.0)]
    table = lay_out(counts, MEMBERS, threshold=5)

    lower, upper = attack_by_bounds(table, table.states)

    assert (lower[1], upper[1]) == pytest.approx((20, 20), abs=1e-4)
    assert protect(table).cost > 0


def test_a_member_that_nobody_counted_leaves_a_bound_only() -> None:
    counts = [count(A, 40), count(B, None, State.INHERITED), Count("rsa", DEPARTEMENT, 60.0)]
    table = lay_out(counts, MEMBERS, threshold=5)

    lower, upper = attack_by_bounds(table, table.states)

    assert (lower[1], upper[1]) == pytest.approx((0, 20), abs=1e-4)


def test_a_numerator_stays_within_its_denominator_when_others_make_up_for_it() -> None:
    counts = [
        *(Count("unemployed", place, value) for place, value in ((A, 3.0), (B, 6.0), (C, 30.0))),
        *(Count("active", place, value) for place, value in ((A, 20.0), (B, 7.0), (C, 200.0))),
        Count("unemployed", DEPARTEMENT, 39.0, is_sum=True),
        Count("active", DEPARTEMENT, 227.0, is_sum=True),
    ]

    found = protect(lay_out(counts, MEMBERS, [Link("active", ("unemployed",))], threshold=5))

    # B could rise by one only (6 of 7) and fall by one: C goes with A.
    assert [State(state).name for state in found.states[:3]] == ["SMALL", "GIVEN", "MASKED"]


def test_formulas_say_which_counts_are_parts_of_which() -> None:
    formulas = {"30": "a + b + c", "100": "b + c", "1000": "c"}
    forms = {name: read_sum(parse_expression(text)) or frozenset() for name, text in formulas.items()}

    links = find_links(forms, [("30", "premises")])

    assert links == (
        Link("100", ("1000",), is_class=True),
        Link("30", ("100",), is_class=True),
        Link("premises", ("30",)),
    )


@pytest.mark.parametrize("text", ["a - b", "2 * a", "a + 1", "a + a", "when(a > 1, a, b)"])
def test_only_a_sum_of_columns_is_one(text: str) -> None:
    assert read_sum(parse_expression(text)) is None
