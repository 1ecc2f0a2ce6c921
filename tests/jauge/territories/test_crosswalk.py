"""From one COG year to another: rules on known cases, counts conserved over all pairs of vintages."""

from itertools import permutations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jauge.territories import Geography, Level, RejectReason, Rule, TerritoryRef, UnknownVintage

YEARS = (2019, 2021, 2022, 2023, 2024, 2025, 2026)
OLDER = tuple(range(2008, 2019))


def test_a_merged_commune_keeps_every_premises_of_its_parts(geography: Geography) -> None:
    before = {"24325": 120, "24089": 30, "24314": 10}  # three communes of 2021 that are one since 1 January 2022

    after = geography.crosswalk(2021, 2026).carry(before)

    assert after == {"24325": 160}


def test_a_split_shares_by_the_population_of_the_first_later_vintage(geography: Geography) -> None:
    """Essarts-en-Bocage, 2024 (PMUN 2022): 6,835 + 1,264 (L’Oie) + 1,338 (Sainte-Florence) = 9,437 inhabitants."""
    after = geography.crosswalk(2023, 2026).carry({"85084": 1000})

    assert after == {"85084": 724, "85165": 134, "85212": 142}


def test_backwards_a_merged_commune_is_split_by_its_last_earlier_populations(geography: Geography) -> None:
    """Saint-Thibaut (81 inhabitants in 2021) merged into Bazoches-sur-Vesles 02054 on 1 January 2022."""
    walk = geography.crosswalk(2022, 2021)
    parts = {code: geography.get(TerritoryRef(Level.COMMUNE, code, 2021)).population for code in ("02054", "02695")}

    assert {link.code_to: link.weight for link in walk.links["02054"]} == parts
    assert {link.rule for link in walk.links["02054"]} == {Rule.MERGER_UNDONE}


def test_a_commune_merged_then_restored_gets_back_exactly_its_own(geography: Geography) -> None:
    """Les Hauts-Talican 60694 merged into 60054 in 2018 and was restored in 2024: nothing is shared between 2017 and 2026."""
    after = geography.crosswalk(2017, 2026).carry({"60694": 123, "60054": 45, "60455": 6})

    assert after == {"60694": 123, "60054": 51}


@pytest.mark.parametrize(
    ("code", "year", "target", "rule"),
    [
        ("27676", 2019, "27676", Rule.UNCHANGED),  # 27058 in 2021 and 2022, 27676 again since
        ("27676", 2021, "27676", Rule.RESTORED),
        ("49069", 2024, "49126", Rule.CODE_CHANGED),
        ("75101", 2019, "75056", Rule.ARRONDISSEMENT_FOLDED),
        ("13216", 2026, "13055", Rule.ARRONDISSEMENT_FOLDED),
        ("69381", 2022, "69123", Rule.ARRONDISSEMENT_FOLDED),
        ("01144", 2026, "01025", Rule.SUBCOMMUNE_FOLDED),
        ("60694", 2019, "60694", Rule.RESTORED),
        ("98501", 2010, "97601", Rule.DEPARTEMENT_CHANGED),
        ("01144", 2012, "01025", Rule.MERGED),
        ("97411", 2019, "97411", Rule.UNCHANGED),
        ("98818", 2019, "98818", Rule.UNCHANGED),
        ("16351", 2026, "16233", Rule.SUBCOMMUNE_FOLDED),
        ("98501", 2026, "97601", Rule.OTHER_VINTAGE),
    ],
)
def test_a_code_leads_to_todays_commune_by_its_rule(geography: Geography, code: str, year: int, target: str, rule: Rule) -> None:
    links = geography.resolve(code, year)

    assert [(link.code_to, link.rule) for link in links] == [(target, rule)]


def test_the_year_2020_is_read_with_the_communes_of_2021(geography: Geography) -> None:
    """Sannerville 14666 was restored on 31 December 2019; Saint-Simeux 16351 merged on 1 January 2021."""
    after = geography.crosswalk(2020, 2021).carry({"14666": 7, "14712": 8, "16351": 1, "16233": 2})

    assert after == {"14666": 7, "14712": 8, "16233": 3}


