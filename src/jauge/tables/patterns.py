"""Regular expressions of schemas (written for Python or JavaScript) → the dialect of DuckDB (RE2), same matches."""

import re
from functools import lru_cache

# In Python these classes know Unicode; in RE2 they know ASCII only.
_CLASSES = {"d": r"\p{Nd}", "w": r"\p{L}\p{N}_", "s": r"\s\p{Z}\x{85}"}
_OUTSIDE = re.compile(r"\\u[0-9A-Fa-f]{4}|\\.|\[\^?\]?|.", re.DOTALL)  # a `]` that comes first in a class is a letter of it
_INSIDE = re.compile(r"\\u[0-9A-Fa-f]{4}|\\.|.", re.DOTALL)
# Looking around, back references, and repetitions past 1,000: RE2 has none of them.
_BEYOND_RE2 = re.compile(r"\(\?(?:<?[=!]|P=)|\\[1-9]|\{(?:\d+,)?\d{4,}")
PYTHON_MATCHES = "python_matches"  # the SQL function that answers for them


def needs_python(pattern: str) -> bool:
    """Is the pattern beyond RE2?"""
    return _BEYOND_RE2.search(pattern) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def match_whole(text: str, pattern: str) -> bool:
    """Does the whole text match, as Python reads the pattern? Slow: for the patterns that RE2 cannot read."""
    return _compiled(pattern).fullmatch(text) is not None


def translate_pattern(pattern: str) -> str:
    r"""The pattern as RE2 writes it. It must not be beyond RE2 (`needs_python`).

    >>> translate_pattern(r"^[\w-]+\u00e9$")
    '^[\\p{L}\\p{N}_-]+\\x{00e9}$'
    """
    pieces: list[str] = []
    inside, place = False, 0
    while match := (_INSIDE if inside else _OUTSIDE).match(pattern, place):
        token, place = match[0], match.end()
        if token.startswith("\\"):
            pieces.append(_escape(token, inside))
        elif inside and token == "[":
            pieces.append(r"\[")
        else:
            inside = token != "]" if inside else token.startswith("[")
            pieces.append(token)
    return "".join(pieces)


def _escape(token: str, inside: bool) -> str:
    letter = token[1]
    if len(token) > 2:
        return f"\\x{{{token[2:]}}}"
    if letter == "Z":
        return r"\z"
    names = _CLASSES.get(letter.lower())
    if names is None or (inside and letter.isupper()):
        return token
    if inside:
        return names
    return f"[{names}]" if letter.islower() else f"[^{names}]"
