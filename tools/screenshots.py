"""Take the README's screenshots from a running site: `python tools/screenshots.py [ADDRESS]` (default http://127.0.0.1:8000).

Writes docs/images/<page>-<width>.png.
"""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
PAGES = {
    "home": "/",
    "territory": "/territoires/departement/22/",
    "diagnosis": "/territoires/departement/22/diagnostic/",
    "provenance": "/chiffres/departement/22/fixed_share_30mbps/",
}
SIZES = {1280: 1000, 390: 844}  # width: height, in CSS pixels


def take(browser: Browser, address: str) -> list[Path]:
    """Take each page at each width, the top of it only. Raises RuntimeError where a page does not answer 200."""
    taken = []
    for width, height in SIZES.items():
        page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light", locale="fr-FR")
        for name, path in PAGES.items():
            answer = page.goto(address + path)
            if answer is None or answer.status != 200:
                raise RuntimeError(f"{path}: {answer.status if answer else 'no answer'}")
            page.evaluate("document.fonts.ready")
            file = FOLDER / f"{name}-{width}.png"
            page.screenshot(path=file)
            taken.append(file)
        page.close()
    return taken


def main(address: str = "http://127.0.0.1:8000") -> int:
    """Take all and say where they are; 1 where there is no chromium."""
    chromium = shutil.which("chromium")
    if chromium is None:
        print("no chromium here: apt-get install chromium brings it", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for file in take(browser, address.rstrip("/")):
            print(f"{file.relative_to(FOLDER.parent.parent)}: {file.stat().st_size / 1000:.0f} kB")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