@pytest.mark.parametrize(("start", "end"), list(permutations(YEARS, 2)))
def test_each_commune_reaches_communes_of_the_other_vintage_and_all_are_reached(geography: Geography, start: int, end: int) -> None:
    own = geography.lineage.list_codes(start)
    links = geography.crosswalk(start, end).links

    reached = {link.code_to for code in own for link in links[code]}

    assert reached == geography.lineage.list_codes(end)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_counts_are_conserved_exactly_over_all_pairs_of_vintages(geography: Geography, data: st.DataObject) -> None:
    start = data.draw(st.sampled_from(OLDER + YEARS))
    end = data.draw(st.sampled_from(YEARS if start in YEARS else YEARS[:1]))
    moved = sorted(geography.lineage.standing[start])
    counts = data.draw(st.dictionaries(st.sampled_from(moved), st.integers(0, 10**9), max_size=200))

    after = geography.crosswalk(start, end).carry(counts)

    assert sum(after.values()) == sum(counts.values())
    assert all(count >= 0 for count in after.values())


@pytest.mark.parametrize(("start", "end"), list(permutations(YEARS, 2)))
def test_a_national_table_is_conserved_exactly(geography: Geography, start: int, end: int) -> None:
    codes = sorted(geography.lineage.list_codes(start))
    table = pa.table({"code": codes, "premises": pa.array(range(7, 7 + len(codes)), pa.int64())})

    after = geography.crosswalk(start, end).carry_table(table, key="code", counts=["premises"])

    assert sum(after["premises"].to_pylist()) == sum(table["premises"].to_pylist())
    assert set(after["code"].to_pylist()) == geography.lineage.list_codes(end)


def test_a_carried_table_marks_shares_keeps_missing_and_other_keys(geography: Geography) -> None:
    table = pa.table(
        {
            "code": ["85084", "02054", "02695", "22278", "99999"],
            "period": ["2018"] * 5,
            "jobs": [100.5, 3.25, None, 1.0, 5.0],
        }
    )

    after = geography.crosswalk(2021, 2026).carry_table(table, key="code", counts=["jobs"], by=["period"]).to_pydict()

    assert after["code"] == ["02054", "22278", "85084", "85165", "85212"]  # the unknown 99999 is a reject
    assert after["estimated"] == [False, False, True, True, True]
    assert after["jobs"][:2] == [None, 1.0]
    assert sum(after["jobs"][2:]) == pytest.approx(100.5, abs=1e-9)


def test_an_empty_table_carries_to_an_empty_one(geography: Geography) -> None:
    table = pa.table({"code": pa.array([], pa.string()), "n": pa.array([], pa.int64())})

    after = geography.crosswalk(2019, 2026).carry_table(table, key="code", counts=["n"])

    assert (after.num_rows, after.column_names) == (0, ["code", "n", "estimated"])


def test_uninhabited_communes_are_carried(geography: Geography) -> None:
    assert geography.crosswalk(2019, 2026).carry({"55039": 3}) == {"55039": 3}


def test_unknown_and_mutilated_codes_are_rejected_with_a_reason(geography: Geography) -> None:
    rejects = {r.code: r for r in geography.crosswalk(2019, 2026).find_rejects(["1001", "ZZZ", "01999", "22278"])}

    assert rejects["1001"].suggestion == "01001"
    assert rejects["ZZZ"].reason is RejectReason.MALFORMED
    assert rejects["01999"].reason is RejectReason.UNKNOWN
    assert "22278" not in rejects


def test_the_vintage_of_a_file_is_recognised_by_its_codes(geography: Geography) -> None:
    for year in (2015, 2019, 2022, 2025):
        assert geography.detect_vintage(geography.lineage.list_codes(year))[0].unknown == 0
        assert geography.detect_vintage(geography.lineage.list_codes(year))[0].absent == 0


def test_the_table_gives_every_row_its_rule_and_whole_weights(geography: Geography) -> None:
    table = geography.crosswalk(2019, 2026).table

    assert table.column_names == ["code_from", "code_to", "weight", "weight_total", "rule"]
    assert set(table["rule"].to_pylist()) <= {rule.value for rule in Rule}
    totals = table.group_by(["code_from", "weight_total"]).aggregate([("weight", "sum")])
    assert totals["weight_total"].to_pylist() == totals["weight_sum"].to_pylist()


@pytest.mark.parametrize(("start", "end"), [(2007, 2026), (2030, 2026), (2019, 2020)])
def test_a_year_outside_the_span_is_refused(geography: Geography, start: int, end: int) -> None:
    with pytest.raises(UnknownVintage):
        geography.crosswalk(start, end)
