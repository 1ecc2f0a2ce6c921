"""A diagnosis composed on hand-built facts: what is told, what is absent, what is compared."""

from dataclasses import replace

from jauge.diagnosis import Parent, compose_diagnosis, list_comparable, list_lines, make_line, parse_plan
from jauge.figures import Reading
from jauge.quantities import Reason, Status

PLAN = parse_plan(
    """\
code: essai
title: {fr: Essai}
key_figures: [rate, population]
sections:
  - {code: networks, title: {fr: Réseaux}, indicators: [rate, hidden, never_released]}
  - {code: change, kind: change, title: {fr: Change}, indicators: [rate, population]}
""",
    file="essai.yaml",
)


def test_a_diagnosis_tells_the_newest_known_figure_and_keeps_the_absent_with_its_reason(make_facts, writer):
    hidden = Reading("hidden", "2021", None, status=Status.SECRET, reason=Reason.STATISTICAL_SECRECY)
    facts = make_facts({"rate": (Reading("rate", "2017", 0.3), Reading("rate", "2019", 0.4, source="arcep")), "hidden": (hidden,)})

    diagnosis = compose_diagnosis(PLAN, facts, writer)

    networks, change = diagnosis.sections
    assert [line.reading.period for line in networks.lines] == ["2019"]
    assert [line.reading.reason for line in networks.absent] == [Reason.STATISTICAL_SECRECY]
    assert [line.measure.code for line in change.lines] == ["rate"]
    assert [source.name for source in diagnosis.sources] == ["arcep"]
    assert [line.measure.code for line in list_lines(diagnosis)] == ["rate", "hidden"]


def test_a_line_compares_the_same_period_only(make_facts):
    facts = make_facts({"rate": (Reading("rate", "2019", 0.4),)}, country={"rate": (Reading("rate", "2017", 0.1),)})

    assert make_line("rate", facts).comparisons == ()


def test_a_figure_is_past_from_the_fourth_year(make_facts):
    own = {"rate": (Reading("rate", "2022", 0.4),)}

    assert make_line("rate", make_facts(own, year=2026)).past
    assert not make_line("rate", make_facts(own, year=2025)).past


def test_a_series_never_crosses_its_break(make_facts):
    facts = make_facts({"rate": tuple(Reading("rate", period, 0.4) for period in ("2018-Q4", "2019-Q4", "2020-Q1"))})
    measure = facts.measures["rate"]
    broken = type(measure)(measure.code, measure.label, measure.unit, breaks=("2019-Q4",))

    assert [reading.period for reading in list_comparable(facts.readings["departement:22"]["rate"], broken)] == ["2019-Q4", "2020-Q1"]


def test_an_indicator_without_any_reading_is_not_collected(make_facts):
    line = make_line("rate", make_facts({"rate": ()}))

    assert (line.reading.status, line.reading.reason) == (Status.MISSING, Reason.NOT_COLLECTED)


def test_a_territory_is_not_compared_with_the_same_ground_at_another_level(make_facts):
    rate = (Reading("rate", "2019", 0.4),)
    facts = make_facts({"rate": rate}, country={"rate": rate})
    region = Parent("region:04", "region", facts.identity.name)
    twin = replace(
        facts,
        identity=replace(facts.identity, parents=(region, *facts.identity.parents)),
        readings=facts.readings | {"region:04": {"rate": rate}},
    )

    assert [one.parent.name for one in make_line("rate", twin).comparisons] == ["France"]
