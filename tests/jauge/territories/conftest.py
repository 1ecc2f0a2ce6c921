"""The shipped reference of territories, read once."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from jauge.territories import Geography

STARTER = Path(__file__).resolve().parents[3] / "starter" / "territories"


@pytest.fixture(scope="session")
def geography() -> Geography:
    """The geography of the starter."""
    names = ("communes", "groups", "subcommunes", "movements")
    return Geography(**{name: pq.read_table(STARTER / f"{name}.parquet") for name in names})
