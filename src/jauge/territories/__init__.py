"""Territories as codes in a vintage: levels, membership, and the way from one vintage to another."""

from jauge.territories.crosswalk import CodeReject, Crosswalk, RejectReason, Rule
from jauge.territories.geography import Geography, Territory, VintageFit
from jauge.territories.placing import CONTOURS_YEAR, CommuneContours
from jauge.territories.refs import Level, TerritoryRef, UnknownName, UnknownTerritory, UnknownVintage
from jauge.territories.shares import NothingToWeighBy, split_by_largest_remainder

__all__ = [
    "CONTOURS_YEAR",
    "CodeReject",
    "CommuneContours",
    "Crosswalk",
    "Geography",
    "Level",
    "NothingToWeighBy",
    "RejectReason",
    "Rule",
    "Territory",
    "TerritoryRef",
    "UnknownName",
    "UnknownTerritory",
    "UnknownVintage",
    "VintageFit",
    "split_by_largest_remainder",
]
