"""French typography in the pages: a no-break space before ; : ! ? and inside « », the apostrophe ’ (`make fix` mends)."""

from pathlib import Path

import pytest
from tools.typography import list_templates, mend_template

THIN = "\u202f"


def find_typography_sins(text: str) -> list[str]:
    """Lines of a template that typography would change."""
    mended = mend_template(text).splitlines()
    return [line for line, better in zip(text.splitlines(), mended, strict=True) if line != better]


@pytest.mark.parametrize("template", list_templates(), ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_follow_french_typography(template: Path) -> None:
    assert find_typography_sins(template.read_text()) == [], "make fix mends it"


@pytest.mark.parametrize(
    "text",
    [
        "<p>Pourquoi ?</p>",
        "<p>« non »</p>",
        "<p>«non»</p>",
        "<p>l'eau</p>",
        "<p>deux : trois</p>",
        "<p>{{ name }} : trois</p>",
        '{% translate "deux : trois" %}',
    ],
)
def test_a_typographic_sin_is_seen_and_mended_once(text: str) -> None:
    assert find_typography_sins(text)
    assert not find_typography_sins(mend_template(text))


def test_good_french_and_code_pass() -> None:
    good = f"{{% if a %}}<a title='l x : y'>Pourquoi{THIN}? L’eau, «{THIN}{{{{ x }}}}{THIN}»</a>{{{{ x|default:'y' }}}}"

    assert find_typography_sins(good) == []
