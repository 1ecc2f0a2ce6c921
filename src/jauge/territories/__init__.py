"""Territories as codes in a vintage: levels, membership, and the way from one vintage to another."""

from jauge.territories.geography import Geography, Territory
from jauge.territories.refs import Level, TerritoryRef, UnknownTerritory, UnknownVintage
from jauge.territories.shares import NothingToWeighBy, split_by_largest_remainder

__all__ = [
    "Geography",
    "Level",
    "NothingToWeighBy",
    "Territory",
    "TerritoryRef",
    "UnknownTerritory",
    "UnknownVintage",
    "split_by_largest_remainder",
]
