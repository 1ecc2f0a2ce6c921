"""Diagnoses of territories: a plan, rules of points of attention, and what they give on the figures of one release."""

from jauge.diagnosis.compose import compose_diagnosis, list_lines, make_line
from jauge.diagnosis.data import (
    Awaited,
    Chosen,
    Comparison,
    Confidence,
    Diagnosis,
    Facts,
    Flag,
    Identity,
    Line,
    Measure,
    Parent,
    Point,
    PointKind,
    Release,
    Section,
    Severity,
)
from jauge.diagnosis.plan import Plan, Rule, check_plan, parse_plan
from jauge.diagnosis.points import Writer, apply_rule, choose_reading, find_points, list_comparable

__all__ = [
    "Awaited",
    "Chosen",
    "Comparison",
    "Confidence",
    "Diagnosis",
    "Facts",
    "Flag",
    "Identity",
    "Line",
    "Measure",
    "Parent",
    "Plan",
    "Point",
    "PointKind",
    "Release",
    "Rule",
    "Section",
    "Severity",
    "Writer",
    "apply_rule",
    "check_plan",
    "choose_reading",
    "compose_diagnosis",
    "find_points",
    "list_comparable",
    "list_lines",
    "make_line",
    "parse_plan",
]
