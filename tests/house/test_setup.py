"""The set-up on a machine that lacks something says what, and how to get it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from tests.house.source import ROOT

LACKING = "exit 1"


@pytest.mark.parametrize(
    ("programs", "said"),
    [
        ({}, "apt-get install python3 python3-venv"),
        ({"python3": LACKING}, "ni son module venv ni pip"),
        ({"uv": LACKING}, "Il faut un Python 3.12"),
    ],
)
def test_a_machine_that_lacks_something_is_told_how_to_get_it(tmp_path: Path, programs: dict[str, str], said: str) -> None:
    (tmp_path / "tools").mkdir()
    for name in ("setup", "find-uv"):
        shutil.copy(ROOT / "tools" / name, tmp_path / "tools" / name)
    found = tmp_path / "bin"
    found.mkdir()
    for name in ("dirname", "rm"):
        (found / name).symlink_to(str(shutil.which(name)))
    for name, body in programs.items():
        (found / name).write_text(f"#!/bin/sh\n{body}\n")
        (found / name).chmod(0o755)

    done = subprocess.run([tmp_path / "tools" / "setup"], env={"PATH": str(found)}, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert said in done.stderr
    assert not (tmp_path / ".venv" / ".runtime").exists()
