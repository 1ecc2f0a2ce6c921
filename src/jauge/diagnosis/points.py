"""Points of attention: rules applied to the readings of one territory, with their sentence, severity and confidence.

A rule never compares a territory with its peers one by one: it reads the territory's own figures, those of the territories
that hold it, and the quartiles of its peers. Nothing here ranks.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from jauge.diagnosis.data import Confidence, Facts, Flag, Measure, Point, PointKind, Severity
from jauge.diagnosis.plan import Plan, Rule
from jauge.figures import Reading
from jauge.precision import bound_reading, is_readable
from jauge.quantities import Status

STALE_AFTER_YEARS = 3  # a figure older than this is told in the past tense (issue 4)
DOUBTFUL_AFTER_YEARS = 6  # two terms of three years: what it measured (networks, mostly) may be another world since
SMALL_BASE = 100  # premises, households or persons under which one more or less moves a share by over a point
FULL_COVERAGE = 0.8  # share of the peers that have the figure under which a quartile says little
LANGUAGE = "fr"

_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_SEVERITIES = tuple(Severity)


class Writer(Protocol):
    """How figures are written in the reader's language."""

    def write_value(self, value: float, measure: Measure, base: float | None = None) -> str:
        """Write a value with its unit. base: how many units a rate stands on, None where it is not known."""

    def write_unreadable(self, written: str) -> str:
        """Say of a compared value, already written, that the territory's own is too near to be told from it."""

    def write_change(self, change: float, measure: Measure) -> str:
        """Write a difference of two values, unsigned (points for a share)."""

    def write_counts(self, reading: Reading, measure: Measure) -> str:
        """Write the counts of a share: `12 sur 30`."""

    def write_period(self, period: str) -> str:
        """Say when: `en 2019`."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What conditions and sentences may say: numbers by name, and their words by name."""

    numbers: dict[str, float | None]
    words: dict[str, str]


def choose_reading(readings: tuple[Reading, ...]) -> Reading | None:
    """The newest reading that has a value, or the newest of all where none has; None without readings.

    >>> choose_reading((Reading("a", "2017", 1.0), Reading("a", "2019", None, status=Status.MISSING))).period
    '2017'
    """
    known = [reading for reading in readings if reading.value is not None]
    return max(known or readings, key=lambda reading: reading.period, default=None)


def list_comparable(readings: tuple[Reading, ...], measure: Measure) -> tuple[Reading, ...]:
    """The readings with a value since the last break of the series before the newest one, oldest first."""
    newest = choose_reading(readings)
    if newest is None:
        return ()
    since = max((period for period in measure.breaks if period <= newest.period), default="")
    known = [reading for reading in readings if reading.value is not None and reading.period >= since]
    return tuple(sorted(known, key=lambda reading: reading.period))


def list_flags(code: str, period: str, facts: Facts) -> tuple[Flag, ...]:
    """What the checks found that puts a figure of the territory in doubt."""
    return facts.flags.get((code, period), ())


def age_years(period: str, year: int) -> int:
    """Years between a period and the reader's year, from 0.

    >>> age_years("2019-09-30", 2026)
    7
    """
    return max(0, year - int(period[:4]))


def find_points(plan: Plan, facts: Facts, writer: Writer) -> tuple[Point, ...]:
    """Apply every rule of the plan: strengths first, then weaknesses from the gravest, then gaps in knowledge; plan order within."""
    found = [point for rule in plan.rules if (point := apply_rule(rule, facts, writer)) is not None]
    return tuple(sorted(found, key=_order))


def apply_rule(rule: Rule, facts: Facts, writer: Writer) -> Point | None:
    """Apply one rule; None where no condition holds, or where a figure of its sentence is unknown."""
    spoken = gather_spoken(rule.figures, facts, writer)
    for severity, condition in rule.grades:
        if condition.evaluate(spoken.numbers) is True:
            return _make_point(rule, severity, spoken, facts)
    return None


def fill_sentence(template: str, words: Mapping[str, str]) -> str | None:
    """Put words in a template's `{names}`; a part in [brackets] falls when one of its names is unknown, a whole sentence gives None.

    >>> fill_sentence("{a}[, contre {b} en France].", {"a": "12"})
    '12.'
    """
    kept = _OPTIONAL.sub(lambda part: part[1] if _is_sayable(part[1], words) else "", template)
    return _PLACEHOLDER.sub(lambda name: words[name[1]], kept) if _is_sayable(kept, words) else None


def gather_spoken(codes: tuple[str, ...], facts: Facts, writer: Writer) -> Spoken:
    """All that rules may say of these indicators (docs/algorithms/points-of-attention.md lists the names)."""
    spoken = Spoken(numbers={}, words={"name": facts.identity.name})
    for code in codes:
        if code in facts.measures:
            _speak_of(facts.measures[code], facts, writer, spoken)
    return spoken


