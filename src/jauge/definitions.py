"""Definitions that experts write in YAML: text → a checked object, with the file and the line of what is wrong."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError


class BadDefinition(Exception):
    """A definition that cannot be read. `file`, `line` (from 1), `path` (`columns.nbr.type`), `problem` (French)."""

    code = "bad_definition"

    def __init__(self, *, file: str, line: int, path: str, problem: str) -> None:
        self.file, self.line, self.path, self.problem = file, line, path, problem
        where = f" « {path} »" if path else ""
        super().__init__(f"{file}, ligne {line} :{where} {problem}")


def suggest(asked: str, known: Iterable[str]) -> str:
    """The end of a refusal: the name most likely meant, or the first dozen of those that are known.

    >>> suggest("populaton", ["population", "household_count"]), suggest("x", ["n", "rows"])
    (' ; vouliez-vous dire « population » ?', ' ; attendu : n, rows')
    """
    names = sorted(known)
    if near := get_close_matches(asked, names, 1):
        return f" ; vouliez-vous dire « {near[0]} » ?"
    return f" ; attendu : {', '.join(names[:12])}{'…' if len(names) > 12 else ''}"


def parse_definition[Model: BaseModel](text: str, model: type[Model], *, file: str) -> Model:
    """Read one definition. Raises BadDefinition: not YAML, a key twice, an unknown or missing key, a wrong value.

    >>> class Size(BaseModel):
    ...     width: int
    >>> parse_definition("width: large", Size, file="size.yaml")
    Traceback (most recent call last):
    jauge.definitions.BadDefinition: size.yaml, ligne 1 : « width » nombre entier attendu
    """
    root = compose_definition(text, file=file)
    try:
        return model.model_validate(construct_value(root, file=file))
    except ValidationError as error:
        raise _told(error, root, file) from None


def compose_definition(text: str, *, file: str) -> yaml.MappingNode:
    """Read YAML whose root is a mapping, as nodes that know their lines. Raises BadDefinition: not YAML, not a mapping, a key twice."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise _refuse_yaml(error, file) from None
    if not isinstance(root, yaml.MappingNode):
        raise BadDefinition(file=file, line=1, path="", problem="une définition est une suite de « clé : valeur »")
    _refuse_repeated_keys(root, file, ())
    return root


def construct_value(node: yaml.Node, *, file: str) -> Any:
    """The plain value (dict, list, text, number, date) of a node. Raises BadDefinition: a tag that plain YAML does not know."""
    try:
        return yaml.SafeLoader("").construct_document(node)
    except yaml.YAMLError as error:
        raise _refuse_yaml(error, file) from None


def _refuse_yaml(error: yaml.YAMLError, file: str) -> BadDefinition:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = f"YAML mal écrit ({getattr(error, 'problem', None) or error})"
    return BadDefinition(file=file, line=mark.line + 1 if mark else 1, path="", problem=problem)


def _refuse_repeated_keys(node: yaml.Node, file: str, path: tuple[str, ...]) -> None:
    if isinstance(node, yaml.SequenceNode):
        for child in node.value:
            _refuse_repeated_keys(child, file, path)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, child in node.value:
        inner = (*path, str(key.value))
        if key.value in seen:
            raise BadDefinition(file=file, line=key.start_mark.line + 1, path=".".join(inner), problem="clé écrite deux fois")
        seen.add(key.value)
        _refuse_repeated_keys(child, file, inner)


def _told(error: ValidationError, root: yaml.Node, file: str) -> BadDefinition:
    first = error.errors()[0]
    line, path = _place(root, first["loc"])
    known = {
        "extra_forbidden": "clé inconnue",
        "missing": "clé obligatoire absente",
        "int_parsing": "nombre entier attendu",
        "string_type": "texte attendu (entre guillemets si c’est un nombre)",
    }
    problem = known.get(first["type"], str(first["msg"]).removeprefix("Value error, "))
    return BadDefinition(file=file, line=line, path=path, problem=problem)


def _place(node: yaml.Node, location: tuple[int | str, ...]) -> tuple[int, str]:
    """The line of the deepest node that exists along `location`, and the path in words."""
    line, words = node.start_mark.line + 1, []
    for step in location:
        found = _child(node, step)
        if found is None:
            words.append(str(step))
            break
        line, node = found
        words.append(str(step))
    return line, ".".join(words)


def _child(node: yaml.Node, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line + 1, value) for key, value in node.value if key.value == str(step)), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None
