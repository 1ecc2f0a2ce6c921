"""What a measured figure is: its status, why one is missing, its period and unit. Shared by all of the library and by the rooms."""

from enum import StrEnum


class Status(StrEnum):
    """How a value came to be."""

    OBSERVED = "observed"
    ESTIMATED = "estimated"
    SECRET = "secret"
    MISSING = "missing"
    SIMULATED = "simulated"


class Reason(StrEnum):
    """Why a value is missing (the closed list) or estimated."""

    NOT_COLLECTED = "not_collected"
    STATISTICAL_SECRECY = "statistical_secrecy"
    COMPLEMENTARY_SECRECY = "complementary_secrecy"
    NOT_APPLICABLE = "not_applicable"
    SOURCE_ERROR = "source_error"
    TERRITORY_CHANGED = "territory_changed"
    NOT_AGGREGABLE = "not_aggregable"
    PARTIAL_COVERAGE = "partial_coverage"
    SPLIT_BY_POPULATION = "split_by_population"
    WEIGHTED = "weighted"
    SIMULATED = "simulated"


class Unit(StrEnum):
    """The unit of a value. A share is 0-1 everywhere but on pages."""

    SHARE = "share"
    COUNT = "count"
    EUR = "eur"
    PER_10000 = "per_10000"
    PERSONS = "persons"
    PREMISES = "premises"


class Direction(StrEnum):
    """How a larger value reads."""

    HIGHER_IS_BETTER = "higher_is_better"
    LOWER_IS_BETTER = "lower_is_better"
    NEUTRAL = "neutral"
