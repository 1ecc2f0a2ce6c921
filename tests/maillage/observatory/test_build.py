"""Building a release: all or nothing, the same twice, one at a time."""

import errno
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from tests.maillage.observatory import small_world
from tests.maillage.observatory.small_world import build, change_source, make_world

from maillage.observatory import folders, operations
from maillage.observatory.folders import BuildRunning
from maillage.observatory.operations import DiskFull, NothingToMeasure

NOW = datetime(2026, 11, 25, tzinfo=UTC).isoformat()


@pytest.fixture
def world(tmp_path: Path) -> Path:
    """A small country, not built yet."""
    return make_world(tmp_path)


def hash_all(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def list_left(root: Path) -> list[str]:
    """What stands among the releases beside releases, the pointer and the lock."""
    return [path.name for path in root.iterdir() if len(path.name) != 64 and path.name not in {"current", ".lock"}]


def test_build_measures_every_commune_and_its_sums(world: Path) -> None:
    release = build(world)

    rows = pq.read_table(world / "releases" / release / "observations.parquet").to_pylist()
    found = {(row["level"], row["code"], row["indicator"], row["period"]): row for row in rows}
    departement = found["departement", "22", "fixed_share_30mbps", "2019-09-30"]
    communes = {row["code"] for row in rows if row["level"] == "commune" and row["indicator"] == "fixed_share_30mbps"}
    assert departement["value"] == 0.5
    assert departement["status"] == "observed"
    assert departement["denominator"] == 100 * 348  # communes of the Côtes-d'Armor on 1 January 2019
    assert len([code for code in communes if code.startswith("22")]) == 344  # and of 2026


def test_build_twice_gives_the_same_id_and_writes_nothing_again(world: Path) -> None:
    release = build(world)
    times = {path: path.stat().st_mtime_ns for path in (world / "releases" / release).rglob("*")}

    again = build(world)

    assert again == release
    assert {path: path.stat().st_mtime_ns for path in (world / "releases" / release).rglob("*")} == times


def test_build_elsewhere_gives_the_same_bytes(world: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = make_world(tmp_path_factory.mktemp("elsewhere"))

    here, there = build(world), build(other)

    assert here == there
    assert hash_all(world / "releases" / here) == hash_all(other / "releases" / there)


def test_a_changed_source_makes_another_release_and_keeps_the_former(world: Path) -> None:
    before = build(world)
    change_source(world, premises=200)

    after = build(world)

    assert after != before
    assert folders.list_ids(world / "releases") == sorted([before, after])
    assert folders.find_current(world / "releases") == after


def test_a_damaged_release_is_built_again(world: Path) -> None:
    release = build(world)
    before = hash_all(world / "releases" / release)
    (world / "releases" / release / "observations.parquet").write_bytes(b"damaged")

    build(world)

    assert hash_all(world / "releases" / release) == before
    assert list_left(world / "releases") == []


def test_manifest_holds_neither_date_nor_path(world: Path) -> None:
    release = build(world)

    text = (world / "releases" / release / "manifest.json").read_text()

    assert str(world) not in text
    assert "2026-11-25T" not in text
    assert {table["name"] for table in json.loads(text)["tables"]} >= {"observations.parquet", "rejects.parquet", "lookup.sqlite"}


def test_an_unknown_code_becomes_a_reject_with_its_line(world: Path) -> None:
    change_source(world, premises=100, rows="22999;x;x;x;5;logloc;0;0;0;5;0;0;0;2019-09-30\n")

    release = build(world)

    rejects = pq.read_table(world / "releases" / release / "rejects.parquet").to_pylist()
    assert [(row["source"], row["value"], row["code"]) for row in rejects] == [(small_world.SOURCE, "22999", "unknown_code")]
    line = rejects[0]["line"]
    text = (world / "sources" / "observatory" / "commune-debit-beta.csv").read_text().splitlines()
    assert text[line - 1].startswith("22999")


def test_a_broken_source_is_refused_with_its_reason_and_the_rest_goes_on(world: Path) -> None:
    path = world / "sources" / "observatory" / "commune-debit-beta.csv"
    path.write_text(path.read_text().replace(";", "|"))

    release = build(world)

    manifest = folders.read_manifest(world / "releases", release)
    assert [name for name, _ in manifest["refused"]] == [small_world.SOURCE]
    assert list(manifest["coverage"]) == ["population"]


def test_a_numerator_above_its_denominator_gives_no_figure_and_says_why(world: Path) -> None:
    path = world / "sources" / "observatory" / "commune-debit-beta.csv"
    path.write_text(path.read_text().replace("22113;x;x;x;100;logloc;0;0;0;50;50;", "22113;x;x;x;100;logloc;0;0;0;50;500;"))

    release = build(world)

    rows = pq.read_table(world / "releases" / release / "observations.parquet").to_pylist()
    lannion = next(row for row in rows if row["code"] == "22113" and row["indicator"] == "fixed_share_30mbps")
    assert (lannion["value"], lannion["status"], lannion["reason"]) == (None, "missing", "source_error")
    # The counts stay: they enter the sum of the département, and the row is published as flagged.
    departement = next(row for row in rows if (row["level"], row["code"], row["indicator"]) == ("departement", "22", "fixed_share_30mbps"))
    assert departement["numerator"] == 50 * 347 + 500
    flagged = pq.read_table(world / "releases" / release / "rejects.parquet").to_pylist()
    assert [(row["code"], row["value"]) for row in flagged] == [("numerator_above_denominator", "commune:22113 : 500 / 100")]
    assert path.read_text().splitlines()[flagged[0]["line"] - 1].startswith("22113")
    (source,) = (one for one in folders.read_manifest(world / "releases", release)["sources"] if one["name"] == small_world.SOURCE)
    assert (source["rejects"], source["flagged"]) == (0, 1)


def test_a_source_that_leads_out_of_its_folder_is_refused_by_the_build(world: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = world / "sources" / "observatory" / "commune-debit-beta.csv"
    path.symlink_to(path.rename(tmp_path_factory.mktemp("outside") / "secret.csv"))

    release = build(world)

    refused = folders.read_manifest(world / "releases", release)["refused"]
    assert refused == [[small_world.SOURCE, "« observatory/commune-debit-beta.csv » sort du dossier des sources : lecture refusée."]]


def test_a_folder_without_any_source_is_refused(world: Path) -> None:
    (world / "sources" / "observatory" / "commune-debit-beta.csv").unlink()

    with pytest.raises(NothingToMeasure):
        build(world)


def test_a_full_disk_leaves_the_former_release_and_nothing_else(world: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = build(world)
    change_source(world, premises=200)

    def fill_disk(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(operations, "write_lookup", fill_disk)

    with pytest.raises(DiskFull, match="Le disque est plein"):
        build(world)
    assert folders.find_current(world / "releases") == before
    assert folders.list_ids(world / "releases") == [before]
    assert list_left(world / "releases") == []


def test_a_file_too_large_for_the_disk_is_told_as_a_full_disk(world: Path) -> None:
    code = f"""
import resource, runpy, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
sys.argv = ["small_world", {str(world)!r}]
runpy.run_path({small_world.__file__!r}, run_name="__main__")
"""

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=small_world.ROOT, check=False)

    assert done.returncode != 0
    assert "Le disque est plein" in done.stderr
    assert list_left(world / "releases") == []


def fill_sqlite(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "full.sqlite")) as connection:
        connection.execute("PRAGMA max_page_count=2")
        connection.execute("CREATE TABLE t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 9999) SELECT i FROM n")


def fill_duckdb(folder: Path) -> None:
    with duckdb.connect(config={"threads": 1}) as connection:
        for setting in (f"temp_directory='{folder}'", "max_temp_directory_size='1MB'", "memory_limit='20MB'"):
            connection.execute(f"SET {setting}")
        connection.execute("CREATE TEMP TABLE t AS SELECT md5(i::VARCHAR) AS hash FROM range(1_000_000) r(i)")


def fill_device(_: Path) -> None:
    with Path("/dev/full").open("wb", buffering=0) as device:
        device.write(b"x")


@pytest.mark.parametrize("fill", [fill_sqlite, fill_duckdb, fill_device])
def test_a_full_disk_is_known_in_the_words_of_each_writer(fill: Callable[[Path], None], tmp_path: Path) -> None:
    with pytest.raises(Exception) as caught:
        fill(tmp_path)

    assert folders.is_disk_full(caught.value)
    assert not folders.is_disk_full(sqlite3.OperationalError("database is locked"))
    assert not folders.is_disk_full(PermissionError(13, "Permission denied"))


def test_two_builds_at_once_are_refused_with_the_hour_of_the_first(tmp_path: Path) -> None:
    with (
        folders.lock_builds(tmp_path, NOW),
        pytest.raises(BuildRunning, match="Une construction est en cours depuis 2026-11-25"),
        folders.lock_builds(tmp_path, NOW),
    ):
        pass


def test_what_a_killed_build_left_is_cleared_by_the_next(world: Path) -> None:
    left = world / "releases" / ".building-0123456789ab"
    left.mkdir(parents=True)
    (left / "observations.parquet").write_bytes(b"half")

    build(world)

    assert list_left(world / "releases") == []


@pytest.mark.slow
def test_a_build_killed_at_any_moment_leaves_the_old_release_or_the_new(world: Path) -> None:
    assert kill_builds(world, 60, lambda attempt: change_source(world, premises=102 + 2 * attempt)) >= 50


@pytest.mark.slow
@pytest.mark.real_data
def test_a_national_build_killed_at_any_moment_leaves_the_old_release_or_the_new(tmp_path: Path, real_data: Path) -> None:
    kills = int(os.environ.get("MAILLAGE_NATIONAL_KILLS", "2"))  # half a minute each: 50 are for whoever changes how a build writes
    small_world.link_country(tmp_path, real_data)

    kill_builds(tmp_path, kills, lambda attempt: small_world.change_definition(tmp_path, f"attempt {attempt}"))


def kill_builds(world: Path, attempts: int, change: Callable[[int], None]) -> int:
    """Build, then kill that many builds of changed inputs at random moments, looking at the state after each; how many were killed."""
    releases, moments, killed = world / "releases", random.Random(22), 0
    before = build(world)
    with start_builder(world) as builder:
        change(0)  # else the build would find its work done, and all the kills would fall on its beginning
        duration = run_build(builder, kill_after_s=None)
        for attempt in range(1, attempts + 1):
            change(attempt)
            moment = moments.uniform(0, duration)
            killed += (took := run_build(builder, kill_after_s=moment)) < duration
            served, whole, left = folders.find_current(releases), folders.list_ids(releases), list_left(releases)
            print(
                f"kill {attempt} at {moment:.2f} s ({took:.2f} s): {len(whole)} whole, served {str(served)[:12]}, left {left}", flush=True
            )
            assert served is not None
            assert all(folders.is_intact(releases, release) for release in {served, *whole})
            assert all(name.startswith(".building-") for name in left)
        builder.terminate()

    after = build(world)
    assert after != before
    assert folders.find_current(releases) == after
    assert list_left(releases) == []
    assert list((world / "temporary").iterdir()) == []  # nor anything elsewhere
    return killed


def start_builder(world: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.maillage.observatory.small_world", str(world), "--serve"]
    (world / "temporary").mkdir()
    environment = os.environ | {
        "PYTHONPATH": f"{small_world.ROOT / 'src'}:{small_world.ROOT}",
        "TMPDIR": str(world / "temporary"),
        "MAILLAGE_HOME": str(world / "home"),
        "DJANGO_SETTINGS_MODULE": "maillage.settings.base",  # that of the tests makes a temporary home of its own
    }
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=small_world.ROOT, env=environment
    )  # fmt: skip


def run_build(builder: "subprocess.Popen[str]", *, kill_after_s: float | None) -> float:
    """Start a build, kill it after some time or let it end; seconds until it was over."""
    assert builder.stdin is not None
    assert builder.stdout is not None
    builder.stdin.write("build\n")
    builder.stdin.flush()
    pid = int(builder.stdout.readline())
    start = time.perf_counter()
    if kill_after_s is not None:
        time.sleep(kill_after_s)
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    assert builder.stdout.readline() == "over\n"
    return time.perf_counter() - start
