"""Composite indices that hide nothing: recipe, contributions, missing parts, and how ranks move when weights and scales do."""

from jauge.composites.definitions import Axis, Component, Recipe, parse_recipe
from jauge.composites.ranks import RankIntervals, simulate_ranks
from jauge.composites.scores import Scaling, Scores, combine, normalise

__all__ = [
    "Axis",
    "Component",
    "RankIntervals",
    "Recipe",
    "Scaling",
    "Scores",
    "combine",
    "normalise",
    "parse_recipe",
    "simulate_ranks",
]
