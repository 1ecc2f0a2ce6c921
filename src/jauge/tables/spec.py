"""What a table must be: how its bytes are laid out, what each column holds, what names a row."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jauge.tables.codes import Code


class ColumnType(StrEnum):
    """The types a column can have. Arrow types in brackets."""

    TEXT = "text"  # string, outer spaces taken away
    CODE = "code"  # string in capitals, written as its `Code` says
    INTEGER = "integer"  # int64; «1 234» and «1234.0» are whole numbers, «12.5» is not
    DECIMAL = "decimal"  # float64; the mark is the table's `decimal`
    DATE = "date"  # date32; ISO or French order
    BOOLEAN = "boolean"  # bool; 0/1, true/false, vrai/faux, oui/non
    DATETIME = "datetime"  # string, ISO 8601 or as the column's `form` says
    TIME = "time"  # string, likewise
    YEAR = "year"  # int64, four digits
    YEARMONTH = "yearmonth"  # string, AAAA-MM
    DURATION = "duration"  # string, ISO 8601
    GEOPOINT = "geopoint"  # string: «lon, lat», or JSON as `form` says (array, object)
    ARRAY = "array"  # string, JSON
    OBJECT = "object"  # string, JSON
    GEOJSON = "geojson"  # string, JSON


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `minimum` and `maximum` are inclusive (text: written as a cell would be); `exclusive` bounds are not.

    secret: marks that stand for a suppressed value (read as missing). strict: read as Table Schema says — spaces count, dates and
    booleans are written in the one declared way — instead of the ways French publishers have. missing: cells that mean «no value»
    (strict columns only; elsewhere a blank cell). form: a date's pattern («%d/%m/%Y»), a text's format (email, uri, uuid), a
    geopoint's (array, object). items: what each element of an array must be. cog_year: the code must exist in that vintage.
    """

    name: str
    type: ColumnType = ColumnType.TEXT
    required: bool = False
    minimum: float | str | None = None
    maximum: float | str | None = None
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    code: Code | None = None
    secret: tuple[str, ...] = ()
    decimal: str = "."
    strict: bool = False
    missing: tuple[str, ...] = ("",)
    form: str = "default"
    group: str = ""
    bare: bool = True
    words: tuple[tuple[str, ...], tuple[str, ...]] = (("1", "true", "vrai", "oui"), ("0", "false", "faux", "non"))
    exclusive: tuple[float | str | None, float | str | None] = (None, None)
    length: tuple[int | None, int | None] = (None, None)
    unique: bool = False
    items: "Column | None" = None
    cog_year: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """Values of `columns` must stand among `targets` of another table (`table`, by name), or of this one when `table` is empty."""

    columns: tuple[str, ...]
    targets: tuple[str, ...]
    table: str = ""


class RowRuleKind(StrEnum):
    """Rules between the cells of a row. Source: the `custom_checks` of schema.data.gouv.fr, as Validata runs them (2026-11-25)."""

    SIREN = "siren"  # the one column is a SIREN
    SIRET = "siret"  # the one column is a SIRET
    ONE_OF = "one_of"  # one of the columns at least is filled
    COHESIVE = "cohesive"  # all columns are filled, or none
    COMPARE = "compare"  # first column, `operator`, second column
    TOTAL = "total"  # the first column is the sum of the others


@dataclass(frozen=True, slots=True)
class RowRule:
    """A rule between cells. `advisory`: what breaks it is told as a warning and does not make the table invalid."""

    kind: RowRuleKind
    columns: tuple[str, ...]
    operator: str = ""
    advisory: bool = True


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: its columns, the columns that name a row (`key`, may be empty), the rows that concern us, the rejects tolerated.

    `keep` maps a column to the values it may have: other rows are set aside, neither checked nor rejected.
    """

    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    keep: tuple[tuple[str, tuple[str, ...]], ...] = ()
    max_rejects: int = 0
    links: tuple[Link, ...] = ()
    rules: tuple[RowRule, ...] = ()


@dataclass(frozen=True, slots=True)
class CodeList:
    """The codes of a family in a vintage. `former`: a code of another vintage → the one that answers for it in this one."""

    codes: frozenset[str]
    former: Mapping[str, str] = field(default_factory=dict)


type CodeLists = Mapping[tuple[Code, int], CodeList]


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
