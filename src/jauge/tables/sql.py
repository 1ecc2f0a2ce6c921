"""The SQL of one column: the text of a cell, its typed value, and the tests that name its fault."""

from jauge.tables.codes import CODE_PATTERNS, Code, key_sql
from jauge.tables.patterns import PYTHON_MATCHES, needs_python, translate_pattern
from jauge.tables.spec import Column, ColumnType

BLANKS = " \t\r\n\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}\N{ZERO WIDTH NO-BREAK SPACE}"
_ARROW = {ColumnType.INTEGER: "BIGINT", ColumnType.DECIMAL: "DOUBLE"}
# Thousands are cut by a space, a no-break space or a thin one; never by a comma or a point, which would be ambiguous.
_SPACES = r"[ \x{00a0}\x{202f}]"
_DIGITS = rf"(?:[0-9]{{1,3}}(?:{_SPACES}[0-9]{{3}})+|[0-9]+)"
_ISO_TIME = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?"
# What a text of a declared format must look like. Sources: RFC 5322 §3.4.1 (without quoted names), RFC 3986 §3.1, RFC 4122 §3, RFC 4648 §4.
# Without the limits of length: a bounded repetition over all the letters makes RE2 prepare for seconds.
_ATOM = r"[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?"
_FORMS = {
    "email": rf"^{_ATOM}(?:\.{_ATOM})*@(?:{_LABEL}\.)+(?:\p{{L}}\p{{L}}+|xn--[A-Za-z0-9-]+)$",
    "uri": r"^[A-Za-z][A-Za-z0-9+.-]*:",
    "uuid": r"^[0-9A-Fa-f]{8}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{4}-?[0-9A-Fa-f]{12}$",
    "binary": r"^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$",
}
_DURATION = r"^-?P(?:[0-9.]+Y)?(?:[0-9.]+M)?(?:[0-9.]+W)?(?:[0-9.]+D)?(?:T(?:[0-9.]+H)?(?:[0-9.]+M)?(?:[0-9.]+S)?)?$"
_UNREADABLE = {
    ColumnType.INTEGER: "not_a_whole_number",
    ColumnType.DECIMAL: "not_a_number",
    ColumnType.DATE: "not_a_date",
    ColumnType.BOOLEAN: "not_a_boolean",
    ColumnType.DATETIME: "not_a_date_and_time",
    ColumnType.TIME: "not_a_time",
    ColumnType.YEAR: "not_a_year",
    ColumnType.YEARMONTH: "not_a_month",
    ColumnType.DURATION: "not_a_duration",
    ColumnType.GEOPOINT: "not_a_point",
    ColumnType.ARRAY: "not_an_array",
    ColumnType.OBJECT: "not_an_object",
    ColumnType.GEOJSON: "not_a_geojson",
}


def identifier(name: str) -> str:
    """A column's name as SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A constant as SQL."""
    return "'" + text.replace("'", "''") + "'"


def cell_sql(column: Column, cell: str) -> str:
    """The text of a raw cell, null where it holds no value: outer spaces are taken away (no-break ones too), but in strict columns."""
    if column.strict:
        text = cell
        for mark in column.missing:
            text = f"nullif({text}, {literal(mark)})"
        return text
    text = f"nullif(trim({cell}, {literal(BLANKS)}), '')"
    for mark in column.secret:
        text = f"nullif({text}, {literal(mark)})"
    return text


def matches(text: str, pattern: str) -> str:
    """SQL: does the pattern (RE2) occur in the text?"""
    return f"regexp_matches({text}, {literal(pattern)})"


def typed_sql(column: Column, text: str) -> str:
    """The typed value, null when the cell is blank or cannot be read."""
    readers = {
        ColumnType.INTEGER: _number_sql,
        ColumnType.DECIMAL: _number_sql,
        ColumnType.DATE: _date_sql,
        ColumnType.BOOLEAN: _boolean_sql,
        ColumnType.YEAR: _year_sql,
        ColumnType.CODE: _code_sql,
        ColumnType.TEXT: _text_sql,
    }
    return readers.get(column.type, _checked_sql)(column, text)