def _speak_of(measure: Measure, facts: Facts, writer: Writer, spoken: Spoken) -> None:
    reading = choose_reading(facts.readings.get(facts.identity.ref, {}).get(measure.code, ()))
    if reading is None or reading.value is None:
        return

    def write(value: float) -> str:
        return writer.write_value(value, measure)

    code = measure.code
    base = facts.identity.population if reading.denominator is None else reading.denominator
    _say(spoken, code, reading.value, lambda value: writer.write_value(value, measure, base))
    spoken.words[f"{code}_period"] = writer.write_period(reading.period)
    spoken.numbers[f"{code}_age"] = age_years(reading.period, facts.year)
    if reading.numerator is not None and reading.denominator is not None:
        spoken.numbers[f"{code}_numerator"] = reading.numerator
        spoken.numbers[f"{code}_denominator"] = reading.denominator
        spoken.words[f"{code}_counts"] = writer.write_counts(reading, measure)
    if (bounds := bound_reading(reading)) is not None:
        spoken.numbers[f"{code}_margin"] = (bounds[1] - bounds[0]) / 2
    _speak_of_change(measure, facts, writer, spoken)
    for parent in facts.identity.parents:
        known = find_reading(facts, parent.ref, code, reading.period)
        name = f"{code}_{parent.level}"
        _say(spoken, name, known.value if known else None, write)
        if known and is_readable(reading, known) is False:
            spoken.words[name] = writer.write_unreadable(spoken.words[name])
    if spread := facts.spreads.get((code, reading.period)):
        for name, value in (("q1", spread.q1), ("median", spread.median), ("q3", spread.q3)):
            _say(spoken, f"{code}_{name}", value, write)


def _speak_of_change(measure: Measure, facts: Facts, writer: Writer, spoken: Spoken) -> None:
    series = list_comparable(facts.readings[facts.identity.ref][measure.code], measure)
    first, last = series[0], series[-1]
    if first.value is None or last.value is None or first.period == last.period:
        return
    _say(spoken, f"{measure.code}_before", first.value, lambda value: writer.write_value(value, measure))
    _say(spoken, f"{measure.code}_change", last.value - first.value, lambda value: writer.write_change(value, measure))
    spoken.words[f"{measure.code}_before_period"] = writer.write_period(first.period)


def find_reading(facts: Facts, ref: str, code: str, period: str) -> Reading | None:
    """The reading of a territory for an indicator and a period; None where there is none."""
    return next((reading for reading in facts.readings.get(ref, {}).get(code, ()) if reading.period == period), None)


def _say(spoken: Spoken, name: str, value: float | None, write: Callable[[float], str]) -> None:
    if value is not None:
        spoken.numbers[name] = value
        spoken.words[name] = write(value)


def _is_sayable(template: str, words: Mapping[str, str]) -> bool:
    return all(name in words for name in _PLACEHOLDER.findall(template))


def _make_point(rule: Rule, severity: Severity | None, spoken: Spoken, facts: Facts) -> Point | None:
    own = facts.readings.get(facts.identity.ref, {})
    figures = tuple(reading for code in rule.figures if (reading := choose_reading(own.get(code, ()))) and reading.value is not None)
    past = any(age_years(reading.period, facts.year) > STALE_AFTER_YEARS for reading in figures)
    sentence = fill_sentence((rule.sentence_past if past else rule.sentence)[LANGUAGE], spoken.words)
    act = fill_sentence(rule.act[LANGUAGE], spoken.words)
    title = fill_sentence(rule.title[LANGUAGE], spoken.words)
    if sentence is None or act is None or title is None:
        return None
    doubts = find_doubts(figures, facts)
    return Point(rule.code, rule.kind, severity, grade_confidence(doubts), doubts, title, sentence, act, figures)


def find_doubts(figures: tuple[Reading, ...], facts: Facts) -> tuple[str, ...]:
    """Why a point on these figures is less than certain: estimated · old · very_old · small_base · low_coverage · flagged."""
    doubts = []
    ages = [age_years(reading.period, facts.year) for reading in figures]
    if any(reading.status is not Status.OBSERVED for reading in figures):
        doubts.append("estimated")
    if any(age > DOUBTFUL_AFTER_YEARS for age in ages):
        doubts.append("very_old")
    elif any(age > STALE_AFTER_YEARS for age in ages):
        doubts.append("old")
    if any(reading.denominator is not None and reading.denominator < SMALL_BASE for reading in figures):
        doubts.append("small_base")
    spreads = [facts.spreads.get((reading.indicator, reading.period)) for reading in figures]
    if any(spread and spread.count < FULL_COVERAGE * (spread.count + spread.missing) for spread in spreads):
        doubts.append("low_coverage")
    if any(list_flags(reading.indicator, reading.period, facts) for reading in figures):
        doubts.append("flagged")
    return tuple(doubts)


def grade_confidence(doubts: tuple[str, ...]) -> Confidence:
    """High without doubt, medium with one, low with two or more."""
    return (Confidence.HIGH, Confidence.MEDIUM, Confidence.LOW)[min(len(doubts), 2)]


def _order(point: Point) -> tuple[int, int]:
    kinds = (PointKind.STRENGTH, PointKind.WEAKNESS, PointKind.KNOWLEDGE)
    gravity = -_SEVERITIES.index(point.severity) if point.severity else 0
    return kinds.index(point.kind), gravity
