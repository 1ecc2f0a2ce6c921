"""Points of attention of the shipped plan: a truth table of its rules, their tense, and how far each may be trusted."""

from pathlib import Path

import pytest

from jauge.diagnosis import Confidence, Flag, Severity, apply_rule, find_points, parse_plan
from jauge.diagnosis.points import fill_sentence, gather_spoken, grade_confidence
from jauge.figures import Reading, Spread
from jauge.quantities import Reason, Status

PLAN_FILE = Path(__file__).parents[3] / "definitions" / "diagnosis" / "numerique.yaml"
PLAN = parse_plan(PLAN_FILE.read_text(), file="numerique.yaml")
RULES = {rule.code: rule for rule in PLAN.rules}
FIRED, SILENT = "fired", None
NETWORK, JOBS, AGE, HELP, BOOKS = (
    "fixed_share_30mbps",
    "unemployed_share_15_64",
    "age_65_plus_share",
    "france_services_count",
    "library_count",
)

# rule, own figures (newest value, or (oldest, newest)), the country's, expected severity
TRUTH = [
    ("good_fixed_networks", {NETWORK: 0.85}, {}, FIRED),
    ("good_fixed_networks", {NETWORK: 0.849}, {}, SILENT),
    ("slow_fixed_networks", {NETWORK: 0.39}, {}, Severity.MAJOR),
    ("slow_fixed_networks", {NETWORK: 0.4}, {}, Severity.IMPORTANT),
    ("slow_fixed_networks", {NETWORK: 0.6}, {}, Severity.WATCH),
    ("slow_fixed_networks", {NETWORK: 0.75}, {}, SILENT),
    ("ineligible_premises", {"fixed_ineligible_share": 0.05}, {}, Severity.IMPORTANT),
    ("ineligible_premises", {"fixed_ineligible_share": 0.02}, {}, Severity.WATCH),
    ("ineligible_premises", {"fixed_ineligible_share": 0.019}, {}, SILENT),
    ("fibre_today_good", {"fibre_eligible_share": 0.95}, {}, FIRED),
    ("fibre_today_good", {"fibre_eligible_share": 0.94}, {}, SILENT),
    ("fibre_today_late", {"fibre_eligible_share": 0.69}, {}, Severity.MAJOR),
    ("fibre_today_late", {"fibre_eligible_share": 0.84}, {}, Severity.IMPORTANT),
    ("fibre_today_late", {"fibre_eligible_share": 0.94}, {}, Severity.WATCH),
    ("fibre_today_late", {"fibre_eligible_share": 0.95}, {}, SILENT),
    ("fibre_progress", {"fibre_passed_share_quarterly": (0.3, 0.6)}, {}, FIRED),
    ("fibre_progress", {"fibre_passed_share_quarterly": (0.5, 0.6)}, {}, SILENT),
    ("many_unemployed", {JOBS: 0.19}, {JOBS: 0.13}, Severity.IMPORTANT),
    ("many_unemployed", {JOBS: 0.16}, {JOBS: 0.13}, Severity.WATCH),
    ("many_unemployed", {JOBS: 0.14}, {JOBS: 0.13}, SILENT),
    ("many_unemployed", {JOBS: 0.9}, {}, SILENT),
    ("few_unemployed", {JOBS: 0.09}, {JOBS: 0.13}, FIRED),
    ("few_unemployed", {JOBS: 0.11}, {JOBS: 0.13}, SILENT),
    ("older_population", {AGE: 0.28}, {}, Severity.IMPORTANT),
    ("older_population", {AGE: 0.24}, {}, Severity.WATCH),
    ("older_population", {AGE: 0.2}, {}, SILENT),
    ("young_population", {"under_25_share": 0.33}, {}, FIRED),
    ("young_population", {"under_25_share": 0.3}, {}, SILENT),
    ("few_diplomas", {"no_diploma_share": 0.32}, {"no_diploma_share": 0.2}, Severity.IMPORTANT),
    ("few_diplomas", {"no_diploma_share": 0.25}, {"no_diploma_share": 0.2}, Severity.WATCH),
    ("few_diplomas", {"no_diploma_share": 0.22}, {"no_diploma_share": 0.2}, SILENT),
    ("high_poverty", {"poverty_rate": 0.22}, {}, Severity.IMPORTANT),
    ("high_poverty", {"poverty_rate": 0.17}, {}, Severity.WATCH),
    ("high_poverty", {"poverty_rate": 0.15}, {}, SILENT),
    ("no_france_services", {HELP: 0, "population": 5000}, {}, Severity.IMPORTANT),
    ("no_france_services", {HELP: 0, "population": 2000}, {}, Severity.WATCH),
    ("no_france_services", {HELP: 0, "population": 1999}, {}, SILENT),
    ("no_france_services", {HELP: 1, "population": 9000}, {}, SILENT),
    ("france_services_network", {HELP: 30, "population": 600000}, {}, FIRED),
    ("france_services_network", {HELP: 20, "population": 600000}, {}, SILENT),
    ("no_library", {BOOKS: 0, "population": 1000}, {}, Severity.WATCH),
    ("no_library", {BOOKS: 0, "population": 999}, {}, SILENT),
    ("libraries", {BOOKS: 3, "population": 10000}, {}, FIRED),
    ("libraries", {BOOKS: 2, "population": 10000}, {}, SILENT),
    ("population_falls", {"population": (1000, 980)}, {}, Severity.WATCH),
    ("population_falls", {"population": (1000, 981)}, {}, SILENT),
    ("population_grows", {"population": (1000, 1030)}, {}, FIRED),
    ("population_grows", {"population": (1000, 1029)}, {}, SILENT),
    ("stale_networks", {NETWORK: 0.5}, {}, FIRED),
]