def _number_sql(column: Column, text: str) -> str:
    number = _bare_sql(column, text)
    plain, kind = _plain(column, number), _ARROW[column.type]
    if column.strict and column.type is ColumnType.INTEGER:
        kind = "HUGEINT"  # nobody types these columns: an identifier of twenty digits is a whole number too
    value = f"TRY_CAST({plain} AS {kind})"
    if column.strict:  # spaces around a number are allowed; taking them away costs more than all the rest: only where it must
        value = f"coalesce({value}, TRY_CAST(trim({plain}, {literal(BLANKS)}) AS {kind}))"
    return f"CASE WHEN {matches(number, _number_pattern(column))} THEN {value} END"


def _year_sql(_: Column, text: str) -> str:
    return f"CASE WHEN {matches(text, '^[0-9]{4}$')} THEN TRY_CAST({text} AS BIGINT) END"


def _code_sql(_: Column, text: str) -> str:
    return f"upper({text})"


def _text_sql(column: Column, text: str) -> str:
    return text if column.form not in _FORMS else f"CASE WHEN {matches(text, _FORMS[column.form])} THEN {text} END"


def _checked_sql(column: Column, text: str) -> str:
    """The types whose value stays text: the text itself, where it is written as its type says."""
    return f"CASE WHEN {_readable_sql(column, text)} THEN {text} END"


def _bare_sql(column: Column, text: str) -> str:
    """The number without the signs of currency and units that surround it, in a strict column where it is not «bare»."""
    if not column.strict or column.bare:
        return text
    return f"regexp_replace(regexp_replace({text}, '^[^0-9-]*', ''), '[^0-9]*$', '')"


def _plain(column: Column, number: str) -> str:
    """The number without marks of thousands, with a point."""
    if not column.strict:
        number = f"regexp_replace({number}, {literal(_SPACES)}, '', 'g')"
    elif column.group:
        number = f"replace({number}, {literal(column.group)}, '')"
    return number if column.decimal == "." else f"replace({number}, {literal(column.decimal)}, '.')"


def _number_pattern(column: Column) -> str:
    mark = _quoted(column.decimal)
    if not column.strict:
        fraction = f"(?:{mark}0*)?" if column.type is ColumnType.INTEGER else f"(?:{mark}[0-9]*)?(?:[eE][+-]?[0-9]{{1,3}})?"
        return f"^[+-]?{_DIGITS}{fraction}$"
    group = _quoted(column.group) if column.group else ""
    if column.type is ColumnType.INTEGER:
        return rf"^[\s\p{{Z}}]*[+-]?[0-9{group}]+[\s\p{{Z}}]*$"
    digits = f"(?:[0-9{group}]+(?:{mark}[0-9]*)?|{mark}[0-9]+)"
    bounded = column.minimum is not None or column.maximum is not None or column.exclusive != (None, None)
    words = "inf(?:inity)?" if bounded else "nan|inf(?:inity)?"  # what is no number stands between no bounds
    return rf"^[\s\p{{Z}}]*(?i:[+-]?(?:{digits}(?:e[+-]?[0-9]+)?|{words}))[\s\p{{Z}}]*$"


def _quoted(mark: str) -> str:
    return "".join(f"\\x{{{ord(letter):x}}}" for letter in mark)


def _date_sql(column: Column, text: str) -> str:
    if column.form not in {"default", "any"}:
        return f"CAST({_moment_sql(column.form, text)} AS DATE)"
    digits = "{1,2}" if column.strict else "{2}"
    if column.form == "any":
        text = f"regexp_replace({text}, '[T ][0-9].*$', '')"
    iso = f"CASE WHEN {matches(text, f'^[0-9]{{4}}-[0-9]{digits}-[0-9]{digits}$')} THEN TRY_CAST({text} AS DATE) END"
    french = f"CAST({_moment_sql('%d/%m/%Y', text)} AS DATE)"
    return iso if column.strict and column.form == "default" else f"coalesce({iso}, {french})"


def _moment_sql(form: str, text: str) -> str:
    """The timestamp written as `form` says. DuckDB would read «19» as a year of the first century, and «infinity» as a date."""
    digits = "[0-9]{4}" if "%Y" in form else "[0-9]"
    return f"CASE WHEN {matches(text, digits)} THEN try_strptime({text}, {literal(form)}) END"


def _boolean_sql(column: Column, text: str) -> str:
    word = text if column.strict else f"lower({text})"
    true, false = (f"{word} IN ({', '.join(map(literal, words))})" for words in column.words)
    return f"CASE WHEN {true} THEN TRUE WHEN {false} THEN FALSE END"


