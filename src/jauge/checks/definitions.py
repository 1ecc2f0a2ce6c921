"""Cross-checks as experts declare them: `definitions/checks/<code>.yaml`, one class per kind, all in the language of formulas."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from jauge.definitions import BadDefinition, compose_definition, construct_value, parse_definition, suggest
from jauge.expressions import Expression, parse_expression
from jauge.provenance import Label

ALL_SOURCES = "all"
BEFORE, AFTER = "before", "after"


class Consequence(StrEnum):
    """What a failed check does to the figures that it touches."""

    WITHHELD = "withheld"  # the figures of the cells at fault are missing, for an error of the source
    WARNED = "warned"  # the figures stand, with the finding beside them
    REPLACED = "replaced"  # nothing is drawn from the column: a better source gives the figure


def _read_formula(value: object) -> object:
    return parse_expression(value) if isinstance(value, str) else value


Formula = Annotated[Expression, BeforeValidator(_read_formula)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True, arbitrary_types_allowed=True)


class Side(_Strict):
    """One side of a comparison: a formula over the rows of `source`, or over `sums` of them when the comparison sums up.

    with_source (key `with`): a second source whose columns are laid beside, by code of territory. where: the rows that count.
    """

    source: Code
    with_source: Code | None = Field(default=None, alias="with")
    sums: dict[str, Formula] = {}
    value: Formula
    where: Formula | None = None

    @property
    def names(self) -> set[str]:
        """The columns that this side reads."""
        read = {name for one in self.sums.values() for name in one.names} or set(self.value.names)
        return read | set(self.where.names if self.where else ())

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that this side reads."""
        return (self.source, self.with_source) if self.with_source else (self.source,)


class Alternative(_Strict):
    """What the values may truly be: a formula over the right side, and what it means."""

    says: str
    value: Formula


class Check(_Strict):
    """What every check says. label: its title. rule: what must hold. reason: what it means where it does not (all in French).

    concerns: indicators that the check touches besides those that read the column.
    """

    kind: str
    label: Label
    rule: str
    reason: str = ""
    consequence: Consequence = Consequence.WARNED
    replaced_by: Code | None = None
    concerns: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _replaced_by_something(self) -> Self:
        if (self.consequence is Consequence.REPLACED) != (self.replaced_by is not None):
            raise ValueError("« consequence: replaced » va avec « replaced_by » (la source qui donne le chiffre), et lui seul")
        return self

    def list_reads(self) -> Iterable[tuple[tuple[str, ...], set[str]]]:
        """What it reads: (sources, columns that one of them must have)."""
        return ()


class RowRule(Check):
    """A formula that must be true of every row. columns: those at fault where it is not. expects: what the first should have been."""

    kind: Literal["rule"]
    source: Code
    columns: tuple[str, ...] = Field(min_length=1)
    holds: Formula
    expects: Formula | None = None
    where: Formula | None = None

    def list_reads(self) -> Iterable[tuple[tuple[str, ...], set[str]]]:
        """See Check."""
        formulas = [one for one in (self.holds, self.expects, self.where) if one]
        yield (self.source,), {name for one in formulas for name in one.names} | set(self.columns)


class Comparison(Check):
    """A column against what another source says of it, territory by territory (or summed `by` département or country).

    A value is at fault when it is further from the other than absolute + relative × |other|; the check fails when more than `allowed`
    of the compared values are. by_period: the two sides are also of the same period. alternatives: what the values may truly be.
    """

    kind: Literal["comparison"]
    columns: tuple[str, ...] = Field(min_length=1)
    left: Side
    right: Side
    by: Literal["row", "departement", "pays"] = "row"
    by_period: bool = False
    absolute: float = Field(default=0, ge=0)
    relative: float = Field(default=0, ge=0)
    allowed: float = Field(default=0, ge=0, lt=1)
    alternatives: tuple[Alternative, ...] = ()

    @model_validator(mode="after")
    def _sums_when_summed(self) -> Self:
        for side in (self.left, self.right):
            if (self.by != "row") != bool(side.sums):
                raise ValueError("« sums » va avec « by: departement » ou « by: pays », des deux côtés")
            if side.sums:
                side.value.check_names(side.sums)
        return self

    def list_reads(self) -> Iterable[tuple[tuple[str, ...], set[str]]]:
        """See Check."""
        yield self.left.sources, self.left.names | set(self.columns)
        named = {name for one in self.alternatives for name in one.value.names}
        yield self.right.sources, self.right.names | (set() if self.right.sums else named)


class Leap(Check):
    """Falls and leaps of a series: `holds` over `before` and `after`, from one of `columns` to the next, or from a period to the next."""

    kind: Literal["leap"]
    source: Code
    columns: tuple[str, ...] = Field(min_length=1)
    holds: Formula
    where: Formula | None = None

    def list_reads(self) -> Iterable[tuple[tuple[str, ...], set[str]]]:
        """See Check."""
        names = set(self.holds.names) - {BEFORE, AFTER}
        yield (self.source,), names | set(self.columns) | set(self.where.names if self.where else ())


class Unique(Check):
    """Raw rows that must differ by these columns."""

    kind: Literal["unique"]
    source: Code
    columns: tuple[str, ...] = Field(min_length=1)

    def list_reads(self) -> Iterable[tuple[tuple[str, ...], set[str]]]:
        """See Check."""
        yield (self.source,), set(self.columns)


class Meanings(Check):
    """Every value of a column has an established meaning: value → what it means. An empty list says that none is known."""

    kind: Literal["meanings"]
    source: Code
    column: str
    meanings: dict[str, str] = {}

    def list_reads(self) -> Iterable[tuple[tuple[str, ...], set[str]]]:
        """See Check."""
        yield (self.source,), {self.column}


