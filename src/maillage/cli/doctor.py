"""`maillage doctor`: what this machine lacks, and how to get it."""

import json
import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.db import DatabaseError, connection

from maillage.settings import paths

# A national release with its caches takes some 200 MB, an environment about 1.5 GB: below this a build may fill the disk.
FREE_BYTES = 500_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at. `needed` is False for what only some commands want; `remedy` says how to get it."""

    name: str
    ok: bool
    found: str
    remedy: str = ""
    needed: bool = True


def check_python() -> Finding:
    """Python 3.12 or newer."""
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding("Python", sys.version_info >= (3, 12), version, "installez Python 3.12 ou plus récent, puis relancez make demo")


def check_program(command: str, name: str, package: str) -> Finding:
    """A program that tests use."""
    found = shutil.which(command)
    return Finding(name, found is not None, found or "absent", f"sous Debian : apt-get install {package} (pour make test)", needed=False)


def check_front_end() -> Finding:
    """The fonts, styles and scripts of the pages, installed by npm at set-up."""
    lacking = [name for name in ("bootstrap", "htmx.org", "@fontsource-variable") if not (paths.NODE_MODULES / name).is_dir()]
    return Finding(
        "polices, styles et scripts", not lacking, ", ".join(lacking) + " absents" if lacking else "présents", "relancez make demo"
    )


def check_documents() -> Finding:
    """The optional libraries that make PDF and charts."""
    lacking = [name for name in ("typst", "vl_convert", "altair") if find_spec(name) is None]
    return Finding(
        "documents PDF", not lacking, ", ".join(lacking) + " absents" if lacking else "prêts", "pip install 'maillage[documents]'"
    )


def check_disk() -> Finding:
    """Room left where the state lies, and the right to write there."""
    free = shutil.disk_usage(paths.HOME).free
    writable = os.access(paths.HOME, os.W_OK)
    return Finding(
        "disque",
        free >= FREE_BYTES and writable,
        f"{free // 1_000_000} Mo libres" + ("" if writable else ", dossier en lecture seule"),
        "libérez de la place, ou donnez un autre dossier par MAILLAGE_HOME",
    )


def check_database() -> Finding:
    """The database answers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return Finding(
            "base de données", False, str(error).strip().splitlines()[0], "vérifiez MAILLAGE_DATABASE_URL et que le serveur tourne"
        )
    return Finding("base de données", True, connection.display_name)


def check_starter(folder: Path | None = None) -> Finding:
    """The starter is whole: each file has the hash that its list says."""
    folder = folder or paths.STARTER
    if not any(folder.rglob("*.parquet")):
        return Finding("données de départ", False, "absentes", "reprenez le dossier starter/ du dépôt : git checkout starter")
    spoiled = find_spoiled_files(folder)
    found = f"{len(spoiled)} fichiers abîmés : {', '.join(spoiled[:3])}" if spoiled else "intactes"
    return Finding("données de départ", not spoiled, found, "reprenez-les : git checkout starter")


def find_spoiled_files(folder: Path) -> list[str]:
    """Names listed in `SHA256SUMS` (one «hash  name» a line) whose file is absent or differs; [] where there is no list."""
    sums = folder / "SHA256SUMS"
    lines = sums.read_text().splitlines() if sums.is_file() else []
    listed = [line.split(maxsplit=1) for line in lines if line.strip()]
    return [name for digest, name in listed if not _has_digest(folder / name, digest)]


def check_release() -> Finding:
    """A release is served."""
    current = settings.RELEASES / "current"
    return Finding(
        "livraison", current.exists(), "présente" if current.exists() else "aucune", "construisez-la : maillage release build", needed=False
    )


CHECKS: tuple[Callable[[], Finding], ...] = (
    check_python,
    check_front_end,
    check_documents,
    check_disk,
    check_database,
    check_starter,
    check_release,
    lambda: check_program("chromium", "navigateur", "chromium"),
    lambda: check_program("pdfinfo", "contrôle des PDF", "poppler-utils"),
)


def run_doctor(as_json: Annotated[bool, typer.Option("--json", help="Sortie en JSON.")] = False) -> None:
    """Dire ce qui manque à cette machine, et comment l’obtenir."""
    findings = [check() for check in CHECKS]
    if as_json:
        typer.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False))
    else:
        for finding in findings:
            typer.echo(describe_finding(finding))
    raise typer.Exit(code=int(any(finding.needed and not finding.ok for finding in findings)))


def describe_finding(finding: Finding) -> str:
    """One or two lines: the mark, the name, what was found, and the remedy where something lacks.

    >>> describe_finding(Finding("Python", True, "3.12.1"))
    '✓ Python\\u202f: 3.12.1'
    """
    mark = "✓" if finding.ok else "✗" if finding.needed else "·"
    line = f"{mark} {finding.name}\u202f: {finding.found}"
    return line if finding.ok else f"{line}\n    → {finding.remedy}"


def _has_digest(file: Path, digest: str) -> bool:
    return file.is_file() and sha256(file.read_bytes()).hexdigest() == digest
