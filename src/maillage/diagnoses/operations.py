"""Makes diagnoses and keeps them: one is served again only for the very release, plan, year and contributions it was made from."""

import hashlib
import json
import os
import shutil
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from jauge import diagnosis as diagnosis_rules
from jauge.diagnosis import Diagnosis, compose_diagnosis
from jauge.territories import TerritoryRef
from maillage import ui
from maillage.diagnoses import contributions, queries, synthesis
from maillage.diagnoses.data import IllustratedDiagnosis
from maillage.diagnoses.document import Document, write_document
from maillage.diagnoses.exports import TEMPLATE, write_pdf
from maillage.diagnoses.pictures import draw_pictures, list_mapped
from maillage.diagnoses.words import FrenchWriter
from maillage.observatory import api as observatory
from maillage.observatory.data import ReleaseInfo
from maillage.settings import paths

KEPT = paths.CACHE / "diagnoses"
MAKING = (Path(__file__).parent, Path(ui.__file__).parent, Path(diagnosis_rules.__file__).parent)  # whose code writes a diagnosis
KEPT_RELEASES = 3  # the oldest are thrown away: a kept diagnosis is made again in seconds


def make_diagnosis(ref: TerritoryRef, *, release: ReleaseInfo) -> Diagnosis:
    """Compose the diagnosis of a territory, without its pictures. Raises UnknownTerritory. Lookup queries: 3."""
    plan = queries.read_plan()
    facts = queries.read_facts(ref, plan=plan, release=release, year=timezone.localdate().year)
    return compose_diagnosis(plan, facts, FrenchWriter())


def make_document(ref: TerritoryRef, *, release: ReleaseInfo) -> Document:
    """Write the whole diagnosis of a territory, pictures included. Raises UnknownTerritory. Lookup queries: 6."""
    diagnosis = make_diagnosis(ref, release=release)
    ground, level = queries.find_ground(ref)
    names = queries.list_pieces(ground, level)
    pictures = draw_pictures(
        diagnosis,
        pieces=queries.read_pieces(names, indicators=list_mapped(diagnosis), release=release.id),
        names=names,
        drawing=queries.draw_ground(ground, level),
    )
    said = (*synthesis.list_syntheses(ref, release=release.id), *contributions.list_contributions(ref))
    illustrated = IllustratedDiagnosis(diagnosis, pictures, said)
    return write_document(illustrated, site=settings.SITE_URL)


def get_document(ref: TerritoryRef, *, release: str | None = None) -> Document:
    """The document of a territory, kept or made. Raises UnknownTerritory, NoRelease, UnknownRelease."""
    found = observatory.get_release(release)
    folder = _find_folder(ref, found)
    kept = folder / "document.json"
    if kept.is_file():
        document: Document = json.loads(kept.read_text(encoding="utf-8"))
        return document
    document = make_document(ref, release=found)
    _keep(kept, json.dumps(document, ensure_ascii=False).encode())
    _forget_old_releases()
    return document


def get_pdf(ref: TerritoryRef, *, release: str | None = None) -> bytes:
    """The PDF of a territory, kept or made (a second or two)."""
    kept = _find_folder(ref, observatory.get_release(release)) / "diagnosis.pdf"
    if kept.is_file():
        return kept.read_bytes()
    written = write_pdf(get_document(ref, release=release))
    _keep(kept, written)
    return written


def has_pdf(ref: TerritoryRef, *, release: str | None = None) -> bool:
    """Whether the PDF is there already."""
    return (_find_folder(ref, observatory.get_release(release)) / "diagnosis.pdf").is_file()


def _find_folder(ref: TerritoryRef, release: ReleaseInfo) -> Path:
    """Where a diagnosis is kept: by release, then by all else that it depends on. Names are codes, never what a visitor typed."""
    plan = (paths.DEFINITIONS / "diagnosis" / f"{queries.PLAN}.yaml").read_bytes()
    basis = [_hash_making(), plan.hex(), TEMPLATE.read_text(), str(timezone.localdate().year), settings.SITE_URL]
    digest = hashlib.sha256("\0".join([*basis, contributions.describe_versions(ref)]).encode()).hexdigest()
    return KEPT / release.id[:32] / digest[:16] / f"{ref.level.value}-{ref.code}"


@cache
def _hash_making() -> str:
    """The code that writes a diagnosis, in short: a new version of Maillage serves no text of an older one."""
    files = sorted(file for folder in MAKING for file in folder.rglob("*.py"))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def _keep(path: Path, content: bytes) -> None:
    """Write aside and rename: two processes may make the same diagnosis at once, a reader sees one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(f".{os.getpid()}.part")
    aside.write_bytes(content)
    aside.replace(path)


def _forget_old_releases() -> None:
    """Throw away what was kept of all but the newest releases used."""
    folders = sorted(KEPT.iterdir(), key=lambda folder: folder.stat().st_mtime, reverse=True)
    for folder in folders[KEPT_RELEASES:]:
        shutil.rmtree(folder, ignore_errors=True)
