"""The definitions of sources, read from their folder."""

from difflib import get_close_matches
from pathlib import Path

from jauge.definitions import BadDefinition
from jauge.provenance import SourceDefinition, parse_source
from maillage.observatory.errors import UnknownSource


def load_sources(definitions: Path) -> dict[str, SourceDefinition]:
    """Every source of `definitions/sources/*.yaml`, by name, in order of name. Raises BadDefinition."""
    sources = {}
    for path in sorted((definitions / "sources").glob("*.yaml")):
        source = parse_source(path.read_text(encoding="utf-8"), file=f"sources/{path.name}")
        if source.name != path.stem:
            raise BadDefinition(file=f"sources/{path.name}", line=1, path="name", problem=f"le nom doit être « {path.stem} »")
        sources[source.name] = source
    return sources


def pick_sources(sources: dict[str, SourceDefinition], name: str | None) -> list[SourceDefinition]:
    """The source of that name, or all. Raises UnknownSource."""
    if name is None:
        return list(sources.values())
    if name not in sources:
        raise UnknownSource(name, tuple(get_close_matches(name[:80], sources, 3, 0.5)))
    return [sources[name]]
