"""Statistical secrecy: hide small counts and what would betray them; attack what is published to prove it (docs/algorithms/secrecy.md)."""

from jauge.secrecy.attack import attack_by_bounds, attack_by_differences
from jauge.secrecy.cells import CellTable, MarginsContradict, State, find_breaches, hide_small, make_table, suppose
from jauge.secrecy.layout import Count, lay_out
from jauge.secrecy.links import Link, find_links, read_sum
from jauge.secrecy.protection import CannotProtect, Protection, Verdict, protect

__all__ = [
    "CannotProtect",
    "CellTable",
    "Count",
    "Link",
    "MarginsContradict",
    "Protection",
    "State",
    "Verdict",
    "attack_by_bounds",
    "attack_by_differences",
    "find_breaches",
    "find_links",
    "hide_small",
    "lay_out",
    "make_table",
    "protect",
    "read_sum",
    "suppose",
]
