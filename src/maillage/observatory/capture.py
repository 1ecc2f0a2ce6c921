"""Capture: the bytes of a source and their hash, from a folder of raw files or from the packed starter, as the same table of text."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from jauge.provenance import SourceDefinition, check_relative
from jauge.tables import LINE, Fault, TableRefused, parse_table

METADATA = b"maillage"


class SourceAbsent(Exception):
    """The folder holds neither the raw file nor its packed form. `name`, `file`."""

    code = "source_absent"

    def __init__(self, name: str, file: str) -> None:
        self.name, self.file = name, file
        super().__init__(f"{file} : le fichier de la source « {name} » est absent. Récupérez-le : `maillage sources fetch {name}`.")


class UnsafePath(Exception):
    """A name that leads out of the folder of sources (absolute, `..`, symbolic link)."""

    code = "unsafe_path"

    def __init__(self, file: str) -> None:
        self.file = file
        super().__init__(f"« {file} » sort du dossier des sources : lecture refusée.")


@dataclass(frozen=True, slots=True)
class Captured:
    """What was read. `sha256` and `size` are those of the publisher's raw file, also when it came packed in the starter.

    table: wanted columns as text, exactly as written, and `_line`. file: relative name of the raw file.
    packed_sha256: of the Parquet file of the starter, None when the raw file itself was read.
    """

    source: str
    table: pa.Table
    file: str
    sha256: str
    size: int
    packed_sha256: str | None = None


def capture_source(definition: SourceDefinition, folder: Path) -> Captured:
    """Read a source from `folder`: the raw file if it is there, else its packed form (same name, ending `.parquet`).

    Raises SourceAbsent, UnsafePath, or a TableRefused that says where the file is broken.
    """
    raw = inside(folder, definition.file)
    if raw.is_file():
        return _capture_raw(definition, raw)
    packed = inside(folder, packed_name(definition.file))
    if packed.is_file():
        return _capture_packed(definition, packed)
    raise SourceAbsent(definition.name, definition.file)


def packed_name(file: str) -> str:
    """The relative name of the packed form.

    >>> packed_name("observatory/fixed/x.csv")
    'observatory/fixed/x.parquet'
    """
    return file.rpartition(".")[0] + ".parquet"


def inside(folder: Path, file: str) -> Path:
    """The path of `file`, proven to lie in `folder` once every symbolic link is followed."""
    try:
        path = folder / check_relative(file)
    except ValueError:
        raise UnsafePath(file) from None
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UnsafePath(file)
    return path


def _capture_raw(definition: SourceDefinition, path: Path) -> Captured:
    data = path.read_bytes()
    sha256 = hashlib.sha256(data).hexdigest()
    table = parse_table(data, definition.layout, file=definition.file)
    if len(data) < definition.known.size and table.num_rows < definition.known.rows:
        found = f"lignes de données : {table.num_rows}, octets : {len(data)}"
        expected = f"{definition.known.rows} lignes et {definition.known.size} octets"
        raise TableRefused(Fault.TRUNCATED_FILE, file=definition.file, found=found, expected=expected)
    return Captured(definition.name, table, definition.file, sha256, len(data))


def _capture_packed(definition: SourceDefinition, path: Path) -> Captured:
    data = path.read_bytes()
    file = packed_name(definition.file)
    try:
        table = pq.read_table(pa.BufferReader(data))
    except pa.ArrowInvalid:
        raise TableRefused(Fault.TRUNCATED_FILE, file=file, found="fichier Parquet illisible") from None
    about = json.loads((table.schema.metadata or {}).get(METADATA, b"{}"))
    for name in (*definition.columns, LINE):
        if name not in table.column_names:
            raise TableRefused(Fault.MISSING_COLUMN, file=file, column=name, found="la colonne manque")
    if not about.keys() >= {"sha256", "size"}:
        raise TableRefused(
            Fault.TRUNCATED_FILE, file=file, found="le fichier ne dit pas de quels octets il vient", expected="la métadonnée « maillage »"
        )
    kept = table.select([*definition.columns, LINE]).replace_schema_metadata(None)
    return Captured(definition.name, kept, definition.file, about["sha256"], about["size"], hashlib.sha256(data).hexdigest())
