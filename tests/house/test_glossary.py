"""`docs/glossary.md` is the treaty between the field's words and the code's: each model and enum stands in it."""

import ast
import re

from django.apps import apps
from tests.house.source import FLOORS, ROOT, Module, read_modules

GLOSSARY = ROOT / "docs" / "glossary.md"


def find_enums(modules: list[Module]) -> set[str]:
    """Names of the public enums (StrEnum, IntEnum, Enum, TextChoices)."""
    kinds = {"StrEnum", "IntEnum", "Enum", "TextChoices"}
    return {
        node.name
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and not node.name.startswith("_")
        and kinds & {ast.unparse(base).split(".")[-1] for base in node.bases}
    }


def read_glossary(text: str) -> dict[str, tuple[str, str, str]]:
    """Code name → (French term, definition, source), from the rows `| term | code name | definition | source |`."""
    rows = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in text.splitlines() if line.startswith("|")]
    return {name: (row[0], row[2], row[3]) for row in rows if len(row) == 4 for name in re.findall(r"`(\w+)`", row[1])}


def find_missing(names: set[str], text: str) -> str:
    """What to add to the glossary, ready to be pasted; "" when nothing lacks."""
    lacking = sorted(names - read_glossary(text).keys())
    return "\n".join(
        f"| (terme français) | `{name}` | (définition en une phrase) | (source : texte, document, ou « Maillage ») |" for name in lacking
    )


def test_each_model_and_enum_stands_in_the_glossary() -> None:
    names = {model.__name__ for model in apps.get_models() if model._meta.app_label in FLOORS} | find_enums(
        read_modules("jauge", "maillage")
    )

    missing = find_missing(names, GLOSSARY.read_text())

    assert not missing, f"add to docs/glossary.md:\n{missing}"


def test_each_entry_has_a_term_a_definition_and_a_source() -> None:
    assert [name for name, cells in read_glossary(GLOSSARY.read_text()).items() if not all(cells)] == []


def test_a_name_that_lacks_is_seen() -> None:
    text = "| état | `JobState` | où en est un travail | Maillage |"

    assert find_missing({"JobState"}, text) == ""
    assert "`Level`" in find_missing({"Level"}, text)
    assert find_enums([Module("m", "class Level(StrEnum): pass\nclass Other: pass")]) == {"Level"}
