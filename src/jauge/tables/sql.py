"""The SQL of one column: its typed value, its fault if any, and the French reason of each fault."""

from jauge.tables.spec import CODE_PATTERNS, CODE_WIDTHS, Column, ColumnType, TableSpec

_TRUE = ("1", "true", "vrai", "oui")
_FALSE = ("0", "false", "faux", "non")
_ARROW = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.CODE: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.DECIMAL: "DOUBLE",
    ColumnType.DATE: "DATE",
    ColumnType.BOOLEAN: "BOOLEAN",
}
# Thousands are cut by a space, a no-break space or a thin one; never by a comma or a point, which would be ambiguous.
_SPACES = r"[ \x{00a0}\x{202f}]"
_DIGITS = rf"(?:[0-9]{{1,3}}(?:{_SPACES}[0-9]{{3}})+|[0-9]+)"


def identifier(name: str) -> str:
    """A column's name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A constant as SQL."""
    return "'" + text.replace("'", "''") + "'"


def _text(column: Column) -> str:
    return identifier("text " + column.name)


def _plain(column: Column, decimal: str) -> str:
    """The number without spaces, with a point."""
    return f"replace(regexp_replace({_text(column)}, {literal(_SPACES)}, '', 'g'), {literal(decimal)}, '.')"


def _matches(text: str, pattern: str) -> str:
    return f"regexp_matches({text}, {literal(pattern)})"


def _number_pattern(column: Column, decimal: str) -> str:
    mark = r"\." if decimal == "." else ","
    fraction = f"(?:{mark}0*)?" if column.type is ColumnType.INTEGER else f"(?:{mark}[0-9]*)?(?:[eE][+-]?[0-9]{{1,3}})?"
    return f"^[+-]?{_DIGITS}{fraction}$"


def typed_sql(column: Column, decimal: str) -> str:
    """The typed value, null when the cell is blank or cannot be read."""
    text = _text(column)
    match column.type:
        case ColumnType.INTEGER | ColumnType.DECIMAL:
            readable = _matches(text, _number_pattern(column, decimal))
            value = f"TRY_CAST({_plain(column, decimal)} AS {_ARROW[column.type]})"
            return f"CASE WHEN {readable} THEN {value} END"
        case ColumnType.DATE:
            iso = f"CASE WHEN {_matches(text, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$')} THEN TRY_CAST({text} AS DATE) END"
            return f"coalesce({iso}, CAST(try_strptime({text}, '%d/%m/%Y') AS DATE))"
        case ColumnType.BOOLEAN:
            lists = [f"lower({text}) IN ({', '.join(map(literal, words))})" for words in (_TRUE, _FALSE)]
            return f"CASE WHEN {lists[0]} THEN TRUE WHEN {lists[1]} THEN FALSE END"
        case ColumnType.CODE:
            return f"upper({text})"
        case ColumnType.TEXT:
            return text


def fault_sql(column: Column, decimal: str) -> str:
    """A struct (column, value, code, suggestion) when the cell is at fault, else null."""
    tests = "".join(f" WHEN {test} THEN {literal(code)}" for code, test in _tests(column, decimal))
    code = f"CASE{tests} END" if tests else "NULL"
    fault = (
        f"{{'column': {literal(column.name)}, 'value': {_text(column)}, 'code': {code}, 'suggestion': {_suggestion_sql(column, decimal)}}}"
    )
    return f"CASE WHEN ({code}) IS NOT NULL THEN {fault} END"


def _tests(column: Column, decimal: str) -> list[tuple[str, str]]:
    """(fault's code, SQL test), the first true one names the fault."""
    text, value = _text(column), typed_sql(column, decimal)
    tests = [("missing_value", f"{text} IS NULL")] if column.required else []
    unreadable = {
        ColumnType.INTEGER: "not_a_whole_number",
        ColumnType.DECIMAL: "not_a_number",
        ColumnType.DATE: "not_a_date",
        ColumnType.BOOLEAN: "not_a_boolean",
    }
    if column.type in unreadable:
        tests.append((unreadable[column.type], f"{text} IS NOT NULL AND ({value}) IS NULL"))
    if column.code:
        tests.append(("malformed_code", f"NOT {_matches(value, CODE_PATTERNS[column.code])}"))
    if column.minimum is not None:
        tests.append(("negative_count" if column.minimum == 0 else "below_minimum", f"({value}) < {column.minimum!r}"))
    if column.maximum is not None:
        tests.append(("above_maximum", f"({value}) > {column.maximum!r}"))
    if column.enum:
        tests.append(("not_in_list", f"{text} NOT IN ({', '.join(map(literal, column.enum))})"))
    if column.pattern:
        tests.append(("pattern_mismatch", f"NOT {_matches(text, f'^(?:{column.pattern})$')}"))
    return tests


def _suggestion_sql(column: Column, decimal: str) -> str:
    """What the cell probably meant, null when nothing is probable."""
    text = _text(column)
    if column.code:
        # A spreadsheet that reads codes as numbers takes their first zero away.
        padded = f"lpad({text}, {CODE_WIDTHS[column.code]}, '0')"
        test = f"{_matches(text, '^[0-9]+$')} AND {_matches(padded, CODE_PATTERNS[column.code])}"
        return f"CASE WHEN {test} THEN {padded} END"
    if column.type is ColumnType.DECIMAL:
        other = "," if decimal == "." else "."
        mended = f"replace({text}, {literal(other)}, {literal(decimal)})"
        return f"CASE WHEN {_matches(mended, _number_pattern(column, decimal))} THEN {mended} END"
    return "CAST(NULL AS VARCHAR)"


def reason_of(code: str, column_name: str, spec: TableSpec) -> str:
    """The French reason of a fault, with what was expected."""
    column = next((column for column in spec.columns if column.name == column_name), Column(column_name))
    return {
        "missing_value": "valeur obligatoire absente",
        "not_a_whole_number": "nombre entier attendu",
        "not_a_number": f"nombre attendu, avec « {spec.decimal} » pour les décimales",
        "not_a_date": "date attendue, écrite AAAA-MM-JJ ou JJ/MM/AAAA",
        "not_a_boolean": "attendu : 0 ou 1, oui ou non, vrai ou faux",
        "malformed_code": f"code de {column.code} mal écrit",
        "negative_count": "un nombre négatif est impossible ici",
        "below_minimum": f"valeur inférieure au minimum {column.minimum}",
        "above_maximum": f"valeur supérieure au maximum {column.maximum}",
        "not_in_list": f"valeur hors de la liste : {', '.join(column.enum)}",
        "pattern_mismatch": f"écriture inattendue (modèle : {column.pattern})",
        "duplicate_row": "ligne identique à une ligne précédente",
        "duplicate_key": "plusieurs lignes contradictoires pour la même clé : aucune n’est retenue",
    }[code]
