"""The reference of territories as a source of the release: its tables, and where they come from."""

import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from jauge.territories import CommuneContours, Geography
from maillage.observatory.data import SourceRef
from maillage.observatory.folders import hash_file

POPULATIONS = "cog_populations"  # the source that the reference of territories itself is
_TABLES = ("communes", "groups", "subcommunes", "movements", "contours")


@dataclass(frozen=True, slots=True)
class Reference:
    """The geography, its table of communes in every vintage, and what a release says of it. hashes: SHA-256 by table."""

    geography: Geography
    communes: pa.Table
    ref: SourceRef
    hashes: dict[str, str]
    contours: Path

    def read_contours(self) -> CommuneContours:
        """The contours in which points are placed; read when a source needs them."""
        return CommuneContours(pq.ParquetFile(self.contours).read())


def read_reference(folder: Path, geography: Geography) -> Reference:
    """Read what a release needs to say of the reference of territories in `folder`."""
    path = folder / "communes.parquet"
    file = pq.ParquetFile(path)
    about = json.loads((file.schema_arrow.metadata or {}).get(b"maillage", b"{}"))
    hashes = {f"territories/{name}": hash_file(folder / f"{name}.parquet") for name in _TABLES}
    ref = SourceRef(
        name=POPULATIONS,
        label="Code officiel géographique et populations municipales",
        file="territories/communes.parquet",
        sha256=hashes["territories/communes"],
        size=path.stat().st_size,
        publisher=about.get("publisher", "Insee"),
        licence=about.get("licence", "Licence Ouverte / Etalab 2.0"),
        url=about.get("url", "https://www.insee.fr/fr/information/2560452"),
        date=about.get("date", "2026-01-01"),
        period="",
        rows=0,
        rejects=0,
        # Each year's populations are authenticated by decree before its end (loi n° 2002-276, art. 156, VIII).
        expected="2026-12",
        copy="paquet @etalab/decoupage-administratif, sept millésimes (starter/README.md)",
    )
    return Reference(geography, file.read(), ref, hashes, folder / "contours.parquet")
