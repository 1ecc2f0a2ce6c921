"""Writes a diagnosis document as PDF, JSON and CSV."""

import io
import json
from pathlib import Path
from typing import Any

from maillage.diagnoses.document import Document
from maillage.ui import exports

TEMPLATE = Path(__file__).parent / "typst" / "diagnosis.typ"
COLUMNS = (
    "territory",
    "section",
    "indicator",
    "label",
    "period",
    "value",
    "numerator",
    "denominator",
    "unit",
    "status",
    "reason",
    "source",
    "release",
)


def write_pdf(document: Document) -> bytes:
    """Compile the document to a tagged PDF: the same bytes for the same document."""
    import typst

    written = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        sys_inputs={"document": json.dumps(document, ensure_ascii=False)},
        pdf_standards=["ua-1"],  # PDF/UA-1: Typst refuses a document without title, or an image without its words
        ignore_system_fonts=True,
    )
    assert isinstance(written, bytes)
    return written


def write_json(document: Document) -> str:
    """The whole diagnosis with its provenance; the drawings are left out, the tables behind them stay."""
    return json.dumps(_without_drawings(document), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def write_csv(document: Document) -> str:
    """One row per figure, `,` and UTF-8; a cell that a spreadsheet would take for a formula is quoted by an apostrophe."""
    buffer = io.StringIO()
    exports.write_csv(buffer, COLUMNS, ([row[column] for column in COLUMNS] for row in document["figures"]))
    return buffer.getvalue()


def _without_drawings(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_drawings(value) for key, value in node.items() if key != "svg"}
    if isinstance(node, list):
        return [_without_drawings(item) for item in node]
    return node
