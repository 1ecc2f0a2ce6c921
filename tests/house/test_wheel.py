"""The wheel carries the definitions and the starter, and `maillage` works from it alone."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from tests.house.source import ROOT

INSTALL = """
set -eu
. tools/find-uv
"$UV" build --quiet --wheel --out-dir "$1/dist"
"$UV" venv --quiet --no-config --python .venv/bin/python "$1/venv"
"$UV" pip install --quiet --python "$1/venv/bin/python" --require-hashes -r requirements/runtime.txt
"$UV" pip install --quiet --python "$1/venv/bin/python" --no-deps "$1"/dist/*.whl
"""


@pytest.mark.slow
def test_the_wheel_works_in_a_clean_environment(tmp_path: Path) -> None:
    subprocess.run(["sh", "-c", INSTALL, "sh", str(tmp_path)], cwd=ROOT, check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAILLAGE_", "DJANGO_", "PYTHON"))}
    environment["MAILLAGE_HOME"] = str(tmp_path / "state")

    done = subprocess.run(
        [tmp_path / "venv" / "bin" / "maillage", "doctor", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    assert findings["données de départ"]["ok"]
    assert findings["base de données"]["ok"]
    bundled = next((tmp_path / "venv").rglob("_bundled"))
    shipped = sorted(path.relative_to(bundled) for path in bundled.rglob("*.yaml"))
    assert shipped == sorted(path.relative_to(ROOT) for path in (ROOT / "definitions").rglob("*.yaml"))
