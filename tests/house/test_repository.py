"""What the repository may hold: no address of a machine, locks with hashes, documents that tell the truth about commands and settings."""

import ast
import re
from pathlib import Path

import pytest
import typer
from tests.house.source import ROOT, Module, read_modules, tracked_files
from tools.starter_sums import STARTER, sum_starter
from typer.main import get_command

from maillage.cli import build_app

TEXT_ENDINGS = {".md", ".py", ".toml", ".txt", ".json", ".yaml", ".yml", ".html", ".css", ".js", ".typ", ".cfg", ".sh", ""}
# Built from pieces, so that this file does not accuse itself.
FORBIDDEN = {
    "a registry's host": re.compile(
        r"files\.python" + r"hosted\.org|pypi\." + r"org/simple|registry\.npm" + r"js\.org|/artifact" + r"ory/|--(extra-)?index-url\s+http"
    ),
    "a local path": re.compile(r"(?<![\w.<{-])/(wo" + r"rk|ro" + r"ot|home/\w+|Us" + r"ers/\w+)/"),
    "a private address": re.compile(r"\b(?:10\.\d+|192\.168|172\.(?:1[6-9]|2\d|3[01]))\.\d+\.\d+\b"),
}
STARTER_BYTES = 15_000_000


def find_forbidden(name: str, text: str) -> list[str]:
    """Lines of a file that name a machine, a registry or a local path."""
    return [
        f"{name}:{number}: {what}"
        for number, line in enumerate(text.splitlines(), start=1)
        for what, pattern in FORBIDDEN.items()
        if pattern.search(line)
    ]


def find_unhashed(lock: str) -> list[str]:
    """Requirements of a lock file without a hash."""
    blocks = re.split(r"\n(?=[A-Za-z0-9])", "\n" + lock)
    return [block.split()[0] for block in blocks if re.match(r"[A-Za-z0-9]", block) and "--hash=sha256:" not in block]


def find_settings(modules: list[Module]) -> set[str]:
    """Names of the environment variables `MAILLAGE_…` that the code reads."""
    return {
        node.value
        for module in modules
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.fullmatch(r"MAILLAGE_[A-Z_]+", node.value)
    }


def list_commands(app: typer.Typer) -> set[str]:
    """Every command of the CLI, groups unfolded (`jobs list`)."""

    def unfold(command: object, prefix: str) -> set[str]:
        below = getattr(command, "commands", None)
        return {prefix} if below is None else {name for key, child in below.items() for name in unfold(child, f"{prefix} {key}".strip())}

    return unfold(get_command(app), "")


def find_unknown_commands(text: str, known: set[str], targets: set[str]) -> list[str]:
    """Commands quoted in a document (`maillage …`, `make …` in code) that do not exist."""
    quoted = re.findall(r"(?:^|`|\$ )(maillage|make) ([a-z][\w-]*(?: [a-z][\w-]*)?)", text, flags=re.MULTILINE)
    unknown = []
    for program, words in quoted:
        first = words.split()[0]
        exists = first in targets if program == "make" else words in known or first in known
        if not exists:
            unknown.append(f"{program} {words}")
    return unknown


def _make_targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def test_no_file_names_a_machine() -> None:
    texts = [path for path in tracked_files() if path.suffix in TEXT_ENDINGS]

    assert [sin for path in texts for sin in find_forbidden(str(path.relative_to(ROOT)), path.read_text(errors="replace"))] == []


@pytest.mark.parametrize("lock", sorted(path.name for path in (ROOT / "requirements").glob("*.txt")))
def test_locks_carry_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / "requirements" / lock).read_text()

    assert find_unhashed(text) == []
    assert "://" not in text


def test_the_front_end_lock_has_integrity_and_no_address() -> None:
    text = (ROOT / "package-lock.json").read_text()

    assert '"integrity"' in text
    assert '"resolved"' not in text


def test_the_starter_stays_small() -> None:
    size = sum(path.stat().st_size for path in tracked_files() if Path("starter") in path.relative_to(ROOT).parents)

    assert size <= STARTER_BYTES


def test_each_setting_is_documented() -> None:
    text = (ROOT / "docs" / "operate" / "settings.md").read_text()

    assert sorted(name for name in find_settings(read_modules("maillage")) if f"`{name}`" not in text) == []


def test_each_command_is_documented() -> None:
    text = (ROOT / "docs" / "guide" / "commandes.md").read_text()

    assert sorted(name for name in list_commands(build_app()) if f"`maillage {name}" not in text) == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md", "docs/guide/commandes.md", "docs/operate/README.md"])
def test_documents_quote_commands_that_exist(document: str) -> None:
    assert find_unknown_commands((ROOT / document).read_text(), list_commands(build_app()), _make_targets()) == []


@pytest.mark.parametrize(
    "line", ["see /ro" + "ot/x", "cd /wo" + "rk/main", "https://pypi." + "org/simple", "http://192.168" + ".1.2:80", "/home/" + "ann/x"]
)
def test_a_forbidden_line_is_seen(line: str) -> None:
    assert len(find_forbidden("f", line)) == 1


def test_the_other_rules_see_a_sinner_too() -> None:
    assert find_unhashed("a==1 \\\n    --hash=sha256:00\nb==2\n    # via a\n") == ["b==2"]
    assert find_settings([Module("m", "x = env['MAILLAGE_NEW']")]) == {"MAILLAGE_NEW"}
    assert find_unknown_commands("run `maillage fly` then `make coffee`", {"doctor"}, {"demo"}) == ["maillage fly", "make coffee"]
    assert find_unknown_commands("run `maillage jobs list`, `make demo`", {"jobs list"}, {"demo"}) == []


@pytest.mark.slow
def test_the_sums_of_the_starter_are_those_of_its_files() -> None:
    assert (STARTER / "SHA256SUMS").read_text() == sum_starter(), "make fix writes them again"


def test_the_tests_that_hold_the_notes_of_security_exist() -> None:
    named = set(re.findall(r"`(test_\w+)`", (ROOT / "docs" / "operate" / "security.md").read_text()))
    written = {name for path in (ROOT / "tests").rglob("test_*.py") for name in re.findall(r"def (test_\w+)", path.read_text())}

    assert named
    assert sorted(named - written) == []
