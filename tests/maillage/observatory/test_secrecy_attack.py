"""The attack on what the country's release publishes, and on its largest tables put under a threshold: ten thousand tries and more."""

from collections import defaultdict
from pathlib import Path

import duckdb
import numpy as np
import pytest

from jauge.secrecy import (
    CellTable,
    Count,
    State,
    Verdict,
    attack_by_bounds,
    attack_by_differences,
    find_breaches,
    hide_small,
    lay_out,
    protect,
)
from jauge.secrecy.layout import Place
from maillage.observatory import folders
from maillage.observatory.places import build_places
from maillage.territories.api import get_geography

pytestmark = [pytest.mark.slow]
THRESHOLD = 11  # of the drill: that of fiscal data, the highest that a source of ours sets


@pytest.fixture(scope="module")
def members() -> dict[Place, list[Place]]:
    geography = get_geography()
    found: dict[Place, list[Place]] = defaultdict(list)
    for row in build_places(geography, geography.newest).membership.to_pylist():
        if row["from_level"] == "commune":
            found[row["level"], row["group_code"]].append(("commune", row["code"]))
    return found


@pytest.fixture(scope="module")
def observations(national_folder: Path) -> str:
    release = folders.find_current(national_folder)
    assert release is not None
    return f"'{national_folder / release / 'observations.parquet'}'"


def attack_release(observations: str, members: dict[Place, list[Place]], indicator: str, period: str, threshold: int) -> tuple[int, int]:
    """Attack one published table, with nothing but its rows: how many hidden cells were tried, how many are too narrow."""
    rows = duckdb.sql(
        f"SELECT level, code, numerator, status FROM {observations} WHERE indicator = '{indicator}' AND period = '{period}' "
        "AND (numerator IS NOT NULL OR status = 'secret')"
    ).fetchall()
    counts = [
        Count(indicator, (level, code), value, State.GIVEN if value is not None else State.INHERITED, is_sum=level != "commune")
        for level, code, value, _ in rows
        if value is not None or level == "commune"
    ]
    table = lay_out(counts, members, threshold=threshold)
    lower, upper = attack_by_bounds(table, table.states)
    given = attack_by_differences(table, table.states)
    narrow = find_breaches(table, table.states, lower, upper) | given
    return int(np.sum(table.states == State.INHERITED)), int(narrow.sum())


def test_the_release_gives_nothing_of_what_its_sources_hide(observations: str, members: dict[Place, list[Place]]) -> None:
    series = duckdb.sql(
        f"SELECT DISTINCT indicator, period FROM {observations} WHERE status = 'secret' AND level = 'commune' "
        f"AND indicator IN (SELECT indicator FROM {observations} WHERE numerator IS NOT NULL) ORDER BY ALL"
    ).fetchall()

    tried = [attack_release(observations, members, indicator, period, 5) for indicator, period in series]

    assert sum(narrow for _, narrow in tried) == 0
    assert sum(hidden for hidden, _ in tried) > 2_000  # communes of which the Cnaf hides an Iris, each attacked in two ways


@pytest.fixture(scope="module")
def drill(observations: str, members: dict[Place, list[Place]]) -> CellTable:
    """The unemployed of every commune in 2018 and all their sums, in whole persons, as if their source set a threshold."""
    rows = duckdb.sql(
        f"SELECT code, round(numerator)::INT FROM {observations} "
        "WHERE indicator = 'unemployed_share_15_64' AND level = 'commune' AND numerator IS NOT NULL ORDER BY code"
    ).fetchall()
    known = dict(rows)
    counts = [Count("unemployed", ("commune", code), count) for code, count in rows]
    counts += [
        Count("unemployed", place, float(sum(known.get(code, 0) for _, code in inside)), is_sum=True) for place, inside in members.items()
    ]
    return lay_out(counts, members, threshold=THRESHOLD)


def test_ten_thousand_hidden_communes_are_as_wide_as_promised(drill: CellTable) -> None:
    found = protect(drill)

    lower, upper = attack_by_bounds(drill, found.states)
    hidden = (found.states != State.GIVEN) & (found.states != State.LATENT)
    assert found.verdict is Verdict.PROTECTED
    assert hidden.sum() >= 10_000
    assert not find_breaches(drill, found.states, lower, upper).any()
    assert not attack_by_differences(drill, found.states).any()
    assert found.cost < 0.02 * len(drill.values)


def test_the_same_attack_succeeds_where_only_the_small_counts_are_hidden(drill: CellTable) -> None:
    states = hide_small(drill)

    assert attack_by_differences(drill, states).sum() > 100
    assert find_breaches(drill, states, *attack_by_bounds(drill, states)).sum() > 500
