"""Reading an indicator's YAML: every refusal names the file, the line and what was expected."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import Any

from jauge.definitions import BadDefinition, compose_definition, construct_value, suggest
from jauge.expressions import BadExpression, Expression, parse_expression
from jauge.indicators.definitions import (
    Absent,
    Case,
    Formula,
    Indicator,
    Kind,
    Levels,
    MissingRule,
    Series,
    Summing,
    Use,
    Validation,
)
from jauge.quantities import Direction, Reason, Unit
from jauge.territories import Level

THEMES = ("networks", "people", "places", "practices")
_PARTS = ("count", "numerator", "denominator", "value", "weight")
_SERIES_KEYS = {*_PARTS, "source", "period", "where", "at", "outside", "uses"}
_REQUIRED = {"code", "label", "definition", "champ", "theme", "unit", "direction", "levels", "validated"}
_PLAIN = {"min_coverage": (int, float), "decimals": int, "small_below": int, "scale": int, "signed": bool, "simulated": bool}
_OPTIONAL = {*_PLAIN, "series", "missing", "blank", "absent", "breaks", "not_comparable_with", "case", "cases"}
ROWS = "rows"  # a formula may count the source's rows (a directory: one row is one place)


class _Reader:
    """A YAML mapping with the lines of its keys, and the errors that name them."""

    def __init__(self, text: str, file: str) -> None:
        node = compose_definition(text, file=file)
        self.file = file
        self.lines: dict[str, int] = {key.value: key.start_mark.line + 1 for key, _ in node.value}
        self.data: dict[str, Any] = construct_value(node, file=file)

    def fail(self, key: str, problem: str) -> BadDefinition:
        """The error to raise about `key`."""
        return BadDefinition(file=self.file, line=self.lines.get(key, 1), path=key, problem=problem)

    def read_enum[E: StrEnum](self, key: str, kind: type[E], value: object) -> E:
        """A word of a closed list."""
        try:
            return kind(str(value))
        except ValueError:
            raise self.fail(key, f"« {value} » est inconnu ; attendu : {', '.join(kind)}") from None

    def read_texts(self, key: str) -> dict[str, str]:
        """A text in French and in English."""
        value = self.data[key]
        if not isinstance(value, dict) or set(value) != {"fr", "en"} or not all(isinstance(text, str) and text for text in value.values()):
            raise self.fail(key, "attendu : {fr: …, en: …}")
        return value

    def read_expression(self, key: str, value: object) -> Expression:
        """A formula (a bare number is one too)."""
        try:
            return parse_expression(str(value))
        except BadExpression as error:
            raise self.fail(key, str(error)) from error


def parse_indicator(text: str, *, file: str = "indicator.yaml") -> Indicator:
    """Read the definition of one indicator. Raises BadDefinition."""
    reader = _Reader(text, file)
    data = reader.data
    if missing := _REQUIRED - set(data):
        raise BadDefinition(file=file, line=1, path="", problem=f"il manque : {', '.join(sorted(missing))}")
    for key in data:
        if key not in _REQUIRED | _OPTIONAL | _SERIES_KEYS:
            raise reader.fail(key, "clé inconnue")
    if data["theme"] not in THEMES:
        raise reader.fail("theme", f"« {data['theme']} » est inconnu ; attendu : {', '.join(THEMES)}")
    series = _read_all_series(reader)
    return Indicator(
        code=str(data["code"]),
        label=reader.read_texts("label"),
        definition=reader.read_texts("definition"),
        champ=reader.read_texts("champ"),
        theme=data["theme"],
        unit=reader.read_enum("unit", Unit, data["unit"]),
        direction=reader.read_enum("direction", Direction, data["direction"]),
        levels=_read_levels(reader, series[0].formula.kind),
        series=series,
        cases=_read_cases(reader),
        validated=_read_validation(reader),
        missing=tuple(_read_missing(reader, rule) for rule in data.get("missing", ())),
        blank=reader.read_enum("blank", Reason, data.get("blank", Reason.NOT_COLLECTED)),
        absent=reader.read_enum("absent", Absent, data.get("absent", Absent.NOT_COLLECTED)),
        file=file,
        lines=reader.lines,
        **_read_plain(reader),
    )


def _read_plain(reader: _Reader) -> dict[str, Any]:
    """The fields that are numbers, a yes/no, or lists of words."""
    found: dict[str, Any] = {}
    for key, kind in _PLAIN.items():
        if key in reader.data:
            if not isinstance(reader.data[key], kind):  # type: ignore[arg-type]
                raise reader.fail(key, f"« {reader.data[key]} » n’est pas du type attendu")
            found[key] = reader.data[key]
    for key in ("breaks", "not_comparable_with"):
        if key in reader.data:
            if not isinstance(reader.data[key], list):
                raise reader.fail(key, "une liste est attendue")
            found[key] = tuple(str(word) for word in reader.data[key])
    return found


def _read_all_series(reader: _Reader) -> tuple[Series, ...]:
    """The series, each with what stands at the top of the file where it says nothing itself."""
    shared = {key: value for key, value in reader.data.items() if key in _SERIES_KEYS}
    entries = reader.data.get("series", [{}])
    if not isinstance(entries, list) or not entries or not all(isinstance(entry, dict) for entry in entries):
        raise reader.fail("series", "attendu : une liste de {source: …, period: …}")
    series = tuple(_read_series(reader, shared | entry) for entry in entries)
    if len({one.formula.kind for one in series}) > 1:
        raise reader.fail("series", "toutes les séries doivent donner la même chose : un compte, un rapport ou une valeur")
    return series


def _read_series(reader: _Reader, entry: Mapping[str, Any]) -> Series:
    if unknown := set(entry) - _SERIES_KEYS:
        raise reader.fail("series", f"clés inconnues : {', '.join(sorted(unknown))} ; attendu : {', '.join(sorted(_SERIES_KEYS))}")
    uses = tuple(_read_use(reader, name, use) for name, use in (entry.get("uses") or {}).items())
    if ("source" in entry) == bool(uses):
        raise reader.fail("series", "attendu : « source », ou bien « uses » (des comptes d’autres indicateurs)")
    if uses and "period" not in entry:
        raise reader.fail("series", "une série faite d’autres indicateurs dit sa période (« period »)")
    at = entry.get("at", ["commune"])
    return Series(
        formula=_read_formula(reader, entry),
        source=entry.get("source"),
        period=str(entry["period"]) if "period" in entry else None,
        where=reader.read_expression("where" if "where" in reader.lines else "series", entry["where"]) if "where" in entry else None,
        at=tuple(reader.read_enum("at", Level, level) for level in ([at] if isinstance(at, str) else at)),
        outside=tuple(str(code) for code in entry.get("outside", ())),
        uses=uses,
    )


def _read_use(reader: _Reader, name: str, use: Any) -> Use:
    if not isinstance(use, dict) or set(use) != {"indicator", "period"}:
        raise reader.fail("uses" if "uses" in reader.lines else "series", f"{name} : attendu {{indicator: …, period: …}}")
    return Use(name, str(use["indicator"]), str(use["period"]))


def _read_formula(reader: _Reader, entry: Mapping[str, Any]) -> Formula:
    parts = {
        part: reader.read_expression(part if part in reader.lines else "series", entry[part])
        for part in _PARTS
        if entry.get(part) is not None
    }
    if set(parts) not in ({"count"}, {"numerator", "denominator"}, {"value"}, {"value", "weight"}):
        raise reader.fail(
            "series", f"attendu : count, ou numerator et denominator, ou value (et weight), et non {', '.join(parts) or 'rien'}"
        )
    return Formula(**parts)


def _read_levels(reader: _Reader, kind: Kind) -> Levels:
    value = reader.data["levels"]
    if not isinstance(value, dict) or set(value) != {"from", "to", "by"}:
        raise reader.fail("levels", "attendu : {from: …, to: …, by: …}")
    levels = Levels(
        reader.read_enum("levels", Level, value["from"]),
        reader.read_enum("levels", Level, value["to"]),
        reader.read_enum("levels", Summing, value["by"]),
    )
    if levels.by is Summing.SUM_OF_COUNTS and kind is Kind.VALUE:
        raise reader.fail(
            "levels", "une valeur sans comptes ne se somme pas ; attendu : by: none, ou weighted_mean avec un poids (« weight »)"
        )
    return levels


def _read_missing(reader: _Reader, rule: Any) -> MissingRule:
    if not isinstance(rule, dict) or set(rule) != {"when", "reason"}:
        raise reader.fail("missing", "attendu : une liste de {when: …, reason: …}")
    return MissingRule(reader.read_expression("missing", rule["when"]), reader.read_enum("missing", Reason, rule["reason"]))


def _read_cases(reader: _Reader) -> tuple[Case, ...]:
    entries = reader.data.get("cases") or [reader.data.get("case")]
    if not all(isinstance(entry, dict) and ("value" in entry or "reason" in entry) for entry in entries):
        raise reader.fail("case", "attendu : un cas calculé, {colonne: nombre, …, value: nombre} ou {…, reason: …}")
    return tuple(
        Case(
            columns={name: value for name, value in entry.items() if name not in ("value", "reason")},
            value=entry.get("value"),
            reason=reader.read_enum("case", Reason, entry["reason"]) if "reason" in entry else None,
        )
        for entry in entries
    )


def _read_validation(reader: _Reader) -> Validation:
    value = reader.data["validated"]
    if not isinstance(value, dict) or set(value) != {"by", "date"}:
        raise reader.fail("validated", "attendu : {by: …, date: AAAA-MM-JJ}")
    return Validation(str(value["by"]), str(value["date"]))


def check_definitions(indicators: Iterable[Indicator], columns: Mapping[str, Collection[str]]) -> tuple[Indicator, ...]:
    """Check the definitions together; answer them in an order where each comes after those that it uses.

    columns: the columns of each known source. Raises BadDefinition: an unknown source, column or indicator, a code twice, a cycle.
    """
    by_code: dict[str, Indicator] = {}
    for indicator in indicators:
        if indicator.code in by_code:
            raise _refuse(indicator, "code", f"{indicator.code} est défini deux fois")
        by_code[indicator.code] = indicator
    for indicator in by_code.values():
        for series in indicator.series:
            _check_names(indicator, series, by_code, columns)
    return _order(by_code)


def _refuse(indicator: Indicator, key: str, problem: str) -> BadDefinition:
    return BadDefinition(file=indicator.file, line=indicator.lines.get(key, 1), path=key, problem=problem)


def _check_names(indicator: Indicator, series: Series, by_code: Mapping[str, Indicator], columns: Mapping[str, Collection[str]]) -> None:
    def refuse(key: str, problem: str) -> BadDefinition:
        """The error at `key`, or at the series that hold it."""
        return _refuse(indicator, next((one for one in (key, "series", "source") if one in indicator.lines), "code"), problem)

    for use in series.uses:
        if use.indicator not in by_code:
            raise refuse("uses", f"indicateur inconnu « {use.indicator} »{suggest(use.indicator, by_code)}")
    if series.source is not None and series.source not in columns:
        raise refuse("source", f"source inconnue « {series.source} »{suggest(series.source, columns)}")
    known = [*columns[series.source], ROWS] if series.source else [use.name for use in series.uses]
    expressions = [*series.formula.parts.items(), *(("missing", rule.when) for rule in indicator.missing)]
    for key, expression in [*expressions, *([("where", series.where)] if series.where else [])]:
        try:
            expression.check_names(known)
        except BadExpression as error:
            raise refuse(key, str(error)) from error


def _order(by_code: Mapping[str, Indicator]) -> tuple[Indicator, ...]:
    """Depth first, so that a cycle is met as a path that bites its own tail."""
    done: dict[str, Indicator] = {}

    def visit(code: str, path: tuple[str, ...]) -> None:
        if code in path:
            path_back = " → ".join([*path[path.index(code) :], code])
            raise _refuse(by_code[code], "series", f"ces indicateurs s’appellent en rond : {path_back}")
        if code not in done:
            for used in sorted({use.indicator for series in by_code[code].series for use in series.uses}):
                visit(used, (*path, code))
            done[code] = by_code[code]

    for code in sorted(by_code):
        visit(code, ())
    return tuple(done.values())
