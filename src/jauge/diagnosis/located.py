"""YAML that remembers its lines, so that an expert who edits a plan is told where the slip is."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import yaml


class PlanError(ValueError):
    """A diagnosis plan is wrong at a place: `file`, `line` (1 for the first), and what was expected."""

    code = "plan_error"

    def __init__(self, file: str, line: int, message: str) -> None:
        super().__init__(f"{file}, line {line}: {message}")
        self.file = file
        self.line = line
        self.message = message


class Mapping(dict[str, Any]):
    """A YAML mapping that knows its file, its own line and the line of each key."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: dict[str, int] = {}

    def error(self, message: str, key: str | None = None) -> PlanError:
        """Make the error to raise about this mapping, or about one of its keys."""
        return PlanError(self.file, self.lines.get(key, self.line) if key else self.line, message)

    def check_keys(self, allowed: Iterable[str]) -> None:
        """Raise PlanError at the first key that is not among the allowed ones, with the likeliest one meant."""
        known = sorted(allowed)
        for key in self:
            if key not in known:
                near = get_close_matches(key, known, 1)
                hint = f"; did you mean {near[0]!r}?" if near else f"; known keys: {', '.join(known)}"
                raise self.error(f"unknown key {key!r}{hint}", key)

    def take(self, key: str, kind: type[Any] | tuple[type[Any], ...], default: Any = ...) -> Any:
        """Read a key and check its type. Raises PlanError when it is absent without default, or of another type."""
        if key not in self:
            if default is ...:
                raise self.error(f"the key {key!r} is missing")
            return default
        if not isinstance(self[key], kind):
            wanted = "/".join(one.__name__.lower() for one in (kind if isinstance(kind, tuple) else (kind,)))
            raise self.error(f"{key!r} should be a {wanted}, not {self[key]!r}", key)
        return self[key]

    def take_texts(self, key: str, default: Any = ...) -> dict[str, str]:
        """Read a text by language: `{fr: …, en: …}`; `fr` must be there and no text may be empty."""
        texts = self.take(key, Mapping, default)
        if isinstance(texts, Mapping):
            if "fr" not in texts:
                raise texts.error(f"{key!r} lacks its text in French (fr)")
            for language, text in texts.items():
                if not isinstance(text, str) or not text.strip():
                    raise texts.error(f"the text {language!r} of {key!r} is empty", language)
        return {language: str(text).strip() for language, text in texts.items()}

    def take_codes(self, key: str) -> tuple[str, ...]:
        """Read a list of codes (an absent key is an empty list); a code twice is an error."""
        codes = self.take(key, list, [])
        for code in codes:
            if not isinstance(code, str) or not code.isidentifier():
                raise self.error(f"{key!r} holds {code!r}, which is not a code", key)
        if len(set(codes)) < len(codes):
            raise self.error(f"{key!r} names a code twice", key)
        return tuple(codes)

    def take_mappings(self, key: str) -> list["Mapping"]:
        """Read a list of mappings (an absent key is an empty list)."""
        items = self.take(key, list, [])
        for item in items:
            if not isinstance(item, Mapping):
                raise self.error(f"{key!r} should hold mappings, not {item!r}", key)
        return list(items)


def parse_located(text: str, *, file: str) -> Mapping:
    """Read YAML text whose root is a mapping. `file` is the name that errors tell. Raises PlanError.

    >>> parse_located("a: 1", file="plan.yaml")["a"]
    1
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise PlanError(file, mark.line + 1 if mark else 1, f"not YAML: {getattr(error, 'problem', error)}") from error
    if not isinstance(node, yaml.MappingNode):
        raise PlanError(file, 1, "a plan is a mapping of keys")
    root = _build(node, file)
    assert isinstance(root, Mapping)
    return root


def _build(node: yaml.Node, file: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(node, file)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, file) for item in node.value]
    loader = yaml.SafeLoader("")
    return loader.construct_object(node)


def _build_mapping(node: yaml.MappingNode, file: str) -> Mapping:
    built = Mapping(file, node.start_mark.line + 1)
    for key_node, value_node in node.value:
        key, line = str(key_node.value), key_node.start_mark.line + 1
        if key in built:
            raise PlanError(file, line, f"the key {key!r} stands twice")
        built.lines[key] = line
        built[key] = _build(value_node, file)
    return built
