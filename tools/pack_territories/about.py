"""What each packed table says of itself: publisher, licence, date, SHA-256 of the original bytes, recipe (JSON under `maillage`)."""

import json
from collections.abc import Sequence
from typing import Any

import contours
import pyarrow as pa
from packages import NAME, CogPackage

from jauge.territories import CONTOURS_YEAR

KEY = b"maillage"  # where `maillage.observatory.capture` looks for it in the sources too
RECIPE = "python tools/pack_territories [--downloads DIR] [--contours communes-contours-2018.parquet]"
LICENCE = "Licence Ouverte / Etalab 2.0"


def describe_packages(packages: Sequence[CogPackage]) -> dict[str, Any]:
    """Whence the codes, groups and populations come."""
    return {
        "publisher": "Insee, DGCL, La Poste",
        "licence": LICENCE,
        "url": "https://www.insee.fr/fr/information/2560452",
        "date": f"{packages[-1].cog_year}-01-01",
        "copy": f"npm, {NAME}",
        "sha256": {f"{one.version} (COG {one.cog_year})": one.sha256 for one in packages},
        "recipe": RECIPE,
    }


def describe_contours() -> dict[str, Any]:
    """Whence the contours come."""
    return {
        "publisher": "IGN",
        "licence": LICENCE,
        "url": "https://geoservices.ign.fr/adminexpress",
        "date": f"{CONTOURS_YEAR}-01-01",
        "copy": "gregoiredavid/france-geojson (Admin Express COG 2018, simplified there)",
        "sha256": contours.CONTOURS_SHA256,
        "recipe": RECIPE,
    }


def label(table: pa.Table, facts: dict[str, Any]) -> pa.Table:
    """The same table, with what it says of itself."""
    return table.replace_schema_metadata({KEY: json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()})
