"""What a check has found: the file, the columns, the cells, how many were looked at."""

from dataclasses import dataclass, field
from enum import StrEnum

import pyarrow as pa

# A cell at fault. line: in the raw file (null where the row is absent); level, code: of the territory; expected: what should stand there.
_NAMES = ("line", "level", "code", "period", "column", "value", "expected")
CELLS = pa.schema([(name, pa.int64() if name == "line" else pa.string()) for name in _NAMES])
GENERAL = 0.5  # beyond this share of the values, the fault is that of the column and not of its cells


class Scope(StrEnum):
    """How far a fault goes."""

    CELLS = "cells"
    COLUMN = "column"  # the whole column does not mean what it says
    SERIES = "series"  # the values stand, not a curve that would join them to another measure
    ROWS = "rows"  # whole rows, which are left out or absent


class Verdict(StrEnum):
    """How a check ended."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one file. columns: those that may be at fault, the likeliest first. checked: values (or rows) looked at.

    cells: `CELLS`, all of them, by line. says: one French sentence with the numbers.
    """

    check: str
    source: str
    columns: tuple[str, ...]
    scope: Scope
    checked: int
    failed: int
    cells: pa.Table
    says: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict of a check. checked: values looked at. why: why it was skipped, in French."""

    check: str
    verdict: Verdict
    checked: int = 0
    findings: tuple[Finding, ...] = field(default=())
    why: str = ""


def write_count(number: float) -> str:
    """A whole number with narrow no-break spaces, as French text has it.

    >>> write_count(34926).replace(chr(0x202F), "_")
    '34_926'
    """
    return f"{number:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def tell_count(number: int, noun: str) -> str:
    """A number and its noun, whose every word takes the mark of the plural.

    >>> tell_count(1, "ligne écartée"), tell_count(2, "ligne")
    ('1 ligne écartée', '2 lignes')
    """
    words = noun.split(" ")
    plural = " ".join(f"{word}s" for word in words) if number > 1 else noun
    return f"{write_count(number)} {plural}"


def write_number(number: float | None, decimals: int = 2) -> str:
    """A number in French text, without idle zeros; « rien » when there is none."""
    if number is None:
        return "rien"
    text = f"{number:,.{decimals}f}".replace(",", "\N{NARROW NO-BREAK SPACE}").replace(".", ",")
    return text.rstrip("0").rstrip(",") if "," in text else text
