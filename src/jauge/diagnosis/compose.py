"""A diagnosis composed from a plan and the facts of one territory: which lines stand in which section, what is missing and why."""

from jauge.diagnosis.data import Chosen, Comparison, Diagnosis, Facts, Line, Section
from jauge.diagnosis.plan import Plan, SectionPlan
from jauge.diagnosis.points import (
    LANGUAGE,
    STALE_AFTER_YEARS,
    Writer,
    age_years,
    choose_reading,
    find_points,
    find_reading,
    list_comparable,
    list_flags,
)
from jauge.figures import Reading, Source
from jauge.quantities import Reason, Status

KEY_FIGURES = 6  # those that open the summary


def compose_diagnosis(plan: Plan, facts: Facts, writer: Writer) -> Diagnosis:
    """Make the diagnosis of a territory. An indicator that the release lacks is a missing line, never an error."""
    sections = tuple(_compose_section(section, facts) for section in plan.sections)
    key_figures = tuple(line for code in plan.key_figures if (line := make_line(code, facts)) and line.reading.value is not None)
    return Diagnosis(
        plan=plan.code,
        title=plan.title[LANGUAGE],
        identity=facts.identity,
        release=facts.release,
        year=facts.year,
        key_figures=key_figures[:KEY_FIGURES],
        points=find_points(plan, facts, writer),
        sections=sections,
        sources=_list_sources(sections, key_figures, facts),
    )


def make_line(code: str, facts: Facts) -> Line | None:
    """The line of an indicator; None where the release has no such indicator. Without any reading, it is «not collected»."""
    measure = facts.measures.get(code)
    if measure is None:
        return None
    readings = facts.readings.get(facts.identity.ref, {}).get(code, ())
    reading = choose_reading(readings) or Reading(code, "", None, status=Status.MISSING, reason=Reason.NOT_COLLECTED)
    return Line(
        measure=measure,
        reading=reading,
        past=bool(reading.period) and age_years(reading.period, facts.year) > STALE_AFTER_YEARS,
        comparisons=_compare(code, reading.period, facts),
        spread=facts.spreads.get((code, reading.period)),
        series=list_comparable(readings, measure),
        source=facts.sources.get(reading.source),
        flags=list_flags(code, reading.period, facts),
    )


def _compare(code: str, period: str, facts: Facts) -> tuple[Comparison, ...]:
    """The same figure of the territories that hold this one, smallest first, each name once.

    A territory of the same name is the same ground at another level (La Réunion, Paris): comparing with it would say nothing.
    """
    found: dict[str, Comparison] = {}
    for parent in facts.identity.parents:
        reading = find_reading(facts, parent.ref, code, period)
        if reading and parent.name != facts.identity.name:
            found.setdefault(parent.name, Comparison(parent, reading))
    return tuple(found.values())


def list_lines(diagnosis: Diagnosis) -> tuple[Line, ...]:
    """Every figure of a diagnosis once, in order of reading, those without a value included."""
    lines: dict[str, Line] = {line.measure.code: line for line in diagnosis.key_figures}
    for section in diagnosis.sections:
        lines |= {line.measure.code: line for line in (*section.lines, *section.absent) if line.measure.code not in lines}
    return tuple(lines.values())


def _compose_section(section: SectionPlan, facts: Facts) -> Section:
    lines = [line for code in section.indicators if (line := make_line(code, facts))]
    if section.kind == "change":
        lines = [line for line in lines if len(line.series) > 1]
    return Section(
        code=section.code,
        kind=section.kind,
        title=section.title[LANGUAGE],
        intro=section.intro.get(LANGUAGE, ""),
        lines=tuple(line for line in lines if line.reading.value is not None),
        absent=tuple(line for line in lines if line.reading.value is None),
        pictures=tuple(picture for picture in section.pictures if _is_drawable(picture, facts)),
        awaiting=section.awaiting,
        paragraphs=section.paragraphs,
    )


def _is_drawable(picture: Chosen, facts: Facts) -> bool:
    """Bars and series need a value of the territory's own; a map shows its members, and is checked where they are read."""
    own = facts.readings.get(facts.identity.ref, {})
    return any(reading.value is not None for code in picture.indicators for reading in own.get(code, ()))


def _list_sources(sections: tuple[Section, ...], key_figures: tuple[Line, ...], facts: Facts) -> tuple[Source, ...]:
    """The files that the readings of a diagnosis come from, in order of name."""
    lines = [*key_figures, *(line for section in sections for line in (*section.lines, *section.absent))]
    names = {reading.source for line in lines for reading in (line.reading, *line.series)}
    return tuple(facts.sources[name] for name in sorted(names) if name in facts.sources)
