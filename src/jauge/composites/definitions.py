"""The recipe of a composite index, read from YAML: axes, components, weights, scale, how far it is shaken, and when it is refused."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from jauge.composites.scores import Scaling
from jauge.definitions import parse_definition
from jauge.territories import Level


class _Checked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Component(_Checked):
    """One part of the index: the first of its indicators that the level has. reversed: more of it is less of the index."""

    name: str
    label: dict[str, str]
    indicators: Annotated[tuple[str, ...], Field(min_length=1)]
    reversed: bool = False
    weight: Annotated[float, Field(gt=0)] = 1.0


class Axis(_Checked):
    """Components that speak of the same thing. `weight` is shared among them in proportion of their own."""

    name: str
    label: dict[str, str]
    weight: Annotated[float, Field(gt=0)] = 1.0
    components: Annotated[tuple[Component, ...], Field(min_length=1)]


class Recipe(_Checked):
    """A composite index. min_known: share of the weights under which it is refused. shaken: see `jauge.composites.ranks`."""

    code: str
    label: dict[str, str]
    definition: dict[str, str]
    levels: Annotated[tuple[Level, ...], Field(min_length=1)]
    scaling: Scaling
    min_known: Annotated[float, Field(gt=0, le=1)]
    spread: Annotated[float, Field(ge=0, lt=1)]
    draws: Annotated[int, Field(ge=100, le=10_000)]
    seed: int
    axes: Annotated[tuple[Axis, ...], Field(min_length=1)]
    note: dict[str, str] = {}

    @model_validator(mode="after")
    def _name_components_once(self) -> "Recipe":
        names = [component.name for component in self.components]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"composante nommée deux fois : {', '.join(twice)}")
        return self

    @property
    def components(self) -> tuple[Component, ...]:
        """All components, by order of axes."""
        return tuple(component for axis in self.axes for component in axis.components)

    @property
    def weights(self) -> tuple[float, ...]:
        """The share of each component in the whole, by order of `components`; they add up to 1."""
        whole = sum(axis.weight for axis in self.axes)
        return tuple(
            axis.weight / whole * component.weight / sum(one.weight for one in axis.components)
            for axis in self.axes
            for component in axis.components
        )


def parse_recipe(text: str, *, file: str) -> Recipe:
    """Read the recipe of an index. Raises BadDefinition, with file and line."""
    return parse_definition(text, Recipe, file=file)
