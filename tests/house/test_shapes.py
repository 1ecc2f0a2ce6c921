"""Files and functions stay small; no module takes a name that becomes the middle of the knot."""

import ast

from tests.house.source import Module, read_modules

FILE_LINES = 500
FUNCTION_LINES = 60
FORBIDDEN_NAMES = {"core", "base", "common", "utils", "helpers", "misc", "manager"}
# Lists that may only shrink: an entry that is no longer needed fails the test below.
LONG_FILES: set[str] = set()
LONG_FUNCTIONS: set[str] = set()
BAD_NAMES = {"maillage.settings.base"}  # Django's own word for it


def find_long_files(modules: list[Module]) -> set[str]:
    """Modules past FILE_LINES."""
    return {module.name for module in modules if len(module.text.splitlines()) > FILE_LINES}


def find_long_functions(modules: list[Module]) -> set[str]:
    """Functions past FUNCTION_LINES, their docstring counted."""
    return {
        f"{module.name}.{node.name}"
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES
    }


def find_bad_names(modules: list[Module]) -> set[str]:
    """Modules named after nothing."""
    return {module.name for module in modules if set(module.name.split(".")) & FORBIDDEN_NAMES}


def test_files_stay_short_but_for_a_list_that_shrinks() -> None:
    assert find_long_files(read_modules("jauge", "maillage")) == LONG_FILES


def test_functions_stay_short_but_for_a_list_that_shrinks() -> None:
    assert find_long_functions(read_modules("jauge", "maillage")) == LONG_FUNCTIONS


def test_modules_are_named_after_what_they_do() -> None:
    assert find_bad_names(read_modules("jauge", "maillage")) == BAD_NAMES


def test_each_shape_that_is_refused_is_seen() -> None:
    long_function = Module("m", "def f():\n" + "    x = 1\n" * 60)

    assert find_long_functions([long_function]) == {"m.f"}
    assert find_long_files([Module("m", "x = 1\n" * 501)]) == {"m"}
    assert find_bad_names([Module("maillage.jobs.utils", "")]) == {"maillage.jobs.utils"}
    assert not find_long_functions([Module("m", "def f():\n" + "    x = 1\n" * 59)])