def _readable_sql(column: Column, text: str) -> str:
    readers = {
        ColumnType.DATETIME: _is_datetime,
        ColumnType.TIME: _is_time,
        ColumnType.YEARMONTH: lambda _, text: matches(text, "^[0-9]{1,4}-(?:0?[1-9]|1[0-2])$"),
        ColumnType.DURATION: lambda _, text: f"({matches(text, _DURATION)} AND {matches(text, '[0-9]')})",
        ColumnType.GEOPOINT: _is_point,
        ColumnType.ARRAY: lambda _, text: f"coalesce(json_type({_json(text)}) = 'ARRAY', FALSE)",
        ColumnType.OBJECT: lambda _, text: f"coalesce(json_type({_json(text)}) = 'OBJECT', FALSE)",
        ColumnType.GEOJSON: _is_geojson,
    }
    return readers[column.type](column, text)


def _is_datetime(column: Column, text: str) -> str:
    if column.form not in {"default", "any"}:
        return f"(({_moment_sql(column.form, text)}) IS NOT NULL)"
    shape = matches(text, f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}[T ]{_ISO_TIME}$")
    return f"({shape} AND TRY_CAST({text}[:10] AS DATE) IS NOT NULL AND TRY_CAST({text}[12:19] AS TIME) IS NOT NULL)"


def _is_time(column: Column, text: str) -> str:
    if column.form not in {"default", "any"}:
        return f"(({_moment_sql(column.form, text)}) IS NOT NULL)"
    return f"({matches(text, f'^{_ISO_TIME}$')} AND TRY_CAST({text}[:8] AS TIME) IS NOT NULL)"


def _json(text: str) -> str:
    return f"TRY_CAST({text} AS JSON)"


def _is_point(column: Column, text: str) -> str:
    """Longitude first, in degrees: Table Schema, type geopoint."""
    form = column.form
    if form == "default":
        pair = r"^\s*[+-]?[0-9.]+\s*,\s*[+-]?[0-9.]+\s*$"
        lon, lat = f"split_part({text}, ',', 1)", f"split_part({text}, ',', 2)"
        shape = matches(text, pair)
    else:
        places = ("$[0]", "$[1]") if form == "array" else ("$.lon", "$.lat")
        lon, lat = (f"json_extract_string({_json(text)}, '{place}')" for place in places)
        size = f"json_array_length({_json(text)})" if form == "array" else f"len(json_keys({_json(text)}))"
        shape = f"{size} = 2"
    inside = " AND ".join(f"TRY_CAST({value} AS DOUBLE) BETWEEN -{bound} AND {bound}" for value, bound in ((lon, 180), (lat, 90)))
    return f"coalesce({shape} AND {inside}, FALSE)"


def _is_geojson(_: Column, text: str) -> str:
    """Source: RFC 7946, §1.4 (the nine types) and §3 (the member each needs)."""
    kind = f"json_extract_string({_json(text)}, '$.type')"
    members = {
        "coordinates": ("Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon"),
        "geometries": ("GeometryCollection",),
        "geometry": ("Feature",),
        "features": ("FeatureCollection",),
    }
    exists = {member: f"json_exists({_json(text)}, '$.{member}')" for member in members}
    cases = " ".join(f"WHEN {kind} IN ({', '.join(map(literal, kinds))}) THEN {exists[member]}" for member, kinds in members.items())
    return f"coalesce(CASE {cases} END, FALSE)"


def faulty_sql(column: Column, text: str) -> str:
    """SQL: is the cell at fault? The same answer as the tests of `tests_of` together, each value computed once."""
    tests = tests_of(column, text)
    if column.type in {ColumnType.INTEGER, ColumnType.DECIMAL, ColumnType.DATE}:
        bounds = {"below_minimum", "above_maximum"} if column.exclusive == (None, None) else set()
        apart = {_UNREADABLE[column.type], "negative_count"} | bounds
        readable = f"{text} IS NOT NULL AND ({_within_sql(column, text)}) IS NOT TRUE"
        tests = [(code, test) for code, test in tests if code not in apart] + [("out_of_type_or_bounds", readable)]
    return " OR ".join(f"coalesce({test}, FALSE)" for _, test in tests) or "FALSE"


