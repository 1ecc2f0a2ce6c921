"""The checker of tables beside frictionless on 300,000 rows (goal 20× on a clean file), and its memory on 2 GB (goal 1 GiB).

The file is made by `bench/_subsidies.py`: 13 columns of every kind, a key, seeded. Both checkers get the same file and schema and
must give the same verdict; each is timed in the same process, in turn, and only once where it is slow. The 2 GB are checked by a
process of their own, whose peak of resident memory is read from the system when it ends.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from frictionless import Resource, Schema, system

import bench
from bench._subsidies import SCHEMA, write_subsidies
from jauge.tables import check_stream, parse_schema

ROWS = 300_000
DIRTY = 0.1  # share of the rows with a fault
LARGE_BYTES = 2_000_000_000
LARGE_FAULTS = 0.01


def run() -> Iterator[bench.Claim]:
    """Clean, dirty, then large."""
    with tempfile.TemporaryDirectory() as folder:
        for name, faults, goal in (("clean", 0.0, 20.0), ("10 % of dirty rows", DIRTY, 1.0)):
            path = Path(folder) / "subsidies.csv"
            write_subsidies(path, ROWS, faults=faults)
            yield _compare(name, path, goal)
        yield _measure_large(Path(folder))


def _compare(name: str, path: Path, goal: float) -> bench.Claim:
    spec = parse_schema(SCHEMA).spec

    def ours() -> bool:
        with path.open("rb") as stream:
            return check_stream(stream, spec).valid

    (ours_s,) = bench.time_in_turn(ours, runs=3)
    start = time.perf_counter()
    theirs = _validate(path)
    peer_s = time.perf_counter() - start
    if theirs != ours():
        raise AssertionError(f"{name}: the verdicts differ")
    return bench.Claim(f"300,000 rows, {name}", ours_s, peer="frictionless", peer_s=peer_s, goal_ratio=goal)


def _validate(path: Path) -> bool:
    """Frictionless reads an absolute path only when it is told to trust it; it lists as many errors as there are."""
    with system.use_context(trusted=True):
        resource = Resource(path=str(path), schema=Schema.from_descriptor(json.loads(SCHEMA)))
        return bool(resource.validate(limit_errors=10 * ROWS).valid)


def _measure_large(folder: Path) -> bench.Claim:
    """Check 2 GB with the command, in a process of its own."""
    schema, path = folder / "schema.json", folder / "large.csv"
    schema.write_text(SCHEMA, encoding="utf-8")
    _write_large(path)
    command = [sys.executable, "-m", "maillage.cli", "table", "check", str(path), "--schema", str(schema), "--json", "--limit", "100"]
    start = time.perf_counter()
    with (folder / "report.json").open("wb") as report:
        process = subprocess.Popen(command, stdout=report)
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    found = json.loads((folder / "report.json").read_text())
    if os.waitstatus_to_exitcode(status) != 1 or not found["error_count"]:
        raise AssertionError("the faults of the large file were not seen")
    what = f"{path.stat().st_size / 1e9:.1f} GB, {found['rows']:,} rows, {found['error_count']:,} faults"
    return bench.Claim(what, seconds, peak_mib=usage.ru_maxrss / 1024, goal_mib=1024)


def _write_large(path: Path) -> None:
    """The rows of a file of 300,000 again and again, each time with other keys, until there are 2 GB."""
    part = path.with_suffix(".part")
    write_subsidies(part, ROWS, faults=LARGE_FAULTS)
    header, _, body = part.read_bytes().partition(b"\n")
    part.unlink()
    with path.open("wb") as large:
        large.write(header + b"\n")
        turn = 0
        while large.tell() < LARGE_BYTES:
            # The first two digits of a key of eight are zero in the part: they number the turns.
            large.write(body.replace(b"\nS00", b"\nS%02d" % turn) if turn else body)
            turn += 1
