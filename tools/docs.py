"""Write the page of the guide that the definitions know, the list of indicators (`make docs`); `--check` fails where it is out of date."""

import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "guide" / "indicateurs.md"
NOTICE = "<!-- Écrit par `make docs` : ne pas modifier à la main. -->\n\n"


def write_indicators() -> str:
    """The list of indicators, from their definitions."""
    rows = []
    for file in sorted((ROOT / "definitions" / "indicators").glob("*.yaml")):
        definition = yaml.safe_load(file.read_text())
        rows.append(f"| `{definition['code']}` | {definition['label']['fr']} | {definition.get('theme', '')} | {definition['unit']} |")
    return "# Les indicateurs\n\n" + NOTICE + "| code | libellé | thème | unité |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"


def main(*, check: bool) -> int:
    """Write the page, or say that it is out of date."""
    text = write_indicators()
    if PAGE.is_file() and PAGE.read_text() == text:
        return 0
    if check:
        print(f"{PAGE.name} is out of date: run `make docs`")
        return 1
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
