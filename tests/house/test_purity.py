"""`jauge` is usable alone and says the same thing everywhere: no Django, network, clock, path or global randomness."""

import ast
import subprocess
import sys

import pytest
from tests.house.source import Module, read_modules

FORBIDDEN_IMPORTS = {
    "django", "maillage", "httpx", "requests", "urllib.request", "socket", "http", "random", "time", "os",
    "pathlib", "shutil", "tempfile", "glob",
}  # fmt: skip
PURE_NAMES = {"pathlib.PurePath", "pathlib.PurePosixPath"}  # names of files, no file
FORBIDDEN_CALLS = {"open", "now", "today", "utcnow", "read_text", "write_text", "read_bytes", "write_bytes"}


def find_impurities(modules: list[Module]) -> list[str]:
    """Imports and calls that let the world in."""
    sins = []
    for module in modules:
        for name in module.imports():
            if name not in PURE_NAMES and any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN_IMPORTS):
                sins.append(f"{module.name} imports {name}")
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and (called := ast.unparse(node.func)):
                if called.split(".")[-1] in FORBIDDEN_CALLS:
                    sins.append(f"{module.name}:{node.lineno} calls {called}")
                unseeded = called.endswith("random.default_rng") and not node.args
                if unseeded or ("random." in called and not called.endswith(("default_rng", "Generator"))):
                    sins.append(f"{module.name}:{node.lineno} draws without a seed ({called})")
    return sins


def test_jauge_lets_no_world_in() -> None:
    assert find_impurities(read_modules("jauge")) == []


@pytest.mark.parametrize(
    "text",
    [
        "import django",
        "from pathlib import Path",
        "from urllib.request import urlopen",
        "def f(): return open('x')",
        "def f(d): return d.date.today()",
        "def f(np): return np.random.rand(3)",
        "def f(np): return np.random.default_rng()",
    ],
)
def test_each_impurity_is_seen(text: str) -> None:
    assert len(find_impurities([Module("jauge.sinner", text)])) == 1


def test_a_seeded_draw_is_pure() -> None:
    assert find_impurities([Module("jauge.honest", "def f(np, seed): return np.random.default_rng(seed)")]) == []


def test_jauge_needs_no_django() -> None:
    code = (
        "import pkgutil, importlib, sys, jauge\n"
        "for m in pkgutil.walk_packages(jauge.__path__, 'jauge.'): importlib.import_module(m.name)\n"
        "sys.exit('django' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0
