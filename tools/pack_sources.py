"""Pack the sources that may ship into starter/observatory: `python tools/pack_sources.py --from ../shared/data`.

Only definitions that say `starter: true` (their licence is checked to allow it). Cells stay the text of the raw file, only the
described columns are kept, and the file says from which bytes it comes. Same inputs and same pyarrow: same bytes.
"""

import argparse
import json
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from jauge.provenance import SourceDefinition
from jauge.tables import LINE
from maillage.observatory.capture import METADATA, Captured, capture_source, packed_name
from maillage.observatory.sources import load_sources

ROOT = Path(__file__).resolve().parents[1]
RECIPE = "python tools/pack_sources.py --from DIR"
LIMIT_BYTES = 8_000_000  # of the 15 MB that the whole starter may weigh
BEGIN, END = "<!-- sources: written by tools/pack_sources.py -->", "<!-- end of sources -->"


def main() -> None:
    """Pack, write the table of the README, and refuse to outgrow the starter."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--from", dest="folder", type=Path, required=True, help="folder of raw files (it holds observatory/)")
    parser.add_argument("--output", type=Path, default=ROOT / "starter")
    arguments = parser.parse_args()
    shipped = [source for source in load_sources(ROOT / "definitions").values() if source.starter]
    sizes = {source.name: pack_source(source, arguments.folder, arguments.output) for source in shipped}
    total = sum(sizes.values())
    if total > LIMIT_BYTES:
        sys.exit(f"{total:,} bytes of sources: more than {LIMIT_BYTES:,}")
    write_readme(arguments.output / "README.md", shipped, sizes)
    print(f"{len(sizes)} sources, {total:,} bytes")


def pack_source(source: SourceDefinition, folder: Path, output: Path) -> int:
    """Write one packed source and return its size in bytes."""
    captured = capture_source(source, folder)
    if captured.sha256 != source.known.sha256:
        sys.exit(f"{source.file}: not the bytes that definitions/sources/{source.name}.yaml describes")
    path = output / packed_name(source.file)
    path.parent.mkdir(parents=True, exist_ok=True)
    table = captured.table.replace_schema_metadata({METADATA: about(source, captured)})
    pq.write_table(
        table,
        path,
        compression="zstd",
        compression_level=19,
        row_group_size=1_000_000,
        write_statistics=False,
        use_dictionary=source_columns(table),
        column_encoding={LINE: "DELTA_BINARY_PACKED"},
    )
    return path.stat().st_size


def source_columns(table: pa.Table) -> list[str]:
    """Every column but the line, which grows by one and packs better as differences."""
    return [name for name in table.column_names if name != LINE]


def about(source: SourceDefinition, captured: Captured) -> bytes:
    """Whence the table comes, as JSON."""
    facts = {
        "source": source.name,
        "publisher": source.publisher,
        "licence": source.licence.label,
        "url": str(source.url),
        "date": source.date.isoformat(),
        "copy": source.copied_from,
        "file": source.file,
        "sha256": captured.sha256,
        "size": captured.size,
        "recipe": RECIPE,
    }
    return json.dumps(facts, ensure_ascii=False, sort_keys=True).encode()


def write_readme(readme: Path, sources: list[SourceDefinition], sizes: dict[str, int]) -> None:
    """Write the section of the sources between its two marks (at the end when they are not there)."""
    text = readme.read_text(encoding="utf-8") if readme.is_file() else ""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    readme.write_text(f"{before.rstrip()}\n\n{BEGIN}\n{section(sources, sizes)}\n{END}\n{after.lstrip()}".lstrip(), encoding="utf-8")


def readme_row(source: SourceDefinition, size: int) -> str:
    """One source as a row of the README's table."""
    cells = (f"`{source.name}`", source.publisher, source.licence.label, source.date, f"`{source.known.sha256}`", f"{size:,}")
    return f"| {' | '.join(map(str, cells))} |"


def section(sources: list[SourceDefinition], sizes: dict[str, int]) -> str:
    """The Markdown of the section."""
    rows = "\n".join(readme_row(source, sizes[source.name]) for source in sources)
    return f"""## `observatory/`: the sources that may ship

Recipe: `{RECIPE}`, DIR being a folder of raw files laid out like the `file:` of the definitions. Cells are the raw file's text, in its
order, with the line of each row (`_line`); only described columns are kept. The Parquet metadata `maillage` says the same as this
table, and through which copy the bytes came (also in `definitions/sources/<name>.yaml`, key `copy`).
What has no clear licence, or is under ODbL, stays out.

| source | publisher | licence | date | SHA-256 of the raw bytes | bytes here |
|---|---|---|---|---|---|
{rows}"""


if __name__ == "__main__":
    main()
