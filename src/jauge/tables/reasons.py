"""The French sentence of each fault of a row, with what was expected."""

from collections.abc import Iterable, Mapping
from typing import Any

import pyarrow as pa

from jauge.tables.spec import Column, RowRule, RowRuleKind

_SAID = {
    "missing_value": "valeur obligatoire absente",
    "not_a_whole_number": "nombre entier attendu",
    "not_a_date_and_time": "date et heure attendues, écrites AAAA-MM-JJThh:mm:ss",
    "not_a_time": "heure attendue, écrite hh:mm:ss",
    "not_a_year": "année attendue, en quatre chiffres",
    "not_a_month": "mois attendu, écrit AAAA-MM",
    "not_a_duration": "durée attendue, écrite comme « P1Y2M3D » (ISO 8601)",
    "not_an_array": "liste attendue, écrite en JSON : [\"a\", \"b\"]",
    "not_an_object": "objet JSON attendu",
    "not_a_geojson": "objet GeoJSON attendu",
    "not_a_email": "adresse de courriel attendue",
    "not_a_uri": "adresse complète attendue, qui commence par exemple par https:",
    "not_a_uuid": "identifiant UUID attendu",
    "not_a_binary": "contenu en base64 attendu",
    "wrong_item": "un élément de la liste n’est pas admis",
    "wrong_key": "clé de contrôle fausse : un chiffre est sans doute mal recopié",
    "negative_count": "un nombre négatif est impossible ici",
    "duplicate_row": "ligne identique à une ligne précédente",
    "duplicate_key": "plusieurs lignes contradictoires pour la même clé : aucune n’est retenue",
    "repeated_key": "clé déjà utilisée",
    "repeated_value": "valeur déjà utilisée, alors qu’elle doit être unique",
    "missing_key": "aucune des colonnes de la clé n’est remplie",
    "unknown_reference": "valeur absente de la table à laquelle elle renvoie",
    "blank_row": "ligne vide",
    "missing_cells": "cellules en moins : un séparateur manque, ou un guillemet n’est pas fermé",
    "extra_cells": "cellules en trop : un séparateur est en trop, ou un texte qui en contient un n’est pas entre guillemets",
    "unclosed_quote": "un guillemet n’est pas fermé avant la fin du fichier",
    "missing_column": "la colonne manque",
    "extra_column": "colonne que le schéma ne connaît pas",
    "duplicate_column": "l’en-tête porte deux fois ce nom",
    "misnamed_column": "nom de colonne mal écrit",
    "blank_header": "colonne sans nom",
    "misplaced_column": "les colonnes ne sont pas dans l’ordre du schéma",
    "notice_lines": "l’en-tête doit être la première ligne : des lignes la précèdent",
    "empty_file": "le fichier est vide",
    "not_utf8": "le fichier n’est pas en UTF-8",
}  # fmt: skip
_LISTED = 10
_OPERATORS = {
    ">": "supérieur à",
    ">=": "supérieur ou égal à",
    "<": "inférieur à",
    "<=": "inférieur ou égal à",
    "=": "égal à",
}


def tell_faults(faults: pa.Table, columns: Iterable[Column], rules: Iterable[RowRule]) -> pa.Table:
    """The same faults with a column `reason`. faults: line, column, value, code, detail (what completes the reason), suggestion."""
    known, by_code = {column.name: column for column in columns}, {(rule_code(rule), " + ".join(rule.columns)): rule for rule in rules}
    pairs = faults.group_by(["column", "code"]).aggregate([]).to_pylist()
    reasons = {
        (name, code): reason_of_rule(by_code[code, name]) if (code, name) in by_code else reason_of(code, known.get(name, Column(name)))
        for name, code in ((pair["column"], pair["code"]) for pair in pairs)
    }
    told = [
        reasons[name, code] + (f" ({detail})" if detail else "")
        for name, code, detail in zip(*(faults[name].to_pylist() for name in ("column", "code", "detail")), strict=True)
    ]
    return faults.append_column("reason", pa.array(told, type=pa.string()))


def rule_code(rule: RowRule) -> str:
    """The code of the faults of a rule."""
    return f"rule_{rule.kind}"