def _read(code, value):
    if isinstance(value, tuple):
        return (Reading(code, "2017", value[0]), Reading(code, "2020", value[1]))
    return (Reading(code, "2020", value),)


def _readings(values):
    return {code: _read(code, value) for code, value in values.items()}


@pytest.mark.parametrize(("code", "own", "country", "expected"), TRUTH)
def test_a_rule_fires_on_its_side_of_its_threshold_only(code, own, country, expected, make_facts, writer):
    point = apply_rule(RULES[code], make_facts(_readings(own), country=_readings(country), year=2025), writer)

    assert (point is not None) == (expected is not SILENT)
    if isinstance(expected, Severity):
        assert point.severity is expected


def test_an_old_measure_of_networks_is_never_worse_than_to_be_watched(make_facts, writer):
    point = apply_rule(RULES["slow_fixed_networks"], make_facts(_readings({NETWORK: 0.1}), year=2026), writer)

    assert point.severity is Severity.WATCH


def test_every_rule_stands_in_the_truth_table_and_fires_there():
    assert {code for code, _, _, expected in TRUTH if expected is not SILENT} == set(RULES)
    assert len(RULES) >= 12


@pytest.mark.parametrize("rule", PLAN.rules, ids=lambda rule: rule.code)
def test_a_rule_stays_silent_on_a_figure_that_nobody_has(rule, make_facts, writer):
    missing = {code: (Reading(code, "2020", None, status=Status.SECRET, reason=Reason.STATISTICAL_SECRECY),) for code in rule.figures}

    assert apply_rule(rule, make_facts(missing, country=missing), writer) is None


def test_a_point_on_an_old_figure_speaks_in_the_past_tense(make_facts, writer):
    own = {NETWORK: (Reading(NETWORK, "2019-09-30", 0.5),)}

    old = apply_rule(RULES["slow_fixed_networks"], make_facts(own, year=2026), writer)
    fresh = apply_rule(RULES["slow_fixed_networks"], make_facts(own, year=2022), writer)

    assert old.sentence == "50% des locaux avaient accès à 30 Mbit/s ou plus en 2019."
    assert fresh.sentence == "50% des locaux ont accès à 30 Mbit/s ou plus en 2019."


