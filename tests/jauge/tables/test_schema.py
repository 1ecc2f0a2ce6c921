"""A Table Schema becomes the description of a table, or is refused with the field at fault."""

import json

import pytest

from jauge.tables import Code, ColumnType, SchemaRefused, parse_schema
from jauge.tables.spec import Link, RowRule, RowRuleKind


def _schema(*fields: dict[str, object], **more: object) -> str:
    return json.dumps({"fields": list(fields), **more})


def test_a_field_keeps_its_constraints() -> None:
    constraints = {"required": True, "unique": True, "minLength": 2, "maxLength": 5, "enum": ["a", "b"], "pattern": "^[ab]$"}

    (column,) = parse_schema(_schema({"name": "c", "constraints": constraints})).spec.columns

    assert (column.required, column.unique, column.length, column.enum, column.pattern) == (True, True, (2, 5), ("a", "b"), "^[ab]$")


def test_the_written_forms_of_values_are_kept() -> None:
    number = {"name": "n", "type": "number", "decimalChar": ",", "groupChar": " ", "constraints": {"minimum": 0.5, "maximum": 1}}
    date = {"name": "d", "type": "date", "format": "fmt:%d/%m/%Y", "constraints": {"minimum": "01/01/2020"}}
    boolean = {"name": "b", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]}

    n, d, b = parse_schema(_schema(number, date, boolean, missingValues=["", "nd"])).spec.columns

    assert (n.decimal, n.group, n.minimum, n.maximum, n.missing) == (",", " ", 0.5, 1, ("", "nd"))
    assert (d.type, d.form, d.minimum) == (ColumnType.DATE, "%d/%m/%Y", "01/01/2020")
    assert b.words == (("oui",), ("non",))


def test_keys_links_codes_and_checks_are_read() -> None:
    fields = [{"name": "a"}, {"name": "b", "code": "commune", "cog_year": 2026}]
    foreign = [{"fields": "a", "reference": {"resource": "autres", "fields": "id"}}]
    checks = [
        {"name": "french-siret-value", "params": {"column": "a"}},
        {"name": "compare-columns-value", "params": {"column": "a", "op": ">=", "column2": "b"}},
        {"name": "opening-hours-value", "params": {"column": "a"}},
        {"name": "french-siren-value", "params": {"column": "absente"}},
    ]

    schema = parse_schema(_schema(*fields, primaryKey="a", foreignKeys=foreign, custom_checks=checks))

    assert (schema.spec.key, schema.spec.links) == (("a",), (Link(("a",), ("id",), "autres"),))
    assert (schema.spec.columns[1].code, schema.spec.columns[1].cog_year) == (Code.COMMUNE, 2026)
    assert schema.spec.rules == (RowRule(RowRuleKind.SIRET, ("a",)), RowRule(RowRuleKind.COMPARE, ("a", "b"), ">="))
    assert schema.notes == (
        "contrôle « opening-hours-value » du schéma : non vérifié",
        "contrôle « french-siren-value » du schéma : non vérifié",
    )


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("{", ""),
        ("[]", ""),
        ('{"fields": []}', ""),
        ('{"fields": ["a"]}', ""),
        (_schema({"name": "a"}, {"name": "a"}), "a"),
        (_schema({"name": "a", "type": "chaîne"}), "a"),
        (_schema({"name": "a", "constraints": {"pattern": "("}}), "a"),
        (_schema({"name": "a", "code": "planète"}), "a"),
        (_schema({"name": "a"}, primaryKey=["b"]), "b"),
        (_schema({"name": "a"}, foreignKeys=[{"fields": "a", "reference": {"fields": ["x", "y"]}}]), "a"),
        (_schema({"name": "a", "constraints": {"minLength": "deux"}}), "a"),
    ],
)
def test_a_schema_that_cannot_be_read_is_refused_with_its_field(text: str, field: str) -> None:
    with pytest.raises(SchemaRefused, match="Schéma refusé") as caught:
        parse_schema(text)

    assert caught.value.field == field