class TwoMeasures(Check):
    """Two measures under one word: what stands on the left must never be drawn in one curve with what stands on the right.

    indicators: theirs; each must declare that it is not comparable with the other.
    """

    kind: Literal["two_measures"]
    columns: tuple[str, ...] = Field(min_length=1)
    left: Side
    right: Side
    indicators: tuple[Code, ...] = ()

    def list_reads(self) -> Iterable[tuple[tuple[str, ...], set[str]]]:
        """See Check."""
        yield self.left.sources, self.left.names
        yield self.right.sources, self.right.names | set(self.columns)


class OfSources(Check):
    """A check of whole files: of those named, or of all."""

    sources: Literal["all"] | tuple[Code, ...] = "all"


class Rejects(OfSources):
    """The rows that the reading of a file has left out, counted by column and fault."""

    kind: Literal["rejects"]


class RepeatedKeys(OfSources):
    """No two raw rows of a file have the key that its definition says to name one."""

    kind: Literal["repeated_keys"]


class KnownCodes(OfSources):
    """The codes of communes are those of the vintage that the definition of the source declares."""

    kind: Literal["known_codes"]


class DatedCodes(OfSources):
    """The codes of communes are not older than the file's own date."""

    kind: Literal["dated_codes"]


class Complete(OfSources):
    """Every commune of the vintage has a row. outside: départements that a national file need not cover."""

    kind: Literal["complete"]
    outside: tuple[str, ...] = ()


type AnyCheck = RowRule | Comparison | Leap | Unique | Meanings | TwoMeasures | Rejects | RepeatedKeys | KnownCodes | DatedCodes | Complete


@dataclass(frozen=True, slots=True)
class DeclaredCheck:
    """A check and where it is declared. code: the name of its file."""

    code: str
    check: AnyCheck
    file: str
    text: str

    KINDS: ClassVar[Mapping[str, type[Check]]] = {
        "rule": RowRule,
        "comparison": Comparison,
        "leap": Leap,
        "unique": Unique,
        "meanings": Meanings,
        "two_measures": TwoMeasures,
        "rejects": Rejects,
        "repeated_keys": RepeatedKeys,
        "known_codes": KnownCodes,
        "dated_codes": DatedCodes,
        "complete": Complete,
    }

    @property
    def is_of_files(self) -> bool:
        """Whether it is run file by file, each for itself."""
        return isinstance(self.check, OfSources)

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources that it reads (none when it reads all)."""
        if isinstance(self.check, OfSources):
            return () if self.check.sources == ALL_SOURCES else tuple(self.check.sources)
        return tuple(dict.fromkeys(source for sources, _ in self.check.list_reads() for source in sources))

    def refuse(self, word: str, problem: str) -> BadDefinition:
        """A refusal at the first line of the file that has this word."""
        whole = re.compile(rf"\b{re.escape(word)}\b")
        line = next((number for number, text in enumerate(self.text.splitlines(), 1) if whole.search(text)), 1)
        return BadDefinition(file=self.file, line=line, path=word, problem=problem)


def parse_check(text: str, *, file: str) -> DeclaredCheck:
    """Read the YAML of one check. Raises BadDefinition with file and line: an unknown kind or key, a formula that is none."""
    code = file.rpartition("/")[2].removesuffix(".yaml")
    root = construct_value(compose_definition(text, file=file), file=file)
    kind = root.get("kind")
    if kind not in DeclaredCheck.KINDS:
        problem = f"genre de contrôle inconnu « {kind} »{suggest(str(kind), DeclaredCheck.KINDS)}"
        raise DeclaredCheck(code, None, file, text).refuse("kind", problem)  # type: ignore[arg-type]
    check = parse_definition(text, DeclaredCheck.KINDS[kind], file=file)
    return DeclaredCheck(code, check, file, text)  # type: ignore[arg-type]


def check_references(checks: Iterable[DeclaredCheck], columns: Mapping[str, Iterable[str]], indicators: Iterable[str]) -> None:
    """Refuse a check that names a source, a column or an indicator which no definition has. columns: by source. Raises BadDefinition."""
    known_indicators = set(indicators)
    for one in checks:
        named = [*one.sources, *([one.check.replaced_by] if one.check.replaced_by else [])]
        for source in named:
            if source not in columns:
                raise one.refuse(source, f"source inconnue « {source} »{suggest(source, columns)}")
        for sources, names in one.check.list_reads():
            known = {name for source in sources for name in columns[source]}
            for name in sorted(names - known):
                raise one.refuse(name, f"colonne inconnue « {name} » dans {' + '.join(sources)}{suggest(name, known)}")
        concerned = (*one.check.concerns, *(one.check.indicators if isinstance(one.check, TwoMeasures) else ()))
        for indicator in concerned:
            if indicator not in known_indicators:
                raise one.refuse(indicator, f"indicateur inconnu « {indicator} »{suggest(indicator, known_indicators)}")


def find_cycle(derived_from: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    """The first circle among sources that are derived from each other, as the names along it; empty where there is none.

    >>> find_cycle({"a": ["b"], "b": ["a"]}), find_cycle({"a": ["b"], "b": []})
    (('a', 'b', 'a'), ())
    """
    done: set[str] = set()

    def walk(name: str, path: tuple[str, ...]) -> tuple[str, ...]:
        if name in path:
            return (*path[path.index(name) :], name)
        if name in done:
            return ()
        for parent in derived_from.get(name, ()):
            if circle := walk(parent, (*path, name)):
                return circle
        done.add(name)
        return ()

    return next((circle for name in sorted(derived_from) if (circle := walk(name, ()))), ())
