"""Indicators: their definitions in YAML, checked one by one and together."""

from jauge.definitions import BadDefinition
from jauge.indicators.definitions import (
    Absent,
    Case,
    Formula,
    Indicator,
    Kind,
    Levels,
    MissingRule,
    Series,
    Summing,
    Use,
    Validation,
)
from jauge.indicators.parsing import ROWS, THEMES, check_definitions, parse_indicator

__all__ = [
    "ROWS",
    "THEMES",
    "Absent",
    "BadDefinition",
    "Case",
    "Formula",
    "Indicator",
    "Kind",
    "Levels",
    "MissingRule",
    "Series",
    "Summing",
    "Use",
    "Validation",
    "check_definitions",
    "parse_indicator",
]
