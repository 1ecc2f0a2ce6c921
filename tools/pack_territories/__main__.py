"""Pack the reference of territories into starter/territories: `python tools/pack_territories [--downloads DIR]`.

Same inputs, same bytes: rows are sorted, row groups have a fixed size, no date is written. The recipe is in starter/README.md.
"""

import argparse
import tempfile
from pathlib import Path

import about
import contours
import history
import packages
import pyarrow as pa
import pyarrow.parquet as pq
import tables

from jauge.territories import Geography

STARTER = Path(__file__).resolve().parents[2] / "starter" / "territories"


def main() -> None:
    """Fetch, check, pack, and say what was written."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--downloads", type=Path, help="folder where the npm tarballs are kept (default: a temporary one)")
    parser.add_argument("--contours", type=Path, help="communes-contours-2018.parquet; without it the contours are left as they are")
    parser.add_argument("--output", type=Path, default=STARTER)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        pack_reference(arguments.downloads or Path(temporary), arguments.output)
    if arguments.contours:
        names = ("communes", "groups", "subcommunes", "movements")
        geography = Geography(**{name: pq.read_table(arguments.output / f"{name}.parquet") for name in names})
        drawn = about.label(contours.make_contours(arguments.contours, geography), about.describe_contours())
        write(drawn, arguments.output / "contours.parquet")


def pack_reference(downloads: Path, output: Path) -> None:
    """Write communes, groups, subcommunes and movements into `output`."""
    downloads.mkdir(parents=True, exist_ok=True)
    output.mkdir(parents=True, exist_ok=True)
    vintages = packages.list_packages(downloads)
    for package in vintages:
        package.fetch()
    movements = history.list_movements(vintages)
    packed = {
        "communes": tables.make_communes(vintages, movements),
        "groups": tables.make_groups(vintages),
        "subcommunes": tables.make_subcommunes(vintages),
        "movements": tables.make_movements(movements),
    }
    for name, table in packed.items():
        write(about.label(table, about.describe_packages(vintages)), output / f"{name}.parquet")


def write(table: pa.Table, path: Path) -> None:
    """Write one table, compactly and always the same way."""
    pq.write_table(table, path, compression="zstd", compression_level=19, row_group_size=1_000_000, write_statistics=False)
    print(f"{path.name}: {table.num_rows:,} rows, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
