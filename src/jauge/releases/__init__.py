"""Releases: the stages harmonise and measure, the sums to larger territories, and the identity of what they make."""

from jauge.releases.differences import (
    Change,
    RevisionCause,
    carry_touched,
    compare,
    explain,
    find_moved,
    find_touched,
    lay_ground,
)
from jauge.releases.harmonise import crosswalk_schema, harmonise
from jauge.releases.identity import hash_measures, hash_text, identify_release
from jauge.releases.measure import BASE, DERIVED, join_uses, lay_out, measure, withhold
from jauge.releases.plan import Needed, SourceKey, compile_measures, find_key, list_needed
from jauge.releases.spread import OBSERVATIONS, describe_distributions, keep_base, list_levels_above, membership_schema, sum_up

__all__ = [
    "BASE",
    "DERIVED",
    "OBSERVATIONS",
    "Change",
    "Needed",
    "RevisionCause",
    "SourceKey",
    "carry_touched",
    "compare",
    "compile_measures",
    "crosswalk_schema",
    "describe_distributions",
    "explain",
    "find_key",
    "find_moved",
    "find_touched",
    "harmonise",
    "hash_measures",
    "hash_text",
    "identify_release",
    "join_uses",
    "keep_base",
    "lay_ground",
    "lay_out",
    "list_levels_above",
    "list_needed",
    "measure",
    "membership_schema",
    "sum_up",
    "withhold",
]
