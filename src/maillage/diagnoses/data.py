"""What passes through the door of `diagnoses`: formats, pictures, sections that upper rooms contribute. No Django here."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from jauge.diagnosis import Diagnosis
from jauge.territories import TerritoryRef


class DiagnosesAct(StrEnum):
    """The acts of this room."""

    PREPARE_DOCUMENT = "prepare_document"


class Format(StrEnum):
    """How a diagnosis leaves the house."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"
    CSV = "csv"


CONTENT_TYPES = {
    Format.HTML: "text/html; charset=utf-8",
    Format.PDF: "application/pdf",
    Format.JSON: "application/json; charset=utf-8",
    Format.CSV: "text/csv; charset=utf-8",
}


@dataclass(frozen=True, slots=True)
class Contribution:
    """What is said in one section of a diagnosis after its figures: sentences already written, each with an address in the site (or none).

    A table may follow: `rows` under `header`, `links` the address of each row's first cell (or none at all).
    """

    title: str
    sentences: tuple[tuple[str, str], ...]
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    links: tuple[str, ...] = ()


class DiagnosisSection(Protocol):
    """A room above that has something to say in a diagnosis: its projects, its conventions, its surveys.

    `section` is the code of the planned section that it fills. What it says replaces nothing: it stands after the figures.
    """

    section: str

    def contribute(self, territory: TerritoryRef) -> Contribution | None:
        """Say what the room knows of the territory; None when it knows nothing. Queries: a constant number."""

    def version(self, territory: TerritoryRef) -> str:
        """A text that changes when `contribute` would answer otherwise: a kept diagnosis is then made again."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A map or chart drawn: its section, caption, SVG, words that replace it, and the table behind (header, rows)."""

    section: str
    kind: str
    title: str
    svg: str
    alt: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class IllustratedDiagnosis:
    """A diagnosis with its pictures and what upper rooms contribute, by section."""

    diagnosis: Diagnosis
    pictures: tuple[Picture, ...]
    contributions: tuple[tuple[str, Contribution], ...] = ()
