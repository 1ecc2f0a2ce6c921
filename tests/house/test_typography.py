"""French on pages keeps its no-break spaces: an ordinary space before ; : ! ? or inside « » would let a line break there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2] / "src" / "maillage"
TEMPLATES = sorted(ROOT.glob("*/templates/**/*.html"))
_BREAKABLE = re.compile(r"[\w»)}’] [;:!?](?=[\s\"<{]|$)|« |(?<=\S) »")
_COMMENT = re.compile(r"{% comment %}.*?{% endcomment %}", re.DOTALL)


def find_breakable_spaces(text: str) -> list[str]:
    """Places where a line could break before a mark of punctuation."""
    return _BREAKABLE.findall(_COMMENT.sub("", text))


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_template_never_breaks_a_line_before_punctuation(template: Path) -> None:
    assert find_breakable_spaces(template.read_text(encoding="utf-8")) == []


def test_a_breakable_space_is_seen() -> None:
    assert find_breakable_spaces("Pourquoi ?") == ["i ?"]
    assert find_breakable_spaces("Pourquoi\u202f?") == []
