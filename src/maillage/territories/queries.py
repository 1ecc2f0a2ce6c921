"""Reads of the reference of territories (starter/territories), kept in memory by the process."""

from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from django.conf import settings

from jauge.territories import Geography
from maillage.settings.paths import STARTER


def find_folder() -> Path:
    """The folder of the reference: `MAILLAGE_TERRITORIES` in the settings, else the one that is shipped."""
    return Path(getattr(settings, "MAILLAGE_TERRITORIES", None) or STARTER / "territories")


def read_table(name: str) -> pa.Table:
    """Read one table of the reference."""
    # ParquetFile, not read_table: the latter loads pyarrow.dataset, half a second at start-up.
    return pq.ParquetFile(find_folder() / f"{name}.parquet").read()


@cache
def load_geography() -> Geography:
    """Build the geography once per process (Parquet reading; the vintages are unfolded when asked for)."""
    return Geography(**{name: read_table(name) for name in ("communes", "groups", "subcommunes", "movements")})
