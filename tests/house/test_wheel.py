"""The wheel carries the definitions, the starter and what pages show, and `maillage` works from it alone."""

import json
import os
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urljoin

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
_LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"|url\("([^"]+)"\)')


@pytest.mark.slow
def test_the_wheel_works_in_a_clean_environment(tmp_path: Path) -> None:
    subprocess.run(["sh", "-c", INSTALL, "sh", str(tmp_path)], cwd=ROOT, check=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAILLAGE_", "DJANGO_", "PYTHON"))}
    environment["MAILLAGE_HOME"] = str(tmp_path / "state")
    maillage = tmp_path / "venv" / "bin" / "maillage"

    done = subprocess.run([maillage, "doctor", "--json"], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    findings = {finding["name"]: finding for finding in json.loads(done.stdout)}
    fetched = fetch_home(maillage, tmp_path, environment)

    for name in ("données de départ", "base de données", "polices, styles et scripts"):
        assert findings[name]["ok"], findings[name]
    assert {address: status for address, (status, _) in fetched.items() if status != 200} == {}
    assert {Path(address).suffix for address in fetched} >= {".css", ".js", ".woff2", ".svg"}
    assert any('<svg class="icon"' in text for _, text in fetched.values())
    bundled = next((tmp_path / "venv").rglob("_bundled"))
    shipped = sorted(path.relative_to(bundled) for path in bundled.rglob("*.yaml"))
    assert shipped == sorted(path.relative_to(ROOT) for path in (ROOT / "definitions").rglob("*.yaml"))


def fetch_home(maillage: Path, folder: Path, environment: dict[str, str]) -> dict[str, tuple[int, str]]:
    """Serve the site, read its first page and all that it links to in `/static/`; status and text by address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = subprocess.Popen([maillage, "serve", "--port", str(port)], cwd=folder, env=environment)
    try:
        home = f"http://127.0.0.1:{port}/"
        await_answer(home)
        found: dict[str, tuple[int, str]] = {}
        waiting = [home]
        while waiting:
            address = waiting.pop()
            found[address] = fetch(address)
            linked = {urljoin(address, first or second) for first, second in _LINKED.findall(found[address][1])}
            waiting += [one for one in linked if one not in found and not one.startswith("data:")]
        return found
    finally:
        served.terminate()
        served.wait(timeout=30)


def await_answer(address: str) -> None:
    """Wait until the site answers, a minute at most."""
    for _ in range(120):
        if fetch(address)[0]:
            return
        time.sleep(0.5)


def fetch(address: str) -> tuple[int, str]:
    """Status and text of an address; (0, "") where nobody answers."""
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as refusal:
        return refusal.code, ""
    except OSError:
        return 0, ""
