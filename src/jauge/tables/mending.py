"""What a faulty cell most probably meant: only mends after which the cell passes every test of its column are offered."""

import re
from difflib import get_close_matches
from unicodedata import combining, normalize

from jauge.tables.codes import CODE_WIDTHS
from jauge.tables.spec import Column, ColumnType
from jauge.tables.sql import BLANKS, faulty_sql, literal, matches

_FRENCH_MONTHS = (
    "janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre",
)  # fmt: skip
_TRUE_WORDS = ("1", "true", "t", "vrai", "v", "oui", "o", "yes", "y")
_FALSE_WORDS = ("0", "false", "f", "faux", "non", "n", "no")
_FIXED_DIGITS = r"^\^?(?:\\d|\[0-9\])\{(?P<width>\d+)\}\$?$"


def mend_sql(column: Column, text: str) -> str:
    """SQL: the mended text of a faulty cell, null where nothing is safe. It changes how the value is written, never what it says.

    text: SQL of the cell, as written (not null).
    """
    trimmed = f"trim({text}, {literal(BLANKS)})"
    cases = " ".join(f"WHEN {_passes(column, mended)} THEN {mended}" for mended in [trimmed, *_candidates(column, trimmed)])
    return f"CASE {cases} END"


def _passes(column: Column, mended: str) -> str:
    return f"({mended} <> '' AND NOT ({faulty_sql(column, mended)}))"


def _candidates(column: Column, text: str) -> list[str]:
    """SQL of the other ways to write what a trimmed cell says, the likeliest first."""
    candidates = _listed(column, text) if column.enum else []
    match column.type:
        case ColumnType.DATE:
            candidates += _dates(column, text)
        case ColumnType.INTEGER | ColumnType.DECIMAL:
            candidates += _numbers(column, text)
        case ColumnType.BOOLEAN:
            candidates += _booleans(column, text)
        case ColumnType.TEXT | ColumnType.CODE:
            candidates += _codes(column, text)
        case _:
            pass
    return candidates


def _listed(column: Column, text: str) -> list[str]:
    """The one allowed value that differs by capitals, accents or spaces only."""
    folded: dict[str, list[str]] = {}
    for allowed in column.enum:
        folded.setdefault(fold(allowed), []).append(allowed)
    cases = " ".join(f"WHEN {literal(key)} THEN {literal(values[0])}" for key, values in folded.items() if len(values) == 1)
    return [f"CASE {_fold_sql(text)} {cases} END"] if cases else []


def fold(text: str) -> str:
    """The text without capitals, accents and doubled spaces, as `_fold_sql` gives it.

    >>> fold(" En  Numéraire ")
    'en numeraire'
    """
    plain = "".join(letter for letter in normalize("NFD", text.lower()) if not combining(letter))
    return " ".join(plain.replace("’", "'").split())


def _fold_sql(text: str) -> str:
    return f"trim(regexp_replace(replace(strip_accents(lower({text})), '’', ''''), '[\\s\\x{{00a0}}\\x{{202f}}]+', ' ', 'g'))"


def _dates(column: Column, text: str) -> list[str]:
    """Day first, as the French write; a month in letters; a date followed by an hour."""
    form = "%Y-%m-%d" if column.form in {"default", "any"} else column.form
    written = [
        f"CASE WHEN {matches(text, '^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}$')} "
        f"THEN try_strptime(regexp_replace({text}, '[.-]', '/', 'g'), '%d/%m/%Y') END",
        f"CASE WHEN {matches(text, '^[0-9]{4}[/.-][0-9]{1,2}[/.-][0-9]{1,2}(?:[T ].*)?$')} "
        f"THEN try_strptime(regexp_replace(split_part(split_part({text}, ' ', 1), 'T', 1), '[/.]', '-', 'g'), '%Y-%m-%d') END",
        f"CASE WHEN {matches(text, '^[0-9]{8}$')} THEN try_strptime({text}, '%Y%m%d') END",
        _dated_in_letters(text),
    ]
    return [f"strftime({moment}, {literal(form)})" for moment in written]


def _dated_in_letters(text: str) -> str:
    """«1er février 2020»."""
    numbers = _fold_sql(text)
    for number, name in enumerate(_FRENCH_MONTHS, start=1):
        numbers = f"regexp_replace({numbers}, ' {name} ', '/{number}/')"
    numbers = f"regexp_replace({numbers}, '^1er/', '1/')"
    return f"CASE WHEN {matches(text, '^[0-9]{1,2}(?:er)? [^0-9]+ [0-9]{4}$')} THEN try_strptime({numbers}, '%d/%m/%Y') END"


def _numbers(column: Column, text: str) -> list[str]:
    """The French comma where a point is wanted (or the reverse), spaces between thousands, «12,0» for a whole number."""
    bare = f"regexp_replace({text}, '[\\s\\x{{00a0}}\\x{{202f}}]', '', 'g')"
    grouped = f"CASE WHEN {matches(text, '^[+-]?[0-9]{1,3}(?:[ \\x{00a0}\\x{202f}][0-9]{3})*(?:[.,][0-9]+)?$')} THEN {bare} ELSE {text} END"
    mark, other = column.decimal, "," if column.decimal == "." else "."
    marks = f"len({grouped}) - len(replace({grouped}, {literal(other)}, ''))"
    single = f"CASE WHEN {marks} = 1 THEN replace({grouped}, {literal(other)}, {literal(mark)}) END"
    whole = [f"regexp_replace({grouped}, '[.,]0+$', '')"] if column.type is ColumnType.INTEGER else []
    return [grouped, single, *whole]


def _booleans(column: Column, text: str) -> list[str]:
    word = _fold_sql(text)
    true, false = column.words
    cases = [
        f"WHEN {word} IN ({', '.join(map(literal, known))}) THEN {literal(wanted[0])}"
        for known, wanted in ((_TRUE_WORDS, true), (_FALSE_WORDS, false))
        if wanted
    ]
    return [f"CASE {' '.join(cases)} END"] if cases else []


def _codes(column: Column, text: str) -> list[str]:
    """The first zero that a spreadsheet took away (one only), capitals, the spaces of «356 000 000»."""
    width = fixed_width(column)
    if width is None:
        return []
    bare = f"regexp_replace({text}, '[\\s\\x{{00a0}}\\x{{202f}}]', '', 'g')"
    padded = f"CASE WHEN {matches(text, f'^[0-9]{{{width - 1}}}$')} THEN '0' || {text} END"
    return [bare, padded, f"upper({bare})"]


def fixed_width(column: Column) -> int | None:
    r"""How many characters the codes of a column have: by its family, or by a pattern such as `^\d{14}$`.

    >>> fixed_width(Column("siret", pattern=r"^\d{14}$"))
    14
    """
    if column.code:
        return CODE_WIDTHS[column.code]
    found = re.match(_FIXED_DIGITS, column.pattern or "")
    return int(found["width"]) if found else None


def guess(column: Column, value: str) -> str | None:
    """What a value outside a closed list may have meant: told, never written by itself."""
    near = get_close_matches(value, column.enum, 1)
    return near[0] if near else None
