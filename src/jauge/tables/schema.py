"""Table Schema (JSON, as schema.data.gouv.fr publishes it) → the description of a table, with what could not be understood.

Source: specs.frictionlessdata.io/table-schema, version 1 (checked 2026-11-25), plus `custom_checks` (Validata), and two properties of
our own on a field: `code` (commune, epci, departement, region, postcode, siren, siret) and `cog_year` (the vintage of the code).
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from jauge.tables.codes import Code
from jauge.tables.spec import Column, ColumnType, Link, RowRule, RowRuleKind, TableSpec

_TYPES = {
    "string": ColumnType.TEXT,
    "any": ColumnType.TEXT,
    "number": ColumnType.DECIMAL,
    "integer": ColumnType.INTEGER,
    "boolean": ColumnType.BOOLEAN,
    "date": ColumnType.DATE,
    "datetime": ColumnType.DATETIME,
    "time": ColumnType.TIME,
    "year": ColumnType.YEAR,
    "yearmonth": ColumnType.YEARMONTH,
    "duration": ColumnType.DURATION,
    "geopoint": ColumnType.GEOPOINT,
    "array": ColumnType.ARRAY,
    "object": ColumnType.OBJECT,
    "geojson": ColumnType.GEOJSON,
}
_TRUE, _FALSE = ("true", "True", "TRUE", "1"), ("false", "False", "FALSE", "0")
_OPERATORS = {">", ">=", "<", "<=", "==", "="}
_RULES = {
    "french-siret-value": RowRuleKind.SIRET,
    "french-siren-value": RowRuleKind.SIREN,
    "one-of-required": RowRuleKind.ONE_OF,
    "cohesive-columns-value": RowRuleKind.COHESIVE,
    "compare-columns-value": RowRuleKind.COMPARE,
    "sum-columns-value": RowRuleKind.TOTAL,
}


class SchemaRefused(Exception):
    """The schema cannot be read as a Table Schema. `field`: the name of the one at fault, empty when it is the whole."""

    code = "schema_refused"

    def __init__(self, reason: str, field: str = "") -> None:
        self.reason, self.field = reason, field
        super().__init__(f"Schéma refusé{f', champ « {field} »' if field else ''} : {reason}.")


@dataclass(frozen=True, slots=True)
class TableSchema:
    """title: as shown. spec: what is checked. notes: what the schema asks and is not checked, in French sentences."""

    title: str
    spec: TableSpec
    notes: tuple[str, ...] = ()


def parse_schema(text: str, *, strict_rules: bool = False) -> TableSchema:
    """Read a Table Schema. strict_rules: what breaks its `custom_checks` makes a table invalid (advice otherwise). Raises SchemaRefused.

    >>> parse_schema('{"fields": [{"name": "siret", "constraints": {"required": true}}]}').spec.columns[0].required
    True
    """
    try:
        schema = json.loads(text)
    except json.JSONDecodeError as error:
        raise SchemaRefused(f"ce n’est pas du JSON (ligne {error.lineno}, colonne {error.colno})") from None
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list) or not fields or not all(isinstance(field, dict) and field.get("name") for field in fields):
        raise SchemaRefused("une liste « fields » de champs nommés est attendue")
    missing = tuple(map(str, _values(schema.get("missingValues", [""]))))
    columns = tuple(_read_column(field, missing) for field in fields)
    names = [column.name for column in columns]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise SchemaRefused("deux champs portent ce nom", twice[0])
    rules, notes = _read_rules(schema.get("custom_checks") or [], names, advisory=not strict_rules)
    spec = TableSpec(columns, key=_names(schema.get("primaryKey"), names), links=_read_links(schema, names), rules=rules)
    return TableSchema(str(schema.get("title") or schema.get("name") or ""), spec, tuple(notes))


def _values(listed: list[Any]) -> list[Any]:
    """Missing values may be labelled objects in version 2."""
    return [value.get("value", "") if isinstance(value, dict) else value for value in listed]


def _names(named: object, known: list[str]) -> tuple[str, ...]:
    names = (named,) if isinstance(named, str) else tuple(named) if isinstance(named, list) else ()
    for name in names:
        if name not in known:
            raise SchemaRefused("une clé nomme un champ qui n’existe pas", str(name))
    return tuple(map(str, names))


def _read_links(schema: Mapping[str, Any], names: list[str]) -> tuple[Link, ...]:
    links = []
    for foreign in schema.get("foreignKeys") or []:
        reference = foreign.get("reference") or {}
        targets = reference.get("fields")
        targets = (targets,) if isinstance(targets, str) else tuple(targets or ())
        columns = _names(foreign.get("fields"), names)
        if not columns or len(columns) != len(targets):
            raise SchemaRefused("une clé étrangère nomme autant de champs des deux côtés", " + ".join(columns))
        links.append(Link(columns, targets, str(reference.get("resource") or "")))
    return tuple(links)


def _read_column(field: Mapping[str, Any], missing: tuple[str, ...]) -> Column:
    name, constraints = str(field["name"]), field.get("constraints") or {}
    kind = _TYPES.get(str(field.get("type") or "string"))
    if kind is None:
        raise SchemaRefused(f"type inconnu : « {field.get('type')} »", name)
    column = Column(
        name=name,
        type=kind,
        strict=True,
        missing=tuple(map(str, _values(field["missingValues"]))) if "missingValues" in field else missing,
        form=_form(field, kind),
        decimal=str(field.get("decimalChar") or "."),
        group=str(field.get("groupChar") or ""),
        bare=bool(field.get("bareNumber", True)),
        words=(tuple(field.get("trueValues", _TRUE)), tuple(field.get("falseValues", _FALSE))),
        code=_code(field),
        cog_year=_whole(field, "cog_year", name),
    )
    if kind is ColumnType.ARRAY and isinstance(field.get("arrayItem"), dict):
        column = replace(column, items=_read_column({"name": name, **field["arrayItem"]}, missing))
    return _constrain(column, constraints)


def _form(field: Mapping[str, Any], kind: ColumnType) -> str:
    """The format; dates written `fmt:%d/%m/%Y` belong to an older version."""
    form = str(field.get("format") or "default").removeprefix("fmt:")
    known = {ColumnType.GEOPOINT: {"array", "object"}, ColumnType.TEXT: {"email", "uri", "uuid", "binary"}}
    return "default" if kind in known and form not in known[kind] else form


def _code(field: Mapping[str, Any]) -> Code | None:
    if "code" not in field:
        return None
    try:
        return Code(field["code"])
    except ValueError:
        raise SchemaRefused(f"famille de codes inconnue : « {field['code']} »", str(field["name"])) from None


def _constrain(column: Column, constraints: Mapping[str, Any]) -> Column:
    pattern = constraints.get("pattern")
    if pattern is not None:
        try:
            re.compile(pattern)
        except re.error:
            raise SchemaRefused(f"modèle illisible : « {pattern} »", column.name) from None
    return replace(
        column,
        required=constraints.get("required") is True,
        unique=constraints.get("unique") is True,
        minimum=_bound(constraints.get("minimum")),
        maximum=_bound(constraints.get("maximum")),
        exclusive=(_bound(constraints.get("exclusiveMinimum")), _bound(constraints.get("exclusiveMaximum"))),
        length=(_whole(constraints, "minLength", column.name), _whole(constraints, "maxLength", column.name)),
        pattern=pattern,
        enum=tuple(_written(value) for value in constraints.get("enum") or ()),
    )


def _whole(properties: Mapping[str, Any], name: str, field: str) -> int | None:
    value = properties.get(name)
    if value is not None and (not isinstance(value, int) or isinstance(value, bool)):
        raise SchemaRefused(f"« {name} » : nombre entier attendu", field)
    return value


def _bound(value: object) -> float | str | None:
    return value if value is None or isinstance(value, int | float | str) else str(value)


def _written(value: object) -> str:
    """A constant of the schema as a cell would write it."""
    return str(value).lower() if isinstance(value, bool) else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _read_rules(checks: list[Mapping[str, Any]], names: list[str], *, advisory: bool) -> tuple[tuple[RowRule, ...], list[str]]:
    rules, notes = [], []
    for check in checks:
        rule = _read_rule(str(check.get("name")), check.get("params") or {}, advisory=advisory)
        if rule is None or not set(rule.columns) <= set(names):
            notes.append(f"contrôle « {check.get('name')} » du schéma : non vérifié")
        else:
            rules.append(rule)
    return tuple(rules), notes


def _read_rule(name: str, params: Mapping[str, Any], *, advisory: bool) -> RowRule | None:
    """A custom check as Validata names it, None when we do not know it."""
    if name not in _RULES:
        return None
    others = params.get("othercolumns") or params.get("columns") or ()
    named = [params[key] for key in ("column", "column1", "column2") if key in params]
    operator = str(params.get("op", ""))
    if _RULES[name] is RowRuleKind.COMPARE and operator not in _OPERATORS:
        return None
    columns = tuple(map(str, [*named, *others]))
    return RowRule(_RULES[name], columns, "=" if operator == "==" else operator, advisory)
