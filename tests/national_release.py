"""The release of the starter, as a newcomer has it: built once for all the processes of a test session."""

import fcntl
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from maillage.observatory import folders, operations
from maillage.observatory.reference import read_reference
from maillage.settings import paths
from maillage.territories.api import get_geography

BUILT_AT = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture(scope="session")
def national_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of releases that holds the starter's (half a minute for the first process that asks, nothing for the others)."""
    base = tmp_path_factory.getbasetemp()
    root = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "national-releases"
    root.mkdir(exist_ok=True)
    with (root / ".one-builder").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # a second process waits here, then finds the release whole
        if folders.find_current(root) is None:
            operations.build(
                root=root,
                definitions=paths.DEFINITIONS,
                sources=paths.STARTER,
                reference=read_reference(paths.STARTER / "territories", get_geography()),
                now=BUILT_AT,
                progress=lambda *_: None,
            )
    return root


@pytest.fixture
def national_release(national_folder: Path, settings: Any, db: None) -> str:
    """Serves the release of the starter as «livraison 1»; answers its id."""
    settings.RELEASES = national_folder
    release = folders.find_current(national_folder)
    assert release is not None
    operations.register(release, now=BUILT_AT)
    return release