def reason_of(code: str, column: Column) -> str:
    """The French reason of a fault in a cell of `column` (or in a row: any column will do).

    >>> reason_of("above_maximum", Column("part", maximum=1))
    'valeur supérieure au maximum 1'
    """
    if code in _SAID:
        return _SAID[code]
    lower, upper = column.exclusive
    return {
        "not_a_number": f"nombre attendu, avec « {column.decimal} » pour les décimales",
        "not_a_date": f"date attendue, écrite {_date_form(column)}",
        "not_a_boolean": f"attendu : {_booleans(column)}",
        "not_a_point": f"point attendu : {_point_form(column)}",
        "malformed_code": f"code de {column.code} mal écrit",
        "unknown_code": f"ce code de {column.code} n’existe pas au 1er janvier {column.cog_year}",
        "below_minimum": f"valeur inférieure au minimum {column.minimum if lower is None else lower}",
        "above_maximum": f"valeur supérieure au maximum {column.maximum if upper is None else upper}",
        "too_short": f"moins de {column.length[0]} caractères",
        "too_long": f"plus de {column.length[1]} caractères",
        "not_in_list": f"valeur hors de la liste : {_listed(column.enum)}",
        "pattern_mismatch": f"écriture inattendue (modèle : {column.pattern})",
    }[code]


def reason_of_rule(rule: RowRule) -> str:
    """The French reason of a broken rule between cells."""
    names = ", ".join(f"« {name} »" for name in rule.columns)
    match rule.kind:
        case RowRuleKind.SIREN | RowRuleKind.SIRET:
            return f"ce numéro {rule.kind.upper()} n’existe pas : sa clé de contrôle est fausse"
        case RowRuleKind.ONE_OF:
            return f"l’une au moins de ces colonnes doit être remplie : {names}"
        case RowRuleKind.COHESIVE:
            return f"ces colonnes doivent être toutes remplies, ou toutes vides : {names}"
        case RowRuleKind.COMPARE:
            return f"« {rule.columns[0]} » doit être {_OPERATORS[rule.operator]} « {rule.columns[1]} »"
        case RowRuleKind.TOTAL:
            return f"« {rule.columns[0]} » doit être la somme des autres colonnes : {names}"


def describe_fault(fault: Mapping[str, Any], *, longest: int = 80) -> str:
    """One line of French for a reject or a fault: where, what stands there, why it is wrong, what it may have meant.

    >>> describe_fault({"line": 3, "column": "code", "value": "1", "reason": "code mal écrit", "suggestion": "01"})
    'ligne 3, code = « 1 » : code mal écrit (peut-être « 01 »)'
    """
    value, suggestion = (_cut(str(fault[name] or ""), longest) for name in ("value", "suggestion"))
    cell = f"{fault['column'] or 'cellules'} = « {value} »" if value else fault["column"] or ""
    where = f"ligne {fault['line']}" + (f", {cell}" if cell else "")
    return f"{where} : {fault['reason']}" + (f" (peut-être « {suggestion} »)" if suggestion else "")


def _cut(text: str, longest: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _listed(values: tuple[str, ...]) -> str:
    """The values of a closed list, the first ones only when it is long."""
    return ", ".join(values) if len(values) <= _LISTED else f"{', '.join(values[:_LISTED])}… ({len(values)} valeurs)"


def _date_form(column: Column) -> str:
    if not column.strict or column.form == "any":
        return "AAAA-MM-JJ ou JJ/MM/AAAA"
    form = "%Y-%m-%d" if column.form == "default" else column.form
    for mark, letters in {"%Y": "AAAA", "%y": "AA", "%m": "MM", "%d": "JJ", "%H": "hh", "%M": "mm", "%S": "ss"}.items():
        form = form.replace(mark, letters)
    return form


def _booleans(column: Column) -> str:
    if not column.strict:
        return "0 ou 1, oui ou non, vrai ou faux"
    true, false = column.words
    return f"{' ou '.join(true[:1])} ou {' ou '.join(false[:1])}" if true and false else "une valeur vraie ou fausse"


def _point_form(column: Column) -> str:
    forms = {"array": "[longitude, latitude]", "object": "{\"lon\": …, \"lat\": …}"}  # fmt: skip
    return forms.get(column.form, "longitude, latitude")
