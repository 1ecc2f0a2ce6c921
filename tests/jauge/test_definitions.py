"""A definition that is wrong says in which file, on which line, at which key."""

import pytest
from pydantic import BaseModel, ConfigDict

from jauge.definitions import BadDefinition, parse_definition


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int


class _Thing(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    parts: dict[str, _Part]
    tags: list[int] = []


@pytest.mark.parametrize(
    ("text", "line", "path"),
    [
        ("name: a\nparts:\n  b: {size: large}\n", 3, "parts.b.size"),
        ("name: a\nparts:\n  b:\n    size: 1\n    colour: red\n", 5, "parts.b.colour"),
        ("name: a\nparts:\n  b: {}\n", 3, "parts.b.size"),
        ("parts: {}\n", 1, "name"),
        ("name: a\nparts: {}\ntags:\n  - 1\n  - x\n", 5, "tags.1"),
        ("name: a\nname: b\nparts: {}\n", 2, "name"),
        ("name: a\nparts:\n  b: {size: 1}\n  b: {size: 2}\n", 4, "parts.b"),
        ("name: [a\nparts: {}\n", 2, ""),
        ("- a\n", 1, ""),
        ("", 1, ""),
        ("name: !!python/object/apply:os.system [ls]\nparts: {}\n", 1, ""),
    ],
)
def test_a_wrong_definition_is_refused_at_its_line(text: str, line: int, path: str) -> None:
    with pytest.raises(BadDefinition, match=r"thing\.yaml, ligne") as caught:
        parse_definition(text, _Thing, file="thing.yaml")

    assert (caught.value.line, caught.value.path) == (line, path)


def test_a_sound_definition_becomes_its_model() -> None:
    assert parse_definition("name: a\nparts: {b: {size: 3}}\n", _Thing, file="x").parts["b"].size == 3
