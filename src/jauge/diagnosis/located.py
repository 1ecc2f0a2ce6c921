"""YAML that remembers its lines, so that an expert who edits a plan is told where the slip is."""

from collections.abc import Iterable
from typing import Any

import yaml

from jauge.definitions import BadDefinition, compose_definition, construct_value, suggest


class Mapping(dict[str, Any]):
    """A YAML mapping that knows its file, its own line and the line of each key."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: dict[str, int] = {}

    def error(self, problem: str, key: str = "") -> BadDefinition:
        """Make the error to raise about this mapping, or about one of its keys."""
        return BadDefinition(file=self.file, line=self.lines.get(key, self.line), path=key, problem=problem)

    def check_keys(self, allowed: Iterable[str]) -> None:
        """Raise BadDefinition at the first key that is not among the allowed ones, with the likeliest one meant."""
        known = tuple(allowed)
        for key in self:
            if key not in known:
                raise self.error(f"clé inconnue{suggest(key, known)}", key)

    def take(self, key: str, kind: type[Any] | tuple[type[Any], ...], default: Any = ...) -> Any:
        """Read a key and check its type. Raises BadDefinition when it is absent without default, or of another type."""
        if key not in self:
            if default is ...:
                raise self.error("clé obligatoire absente", key)
            return default
        if not isinstance(self[key], kind):
            raise self.error(f"« {self[key]} » n’est pas du type attendu", key)
        return self[key]

    def take_texts(self, key: str, default: Any = ...) -> dict[str, str]:
        """Read a text by language: `{fr: …, en: …}`; `fr` must be there and no text may be empty."""
        texts = self.take(key, Mapping, default)
        if isinstance(texts, Mapping):
            if "fr" not in texts:
                raise texts.error(f"« {key} » n’a pas son texte en français (fr)")
            for language, text in texts.items():
                if not isinstance(text, str) or not text.strip():
                    raise texts.error(f"le texte de « {key} » est vide", language)
        return {language: str(text).strip() for language, text in texts.items()}

    def take_codes(self, key: str) -> tuple[str, ...]:
        """Read a list of codes (an absent key is an empty list); a code twice is an error."""
        codes = self.take(key, list, [])
        for code in codes:
            if not isinstance(code, str) or not code.isidentifier():
                raise self.error(f"« {code} » n’est pas un code", key)
            if codes.count(code) > 1:
                raise self.error(f"« {code} » y est deux fois", key)
        return tuple(codes)

    def take_mappings(self, key: str) -> list["Mapping"]:
        """Read a list of mappings (an absent key is an empty list)."""
        items = self.take(key, list, [])
        for item in items:
            if not isinstance(item, Mapping):
                raise self.error(f"une suite de « clé : valeur » est attendue, et non « {item} »", key)
        return list(items)


def parse_located(text: str, *, file: str) -> Mapping:
    """Read YAML text whose root is a mapping. `file` is the name that errors tell. Raises BadDefinition.

    >>> parse_located("a: 1", file="plan.yaml")["a"]
    1
    """
    return _build_mapping(compose_definition(text, file=file), file)


def _build(node: yaml.Node, file: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _build_mapping(node, file)
    if isinstance(node, yaml.SequenceNode):
        return [_build(item, file) for item in node.value]
    return construct_value(node, file=file)


def _build_mapping(node: yaml.MappingNode, file: str) -> Mapping:
    built = Mapping(file, node.start_mark.line + 1)
    for key, value in node.value:
        built.lines[str(key.value)] = key.start_mark.line + 1
        built[str(key.value)] = _build(value, file)
    return built
