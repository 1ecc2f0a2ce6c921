"""`jauge` is usable alone: importing it brings no Django and opens no connection."""

import subprocess
import sys


def test_jauge_needs_no_django() -> None:
    code = (
        "import pkgutil, importlib, sys, jauge\n"
        "for m in pkgutil.walk_packages(jauge.__path__, 'jauge.'): importlib.import_module(m.name)\n"
        "sys.exit('django' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code], check=False)

    assert done.returncode == 0
