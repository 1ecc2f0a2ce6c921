"""French typography of the templates: `python tools/typography.py` mends what `tests/house/test_text.py` refuses (run by `make fix`).

Shown text only: what stands between tags, and the strings of `{% translate %}`. Attributes, scripts and template code are left alone.
"""

import re
from pathlib import Path

FINE = "\u202f"
ROOT = Path(__file__).resolve().parent.parent
CODE = re.compile(
    r"({%\s*comment.*?{%\s*endcomment\s*%}|<(?:script|style)\b.*?</(?:script|style)>|<!--.*?-->|{%.*?%}|{{.*?}}|{#.*?#}|<[^>]*>)", re.DOTALL
)
TRANSLATED = re.compile(r"""({%\s*translate\s+)("[^"]*"|'[^']*')""")
SPACE = " |\u00a0|&nbsp;"


def mend_text(text: str) -> str:
    """Put fine no-break spaces before ; : ! ? » and after «, and ’ for the apostrophe.

    >>> mend_text("L'eau : « oui » ?") == "L’eau\\u202f: «\\u202foui\\u202f»\\u202f?"
    True
    """
    text = re.sub(rf"(?<=\S)(?:{SPACE})(?=[;:!?»](?!\w))", FINE, text)
    text = re.sub(rf"«(?:{SPACE}|{FINE})?", f"«{FINE}", text)
    text = re.sub(rf"(?<=[^\s{FINE}])»", f"{FINE}»", text)
    return re.sub(r"(?<=\w)'(?=\w)", "’", text)


def mend_template(text: str) -> str:
    """Mend the shown text of a template. A space that stands beside a tag or a variable counts as beside a word."""
    pieces = CODE.split(text)
    shown = [index % 2 == 0 for index in range(len(pieces))]
    # A private-use letter holds the place of each piece of code, so that «{{ name }} :» is read as a whole.
    joined = mend_text("".join(piece if is_text else "\ue000" for piece, is_text in zip(pieces, shown, strict=True)))
    codes = iter(piece for piece, is_text in zip(pieces, shown, strict=True) if not is_text)
    return re.sub("\ue000", lambda _: _mend_translated(next(codes)), joined)


def _mend_translated(code: str) -> str:
    return TRANSLATED.sub(lambda found: found[1] + found[2][0] + mend_text(found[2][1:-1]) + found[2][0], code)


def list_templates() -> list[Path]:
    """Every template of the house."""
    return sorted((ROOT / "src").rglob("templates/**/*.html"))


if __name__ == "__main__":
    for template in list_templates():
        before = template.read_text()
        if (after := mend_template(before)) != before:
            template.write_text(after)
