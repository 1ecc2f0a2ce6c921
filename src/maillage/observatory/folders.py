"""The folder of releases on disk: written aside and renamed, one build at a time, one pointer to the release served."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

MANIFEST = "manifest.json"
_CURRENT = "current"
_LOCK = ".lock"
_ASIDE = ".building-"


class BuildRunning(Exception):
    """Another process is building a release; `since` is when it began."""

    code = "build_running"

    def __init__(self, since: str) -> None:
        self.since = since
        super().__init__(f"Une construction est en cours depuis {since or 'un instant'} : attendez sa fin, puis recommencez.")


@contextmanager
def lock_builds(root: Path, now: str) -> Iterator[None]:
    """Hold the only right to build. Raises BuildRunning. The system frees the lock of a process that dies."""
    root.mkdir(parents=True, exist_ok=True)
    with (root / _LOCK).open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise BuildRunning(lock.read().strip()) from None
        lock.truncate(0)
        lock.write(now)
        lock.flush()
        sweep(root)
        yield


def sweep(root: Path) -> None:
    """Clear what builds that were killed have left. Only under the lock."""
    for left in root.glob(f"{_ASIDE}*"):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()


@contextmanager
def write_aside(root: Path, release: str) -> Iterator[Path]:
    """Give a folder to fill; it becomes `root/release` at once when all went well, and nothing is left of it when not."""
    aside = root / f"{_ASIDE}{release[:12]}"
    aside.mkdir()
    try:
        yield aside
        for path in sorted(aside.rglob("*")):
            _flush(path)
        _flush(aside)
        target = root / release
        if target.exists():  # a damaged release of the same id
            target.rename(root / f"{_ASIDE}damaged")
        aside.rename(target)
        _flush(root)
    except BaseException:
        shutil.rmtree(aside, ignore_errors=True)
        raise
    shutil.rmtree(root / f"{_ASIDE}damaged", ignore_errors=True)


def is_disk_full(error: BaseException) -> bool:
    """Whether this error of Python, Arrow, SQLite or DuckDB says that the disk takes no more."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    if isinstance(error, duckdb.Error):  # it has no code: what does not fit beside memory is «not offloaded», or the system's own sentence
        return "failed to offload" in str(error) or os.strerror(errno.ENOSPC) in str(error)
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def point_to(root: Path, release: str) -> None:
    """Make `release` the one served, in one rename."""
    if find_current(root) == release:
        return
    aside = root / f"{_ASIDE}{_CURRENT}"
    with aside.open("w") as file:
        file.write(f"{release}\n")
        file.flush()
        os.fsync(file.fileno())
    aside.replace(root / _CURRENT)
    _flush(root)


def find_current(root: Path) -> str | None:
    """The id of the release served, None before the first."""
    release = read_pointer(root)
    return release if release and (root / release / MANIFEST).is_file() else None


def read_pointer(root: Path) -> str | None:
    """The id that the pointer names, whether or not its folder is there."""
    try:
        return (root / _CURRENT).read_text(encoding="utf-8").strip() or None
    except FileNotFoundError:
        return None


def is_whole(root: Path, release: str) -> bool:
    """Whether a release can be read: its manifest, and every file of it there with its size (`is_intact` reads their bytes too)."""
    try:
        files = read_manifest(root, release)["tables"]
        return all((root / release / file["name"]).stat().st_size == file["size"] for file in files)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def list_ids(root: Path) -> list[str]:
    """The ids of the releases that are whole."""
    return sorted(path.parent.name for path in root.glob(f"[0-9a-f]*/{MANIFEST}"))


def read_manifest(root: Path, release: str) -> dict[str, Any]:
    """The manifest of a release. Raises FileNotFoundError."""
    return json.loads((root / release / MANIFEST).read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def is_intact(root: Path, release: str) -> bool:
    """Whether every file of a release still has the bytes that its manifest names."""
    try:
        files = read_manifest(root, release)["tables"]
    except (FileNotFoundError, ValueError, KeyError):
        return False
    return all((root / release / file["name"]).is_file() and hash_file(root / release / file["name"]) == file["sha256"] for file in files)


def hash_file(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
