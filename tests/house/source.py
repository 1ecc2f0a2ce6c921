"""The source of the house, read as syntax trees: what the house rules judge. A rule takes modules, so that a test can feed it a bad one."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
FLOORS = ("ui", "journal", "jobs", "territories", "actors", "observatory", "diagnoses", "portal")


@dataclass(frozen=True)
class Module:
    """One module: dotted name, text, tree."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The syntax tree."""
        return ast.parse(self.text)

    @property
    def room(self) -> str | None:
        """The room it lies in, or None (jauge, settings, cli)."""
        parts = self.name.split(".")
        return parts[1] if parts[0] == "maillage" and len(parts) > 1 and parts[1] in FLOORS else None

    @property
    def part(self) -> str:
        """Its file's name inside its room (`models`, `api`…), or ""."""
        parts = self.name.split(".")
        return parts[2] if len(parts) > 2 else ""

    def imports(self) -> Iterator[str]:
        """Each imported dotted name, `from a import b` giving `a.b`."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def read_modules(*packages: str) -> list[Module]:
    """The modules of these packages of src/, migrations left out."""
    found = []
    for package in packages:
        for path in sorted((ROOT / "src" / package).rglob("*.py")):
            parts = path.relative_to(ROOT / "src").with_suffix("").parts
            if "migrations" not in parts:
                found.append(Module(".".join(parts).removesuffix(".__init__"), path.read_text()))
    return found


def tracked_files() -> list[Path]:
    """The files that git follows or would follow; of a folder without git (an sdist), every file of the shipped folders."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    names = done.stdout.splitlines()
    found = [ROOT / name for name in names] or [path for folder in ("src", "definitions", "starter") for path in (ROOT / folder).rglob("*")]
    return [path for path in found if path.is_file()]
