"""Matched territories: those nearest in a space of structural variables, how far they are, and how firmly the answer stands."""

from jauge.matching.definitions import MatchingPlan, Variable, parse_matching
from jauge.matching.nearest import Matches, match_territories, measure_stability, scale_robustly

__all__ = ["Matches", "MatchingPlan", "Variable", "match_territories", "measure_stability", "parse_matching", "scale_robustly"]