def test_a_point_quotes_the_country_where_it_is_known(make_facts, writer):
    facts = make_facts(_readings({NETWORK: 0.5}), country=_readings({NETWORK: 0.62}))

    assert apply_rule(RULES["slow_fixed_networks"], facts, writer).sentence.endswith("en 2020, pour 62% en France.")


@pytest.mark.parametrize(
    ("reading", "year", "doubts", "confidence"),
    [
        (Reading(NETWORK, "2025", 0.5, 400, 800), 2026, (), Confidence.HIGH),
        (Reading(NETWORK, "2020", 0.5, 400, 800), 2026, ("old",), Confidence.MEDIUM),
        (Reading(NETWORK, "2019", 0.5, 400, 800), 2026, ("very_old",), Confidence.MEDIUM),
        (Reading(NETWORK, "2025", 0.5, 4, 8), 2026, ("small_base",), Confidence.MEDIUM),
        (
            Reading(NETWORK, "2020", 0.5, 4, 8, Status.ESTIMATED, Reason.SPLIT_BY_POPULATION),
            2026,
            ("estimated", "old", "small_base"),
            Confidence.LOW,
        ),
    ],
)
def test_confidence_falls_with_each_doubt(reading, year, doubts, confidence, make_facts, writer):
    point = apply_rule(RULES["slow_fixed_networks"], make_facts({NETWORK: (reading,)}, year=year), writer)

    assert (point.doubts, point.confidence) == (doubts, confidence)


def test_confidence_falls_when_few_peers_have_the_figure(make_facts, writer):
    facts = make_facts({NETWORK: (Reading(NETWORK, "2025", 0.5),)})
    facts.spreads[NETWORK, "2025"] = Spread(70, 30, 0.1, 0.2, 0.5, 0.7, 0.9)

    assert apply_rule(RULES["slow_fixed_networks"], facts, writer).doubts == ("low_coverage",)


@pytest.mark.parametrize(("period", "doubts"), [("2025", ("flagged",)), ("2024", ())])
def test_confidence_falls_when_a_check_flags_the_figure_told(period, doubts, make_facts, writer):
    facts = make_facts({NETWORK: (Reading(NETWORK, "2025", 0.5, 400, 800),)})
    facts.flags[NETWORK, period] = (Flag(7, "Classes et total", "Une des cellules est fausse."),)

    assert apply_rule(RULES["slow_fixed_networks"], facts, writer).doubts == doubts


def test_points_come_strengths_first_then_the_gravest(make_facts, writer):
    own = _readings({NETWORK: 0.3, AGE: 0.25, "under_25_share": 0.4})

    points = find_points(PLAN, make_facts(own, year=2025), writer)

    assert [point.code for point in points] == ["young_population", "slow_fixed_networks", "older_population", "stale_networks"]


def test_a_sentence_falls_silent_rather_than_show_a_hole():
    assert fill_sentence("{a} et {b}", {"a": "1"}) is None
    assert fill_sentence("{a}[ et {b}].", {"a": "1", "b": "2"}) == "1 et 2."
    assert grade_confidence(("old", "estimated", "small_base")) is Confidence.LOW


def test_a_share_of_few_units_cannot_be_told_from_the_countrys(make_facts, writer):
    few, many = Reading(JOBS, "2024", 0.2, 16, 80), Reading(JOBS, "2024", 0.2, 16_000, 80_000)
    country = {JOBS: (Reading(JOBS, "2024", 0.13, 13_000, 100_000),)}

    told = [apply_rule(RULES["many_unemployed"], make_facts({JOBS: (own,)}, country=country), writer).sentence for own in (few, many)]

    assert ["trop proche" in sentence for sentence in told] == [True, False]


def test_conditions_know_the_margin_of_a_share_that_has_counts(make_facts, writer):
    facts = make_facts({JOBS: (Reading(JOBS, "2024", 0.1, 8, 80),), NETWORK: (Reading(NETWORK, "2024", 0.5),)})

    numbers = gather_spoken((JOBS, NETWORK), facts, writer).numbers

    assert round(numbers[f"{JOBS}_margin"], 3) == 0.067
    assert f"{NETWORK}_margin" not in numbers
