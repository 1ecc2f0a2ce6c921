"""What the wheel carries beside the code: definitions, starter, and the fonts, styles, scripts and icons that pages show.

A build hook of hatchling (pyproject.toml). They go to `maillage/_bundled`, where `maillage.settings.paths` looks first. The front-end files
come from `node_modules`, which `tools/setup` fills from the lock file: a wheel is built in a checkout that has been set up.
"""

import re
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_BUNDLE = "maillage/_bundled"
_FRONT_END = (
    "bootstrap/LICENSE",
    "bootstrap/dist/css/bootstrap.min.css",
    "htmx.org/LICENSE",
    "htmx.org/dist/htmx.min.js",
    "@fontsource-variable/*/LICENSE",
    "@fontsource-variable/*/files/*-latin-wght-*.woff2",
    "@tabler/icons/LICENSE",
)
_ICONS = "@tabler/icons/icons/outline"
_QUOTED = re.compile(r'"([a-z0-9-]+)"')


class BundleHook(BuildHookInterface):  # type: ignore[type-arg]
    """Adds the bundle to a real wheel; an editable install reads the checkout itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tell hatchling which files go where. Raises SystemExit where the checkout has not been set up."""
        if version == "editable":
            return
        root = Path(self.root)
        build_data["force_include"] |= {str(root / name): f"{_BUNDLE}/{name}" for name in ("definitions", "starter")}
        build_data["force_include"] |= {str(root / name): f"{_BUNDLE}/{name}" for name in list_front_end(root)}


def list_front_end(root: Path) -> list[str]:
    """Paths, relative to `root`, of the front-end files that pages use: the icons are those whose name stands in quotes in the code."""
    modules = root / "node_modules"
    found = {pattern: sorted(modules.glob(pattern)) for pattern in _FRONT_END}
    if lacking := [pattern for pattern, files in found.items() if not files]:
        raise SystemExit(f"node_modules lacks {', '.join(lacking)}: run tools/setup runtime, then build the wheel again.")
    texts = (path.read_text(encoding="utf-8") for kind in ("*.html", "*.py") for path in (root / "src" / "maillage").rglob(kind))
    names = {name for text in texts for name in _QUOTED.findall(text)}
    icons = [file for name in sorted(names) if (file := modules / _ICONS / f"{name}.svg").is_file()]
    return [str(file.relative_to(root)) for file in [*(file for files in found.values() for file in files), *icons]]
