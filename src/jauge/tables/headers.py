"""A header against the columns that a table must have: which column stands where, and what is wrong."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from jauge.tables.mending import fold


@dataclass(frozen=True, slots=True)
class HeaderFault:
    """What is wrong in a header: the column, the name as written, the name that was probably meant."""

    column: str
    code: str
    value: str = ""
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class MatchedHeader:
    """names: one per column of the file, all different: the expected name, or one that no table expects. mended: as to be written."""

    names: list[str]
    mended: list[str]
    faults: list[HeaderFault]


def match_header(header: list[str], expected: list[str]) -> MatchedHeader:
    """Recognise the columns by name (outer spaces forgiven; capitals and accents too, but told); say what lacks, is too much, moved.

    >>> match_header(["Code", "nom "], ["code", "nom"]).faults
    [HeaderFault(column='code', code='misnamed_column', value='Code', suggestion='code')]
    """
    stripped = [name.strip() for name in header]
    known = {fold(name): name for name in expected if name not in stripped}
    names, mended, faults = [], [], []
    for place, written in enumerate(stripped):
        meant = written if written in expected else known.get(fold(written))
        if meant is None or meant in names:
            faults.append(_unexpected(written, meant, expected, stripped))
        elif meant != written:
            faults.append(HeaderFault(meant, "misnamed_column", written, meant))
        names.append(meant if meant is not None and meant not in names else f"\N{INFORMATION SEPARATOR ONE}{place}")
        mended.append(meant or written)
    faults += [HeaderFault(name, "missing_column") for name in expected if name not in names]
    return MatchedHeader(names, mended, faults + list(_misplaced(names, expected)))


def _unexpected(written: str, meant: str | None, expected: list[str], header: list[str]) -> HeaderFault:
    if meant is not None:
        return HeaderFault(meant, "duplicate_column", written)
    if not written.strip():
        return HeaderFault("", "blank_header")
    near = get_close_matches(written, [name for name in expected if name not in header], 1)
    return HeaderFault(written, "extra_column", written, near[0] if near else None)


def _misplaced(names: list[str], expected: list[str]) -> Iterator[HeaderFault]:
    """The first column that does not stand where the schema has it, when the columns are the right ones."""
    ours = [name for name in names if name in expected]
    wanted = [name for name in expected if name in ours]
    for name, right in zip(ours, wanted, strict=True):
        if name != right:
            yield HeaderFault(name, "misplaced_column", name)
            return
