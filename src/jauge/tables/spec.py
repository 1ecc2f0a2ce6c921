"""What a table must be: how its bytes are laid out, what each column holds, what names a row."""

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """The types a column can have. Arrow types in brackets."""

    TEXT = "text"  # string, outer spaces taken away
    CODE = "code"  # string in capitals, written as its `Code` says
    INTEGER = "integer"  # int64; «1 234» and «1234.0» are whole numbers, «12.5» is not
    DECIMAL = "decimal"  # float64; the mark is the table's `decimal`
    DATE = "date"  # date32; ISO or French order
    BOOLEAN = "boolean"  # bool; 0/1, true/false, vrai/faux, oui/non


class Code(StrEnum):
    """The families of codes whose writing is known. Source: Insee, code officiel géographique; Sirene (checked 2026-11-25)."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    POSTCODE = "postcode"


# 2A/2B: Corse since 1976; 97x/98x: overseas, whose département code has three characters.
CODE_PATTERNS = {
    Code.COMMUNE: r"^(?:(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB])[0-9]{3}|9[78][0-9]{3})$",
    Code.EPCI: r"^[0-9]{9}$",
    Code.DEPARTEMENT: r"^(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|9[78][0-9])$",
    Code.REGION: r"^[0-9]{2}$",
    Code.POSTCODE: r"^[0-9]{5}$",
}
CODE_WIDTHS = {Code.COMMUNE: 5, Code.EPCI: 9, Code.DEPARTEMENT: 2, Code.REGION: 2, Code.POSTCODE: 5}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `minimum` and `maximum` are inclusive; `secret` are marks that stand for a suppressed value (read as missing)."""

    name: str
    type: ColumnType = ColumnType.TEXT
    required: bool = False
    minimum: float | None = None
    maximum: float | None = None
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    code: Code | None = None
    secret: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: its columns, the columns that name a row (`key`, may be empty), the rows that concern us, the rejects tolerated.

    `keep` maps a column to the values it may have: other rows are set aside, neither checked nor rejected.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    decimal: str = "."
    keep: tuple[tuple[str, tuple[str, ...]], ...] = ()
    max_rejects: int = 0


@dataclass(frozen=True, slots=True)
class Layout:
    """How the bytes of a delimited file are laid out.

    `columns` are wanted, `ignored` may be there; any other column refuses the file. `min_rows`: fewer rows means a cut file.
    """

    columns: tuple[str, ...]
    ignored: tuple[str, ...] = ()
    encoding: str = "utf-8"
    separator: str = ","
    notice_lines: int = 0
    min_rows: int = 0
    final_newline: bool = True
