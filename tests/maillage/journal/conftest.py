"""What the tests of the journal share: a key and a kept head of their own."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _own_key(tmp_path: Path, settings: Settings) -> None:
    settings.JOURNAL_KEY_FILE = tmp_path / "journal-keys"
    settings.JOURNAL_HEAD_FILE = tmp_path / "journal-head"
