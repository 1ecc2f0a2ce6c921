"""The door of `diagnoses`: the digital diagnosis of a territory, as data or as a document, on one release."""

from jauge.diagnosis import Diagnosis
from jauge.territories import TerritoryRef
from maillage.diagnoses import operations, pages
from maillage.diagnoses.contributions import register_section
from maillage.diagnoses.data import Contribution, DiagnosisSection, Format
from maillage.diagnoses.document import Document
from maillage.diagnoses.exports import write_csv, write_json
from maillage.diagnoses.queries import check_plan_indicators, read_plan
from maillage.observatory import api as observatory

__all__ = [
    "Contribution",
    "DiagnosisSection",
    "Document",
    "Format",
    "check_shipped_plan",
    "get_diagnosis",
    "get_document",
    "has_pdf",
    "register_section",
    "render_diagnosis",
]


def get_diagnosis(ref: TerritoryRef, *, release: str | None = None) -> Diagnosis:
    """The diagnosis as data: key figures, points of attention, sections.

    Raises UnknownTerritory, NoRelease, UnknownRelease. Lookup queries: 2, whatever the territory.
    """
    return operations.make_diagnosis(ref, release=observatory.get_release(release))


def get_document(ref: TerritoryRef, *, release: str | None = None) -> Document:
    """The diagnosis as French texts and pictures, kept by release.

    Raises UnknownTerritory, NoRelease, UnknownRelease. Lookup queries: 3 the first time, then none.
    """
    return operations.get_document(ref, release=release)


def has_pdf(ref: TerritoryRef, *, release: str | None = None) -> bool:
    """Whether the PDF was made already. Raises NoRelease, UnknownRelease. Queries: none."""
    return operations.has_pdf(ref, release=release)


def render_diagnosis(ref: TerritoryRef, *, format: Format, release: str | None = None) -> bytes:  # noqa: A002 - the field's word
    """The diagnosis in a format: a page that stands alone, a tagged PDF, JSON, or CSV with one row per figure.

    Raises UnknownTerritory, NoRelease, UnknownRelease. Lookup queries: 3 the first time, then none.
    """
    if format is Format.PDF:
        return operations.get_pdf(ref, release=release)
    document = operations.get_document(ref, release=release)
    writers = {Format.HTML: pages.write_page, Format.JSON: write_json, Format.CSV: write_csv}
    return writers[format](document).encode()


def check_shipped_plan() -> None:
    """Refuse the shipped plan when it names an indicator without definition. Raises BadDefinition (file, line)."""
    check_plan_indicators(read_plan())
