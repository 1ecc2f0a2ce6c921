"""Where a figure comes from: who published a file, under which licence, through which copy we hold it, and what its columns mean."""

from datetime import date as Date  # noqa: N812 — `date` is a field below
from pathlib import PurePosixPath
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, HttpUrl, field_validator, model_validator

from jauge.definitions import parse_definition
from jauge.quantities import Reason, Unit
from jauge.tables import Code, Column, ColumnType, Layout, TableSpec

# The licences whose facts may ship in the starter. Source: etalab.gouv.fr, Licence Ouverte 1.0 and 2.0.
SHIPPABLE_LICENCES = frozenset({"etalab-1.0", "etalab-2.0"})


def check_relative(file: str) -> str:
    """A file's name stays inside its folder. Raises ValueError for an absolute name, `..`, a drive or a backslash."""
    path = PurePosixPath(file)
    if path.is_absolute() or ".." in path.parts or "\\" in file or ":" in file or not path.parts or "\0" in file:
        raise ValueError(f"« {file} » sort du dossier des sources : nom relatif attendu, sans « .. »")
    return str(path)


RelativeFile = Annotated[str, AfterValidator(check_relative)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Label(_Strict):
    """A text by language."""

    fr: str
    en: str | None = None


class Licence(_Strict):
    """`id` in the manner of SPDX (`etalab-2.0`, `odbl-1.0`, `unknown`); `label` as shown."""

    id: str
    label: str


class Known(_Strict):
    """The bytes we know: what a download is verified against and a cut file is recognised by."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(gt=0)
    rows: int = Field(gt=0)


class Fetch(_Strict):
    """Where a file can be downloaded, and the `file` it becomes (the source's own when None: then it is the file described).

    `sha256` when the bytes are fixed; `note` says how they differ from the copy described.
    """

    url: HttpUrl
    file: RelativeFile | None = None
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    note: str = ""


class SourceColumn(_Strict):
    """One used column: its type and bounds, its meaning (`label`), what a blank means, the period it speaks of if not the source's.

    called: its name in formulas, where that of the file cannot stand in one. blank: why a cell is empty, or `zero` where it says none.
    """

    type: ColumnType
    label: str
    required: bool = False
    min: float | None = None
    max: float | None = None
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    code: Code | None = None
    secret: tuple[str, ...] = ()
    blank: Reason | Literal["zero"] | None = None
    called: str | None = Field(default=None, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    unit: Unit | None = None
    period: str | None = None

    @model_validator(mode="after")
    def _blank_is_explained(self) -> Self:
        """A column that may be blank says why: missing is never zero and has a reason."""
        if self.type in {ColumnType.INTEGER, ColumnType.DECIMAL} and not self.required and self.blank is None:
            raise ValueError("une colonne de nombres est « required » ou dit ce qu’un blanc veut dire (« blank »)")
        if (self.type is ColumnType.CODE) != (self.code is not None):
            raise ValueError("« code » (commune, epci, departement, region, postcode, siren, siret) va avec le type « code », et lui seul")
        return self

    def as_column(self, name: str, *, decimal: str) -> Column:
        """What the checker needs of it. decimal: the mark of the file."""
        return Column(
            name=name,
            type=self.type,
            required=self.required,
            minimum=self.min,
            maximum=self.max,
            enum=self.enum,
            pattern=self.pattern,
            code=self.code,
            secret=self.secret,
            decimal=decimal,
        )


class TerritoryOf(_Strict):
    """How a row names its territory: a column of codes of the vintage `cog_year`, or a point.

    `level` for all rows, or `level_column` with `levels` (value in the file → level).
    """

    column: str | None = None
    level: Literal["commune", "epci", "departement", "region", "pays"] | None = None
    level_column: str | None = None
    levels: dict[str, Literal["commune", "epci", "departement", "region", "pays"]] = {}
    longitude: str | None = None
    latitude: str | None = None
    crs: Literal["EPSG:4326", "EPSG:2154"] = "EPSG:4326"  # of longitude and latitude; 2154 (Lambert-93): x and y in metres
    cog_year: int | None = Field(default=None, ge=1943)
    not_covered: tuple[str, ...] = ()  # départements that the publisher does not cover: blank there is not_collected, not secrecy


class PeriodOf(_Strict):
    """The period of the rows: one `value`, or a `column` of years or dates written as `form` periods."""

    value: str | None = Field(default=None, pattern=r"^[0-9]{4}(?:-Q[1-4]|-[0-9]{2}(?:-[0-9]{2})?)?$")
    column: str | None = None
    form: Literal["year", "quarter", "month", "day"] = "day"


class Secrecy(_Strict):
    """The publisher's rule of secrecy. `threshold`: counts under it must not stand in a release. `inherited`: blanks are its work."""

    rule: str
    threshold: int | None = None
    inherited: bool = False


class SourceDefinition(_Strict):
    """A file of a publisher: `definitions/sources/<name>.yaml`.

    `date`: the last day its figures describe (of the copy, where the file does not say; a note tells). `copied_from` (key `copy` of
    the YAML): the copy through which the bytes came. `refused`: why no figure is drawn from it, said in the release report.
    `next`: when the publisher says that the next edition comes (year, quarter, month or day); nothing where no date is announced.
    `derived_from`: the sources that others made it from; it never wins over them.
    """

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: Label
    publisher: str
    licence: Licence
    url: HttpUrl
    date: Date
    copied_from: str = Field(alias="copy")
    file: RelativeFile
    known: Known
    fetch: Fetch | None = None
    encoding: str = "utf-8"
    separator: str = Field(default=",", min_length=1, max_length=1)
    decimal: Literal[".", ","] = "."
    notice_lines: int = Field(default=0, ge=0)
    final_newline: bool = True
    columns: dict[str, SourceColumn] = Field(min_length=1)
    ignored: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    keep: dict[str, tuple[str, ...]] = {}
    territory: TerritoryOf
    period: PeriodOf
    secrecy: Secrecy | None = None
    max_rejects: int = Field(default=0, ge=0)
    notes: tuple[str, ...] = ()
    starter: bool = False
    refused: str | None = None
    next: str | None = Field(default=None, pattern=r"^[0-9]{4}(?:-Q[1-4]|-[0-9]{2}(?:-[0-9]{2})?)?$")
    derived_from: tuple[str, ...] = ()

    @field_validator("encoding")
    @classmethod
    def _encoding_exists(cls, encoding: str) -> str:
        try:
            "".encode(encoding)
        except LookupError:
            raise ValueError(f"encodage inconnu : « {encoding} »") from None
        return encoding

    @model_validator(mode="after")
    def _names_only_its_columns(self) -> Self:
        place = self.territory
        named = [*self.key, *self.keep, place.column, place.level_column, place.longitude, place.latitude, self.period.column]
        for name in named:
            if name is not None and name not in self.columns:
                raise ValueError(f"colonne inconnue : « {name} » n’est pas sous « columns »")
        return self

    @model_validator(mode="after")
    def _ships_only_open_facts(self) -> Self:
        if self.starter and self.licence.id not in SHIPPABLE_LICENCES:
            raise ValueError(f"la licence « {self.licence.id} » ne permet pas d’embarquer la source (« starter: true »)")
        return self

    @property
    def names(self) -> dict[str, str]:
        """The columns of the file, each with its name in formulas."""
        return {name: column.called or name for name, column in self.columns.items()}

    @property
    def layout(self) -> Layout:
        """How the raw file's bytes are laid out."""
        return Layout(
            columns=tuple(self.columns),
            ignored=self.ignored,
            encoding=self.encoding,
            separator=self.separator,
            notice_lines=self.notice_lines,
            final_newline=self.final_newline,
        )

    @property
    def table_spec(self) -> TableSpec:
        """What the checker must check."""
        return TableSpec(
            columns=tuple(column.as_column(name, decimal=self.decimal) for name, column in self.columns.items()),
            key=self.key,
            keep=tuple(self.keep.items()),
            max_rejects=self.max_rejects,
        )


def parse_source(text: str, *, file: str) -> SourceDefinition:
    """Read the YAML of one source. Raises BadDefinition with file and line."""
    return parse_definition(text, SourceDefinition, file=file)
