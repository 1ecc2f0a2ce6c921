"""Where things lie: the definitions and the starter (shipped), and the folder of state (`MAILLAGE_HOME`)."""

import os
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_CHECKOUT = _PACKAGE.parent.parent


def _shipped(name: str) -> Path:
    """The folder `name` of the checkout, or of the wheel where the build has put it."""
    bundled = _PACKAGE / "_bundled" / name
    return bundled if bundled.is_dir() else _CHECKOUT / name


DEFINITIONS = _shipped("definitions")
STARTER = _shipped("starter")
NODE_MODULES = _shipped("node_modules")
HOME = Path(
    os.environ.get("MAILLAGE_HOME") or (_CHECKOUT / "var" if (_CHECKOUT / "pyproject.toml").is_file() else Path.cwd() / "maillage-var")
)
RELEASES = HOME / "releases"
CACHE = HOME / "cache"