def _within_sql(column: Column, text: str) -> str:
    """SQL: can the value be read, and does it stand between its inclusive bounds?"""
    value = typed_sql(column, text)
    lower, upper = (None if bound is None else _constant(column, bound) for bound in (column.minimum, column.maximum))
    if lower is not None and upper is not None:
        return f"({value}) BETWEEN {lower} AND {upper}"
    if lower is None and upper is None:
        return f"({value}) IS NOT NULL"
    return f"({value}) >= {lower}" if lower is not None else f"({value}) <= {upper}"


def tests_of(column: Column, text: str) -> list[tuple[str, str]]:
    """(fault's code, SQL test) over the text of a cell; the first true one names the fault."""
    value = typed_sql(column, text)
    tests = [("missing_value", f"{text} IS NULL")] if column.required else []
    if column.type in _UNREADABLE:
        tests.append((_UNREADABLE[column.type], f"{text} IS NOT NULL AND ({value}) IS NULL"))
    elif column.form in _FORMS:
        tests.append((f"not_a_{column.form}", f"NOT {matches(text, _FORMS[column.form])}"))
    if column.code:
        tests += _code_tests(column, column.code, value)
    tests += _bound_tests(column, value)
    tests += _length_tests(column, text)
    if column.enum:
        tests.append(("not_in_list", _outside_sql(column, text, value)))
    if column.pattern:
        tests.append(("pattern_mismatch", f"NOT {_whole_sql(column.pattern, text)}"))
    if column.items:
        tests.append(("wrong_item", _items_sql(column.items, text)))
    return tests


def _whole_sql(pattern: str, text: str) -> str:
    """SQL: does the whole text match the pattern of a schema?"""
    if needs_python(pattern):
        return f"{PYTHON_MATCHES}({text}, {literal(pattern)})"
    return matches(text, f"^(?:{translate_pattern(pattern)})$")


def _code_tests(column: Column, code: Code, value: str) -> list[tuple[str, str]]:
    shape = matches(value, CODE_PATTERNS[code])
    tests = [("malformed_code", f"NOT {shape}")]
    if code in {Code.SIREN, Code.SIRET}:
        tests.append(("wrong_key", f"NOT {key_sql(value, code)}"))
    if column.cog_year is not None:
        tests.append(("unknown_code", f"{value} NOT IN (SELECT code FROM {identifier(list_name(code, column.cog_year))})"))  # noqa: S608
    return tests


def list_name(code: Code, cog_year: int) -> str:
    """The name under which the codes of a vintage stand in the checker's database."""
    return f"codes {code} {cog_year}"


def _bound_tests(column: Column, value: str) -> list[tuple[str, str]]:
    bounds = [
        ("negative_count" if column.minimum == 0 and not column.strict else "below_minimum", "<", column.minimum),
        ("above_maximum", ">", column.maximum),
        ("below_minimum", "<=", column.exclusive[0]),
        ("above_maximum", ">=", column.exclusive[1]),
    ]
    return [(code, f"({value}) {sign} {_constant(column, bound)}") for code, sign, bound in bounds if bound is not None]


def _constant(column: Column, value: float | str) -> str:
    return typed_sql(column, literal(value)) if isinstance(value, str) else repr(value)


def _length_tests(column: Column, text: str) -> list[tuple[str, str]]:
    size = f"length({text})"
    if column.type is ColumnType.ARRAY:
        size = f"json_array_length({_json(text)})"
    elif column.type is ColumnType.OBJECT:
        size = f"len(json_keys({_json(text)}))"
    shortest, longest = column.length
    tests = [("too_short", f"{size} < {shortest}")] if shortest is not None else []
    return tests + ([("too_long", f"{size} > {longest}")] if longest is not None else [])


def _outside_sql(column: Column, text: str, value: str) -> str:
    if column.type in {ColumnType.TEXT, ColumnType.CODE} or not column.strict:
        return f"{text} NOT IN ({', '.join(map(literal, column.enum))})"
    return f"({value}) NOT IN ({', '.join(typed_sql(column, literal(allowed)) for allowed in column.enum)})"


def _items_sql(item: Column, text: str) -> str:
    """SQL: is an element of the array at fault?"""
    elements = f"json_extract_string({_json(text)}, '$[*]')"
    faults = " OR ".join(f"coalesce({test}, FALSE)" for _, test in tests_of(item, "item")) or "FALSE"
    return f"len(list_filter({elements}, lambda item: {faults})) > 0"
