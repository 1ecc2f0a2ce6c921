"""The plan of a matching, read from YAML: which variables make two territories alike, with which weight, and what is too far."""

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from jauge.definitions import parse_definition
from jauge.territories import Level


class Transform(StrEnum):
    """How a variable is read before it is scaled. LOG: log(1 + x), for sizes, where ten times as many counts, not ten more."""

    NONE = "none"
    LOG = "log"


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Variable(_Checked):
    """One structural variable: the first of its indicators that the level has (ages are published by département and by commune apart)."""

    name: str
    label: dict[str, str]
    indicators: Annotated[tuple[str, ...], Field(min_length=1)]
    transform: Transform = Transform.NONE
    weight: Annotated[float, Field(gt=0)] = 1.0


class MatchingPlan(_Checked):
    """Which territories are alike.

    neighbours: how many are kept. far: distance (mean robust standard deviations by variable) beyond which nobody is near.
    min_share: share of the weights that must be known for a territory to be matched at all, 0-1.
    """

    code: str
    label: dict[str, str]
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    neighbours: Annotated[int, Field(ge=1, le=20)] = 5
    far: Annotated[float, Field(gt=0)] = 1.0
    min_share: Annotated[float, Field(gt=0, le=1)] = 0.6
    variables: Annotated[tuple[Variable, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _name_variables_once(self) -> "MatchingPlan":
        names = [variable.name for variable in self.variables]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"variable nommée deux fois : {', '.join(twice)}")
        return self


def parse_matching(text: str, *, file: str) -> MatchingPlan:
    """Read a matching plan. Raises BadDefinition, with file and line."""
    return parse_definition(text, MatchingPlan, file=file)
