"""Indicators: their definitions (YAML), and the small safe language of their formulas."""

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
from jauge.indicators.expressions import BadExpression, Expression, parse_expression
from jauge.indicators.parsing import ROWS, THEMES, check_definitions, parse_indicator

__all__ = [
    "ROWS",
    "THEMES",
    "Absent",
    "BadDefinition",
    "BadExpression",
    "Case",
    "Expression",
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
    "parse_expression",
    "parse_indicator",
]
