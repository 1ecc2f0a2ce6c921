"""Definitions that experts write in YAML: text → a checked object, with the file and the line of what is wrong."""

import yaml
from pydantic import BaseModel, ValidationError


class BadDefinition(Exception):
    """A definition that cannot be read. `file`, `line` (from 1), `path` (`columns.nbr.type`), `problem` (French)."""

    code = "bad_definition"

    def __init__(self, *, file: str, line: int, path: str, problem: str) -> None:
        self.file, self.line, self.path, self.problem = file, line, path, problem
        where = f" « {path} »" if path else ""
        super().__init__(f"{file}, ligne {line} :{where} {problem}")


def parse_definition[Model: BaseModel](text: str, model: type[Model], *, file: str) -> Model:
    """Read one definition. Raises BadDefinition: not YAML, a key twice, an unknown or missing key, a wrong value.

    >>> class Size(BaseModel):
    ...     width: int
    >>> parse_definition("width: large", Size, file="size.yaml")
    Traceback (most recent call last):
    jauge.definitions.BadDefinition: size.yaml, ligne 1 : « width » nombre entier attendu
    """
    try:
        root, content = yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadDefinition(file=file, line=mark.line + 1 if mark else 1, path="", problem=f"YAML mal écrit ({error.problem})") from None
    if not isinstance(root, yaml.MappingNode):
        raise BadDefinition(file=file, line=1, path="", problem="une définition est une suite de « clé : valeur »")
    _refuse_repeated_keys(root, file, ())
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _told(error, root, file) from None


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
