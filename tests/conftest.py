"""What the whole suite shares: where the raw national files are."""

import os
from pathlib import Path

import pytest
from hypothesis import settings

# A shared machine is slow at times: a slow example is not a wrong one.
settings.register_profile("maillage", deadline=None)
settings.load_profile("maillage")
ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of raw national files (`MAILLAGE_REAL_DATA`, default ../shared/data)."""
    folder = Path(os.environ.get("MAILLAGE_REAL_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "observatory").is_dir():
        pytest.skip(f"the raw national files are not at {folder} (set MAILLAGE_REAL_DATA)")
    return folder
