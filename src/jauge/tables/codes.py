"""The families of codes whose writing is known: their patterns, and the keys of SIREN and SIRET numbers, of one or as SQL."""

import re
from enum import StrEnum


class Code(StrEnum):
    """Families of codes. Source: Insee, code officiel géographique; Sirene (checked 2026-11-25)."""

    COMMUNE = "commune"
    EPCI = "epci"
    DEPARTEMENT = "departement"
    REGION = "region"
    POSTCODE = "postcode"
    SIREN = "siren"
    SIRET = "siret"


# 2A/2B: Corse since 1976; 97x/98x: overseas, whose département code has three characters.
CODE_PATTERNS = {
    Code.COMMUNE: r"^(?:(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB])[0-9]{3}|9[78][0-9]{3})$",
    Code.EPCI: r"^[0-9]{9}$",
    Code.DEPARTEMENT: r"^(?:0[1-9]|[1-8][0-9]|9[0-5]|2[AB]|9[78][0-9])$",
    Code.REGION: r"^[0-9]{2}$",
    Code.POSTCODE: r"^[0-9]{5}$",
    Code.SIREN: r"^[0-9]{9}$",
    Code.SIRET: r"^[0-9]{14}$",
}
CODE_WIDTHS = {
    Code.COMMUNE: 5,
    Code.EPCI: 9,
    Code.DEPARTEMENT: 2,
    Code.REGION: 2,
    Code.POSTCODE: 5,
    Code.SIREN: 9,
    Code.SIRET: 14,
}
LA_POSTE = "356000000"  # its SIREN; the digits of its other establishments' SIRET add up to a multiple of 5 (Insee, Sirene)


def has_right_key(number: str, code: Code) -> bool:
    """Is `number` a SIREN or SIRET as written by Sirene, its key included? `key_sql` says the same of a column.

    >>> [has_right_key(number, Code.SIREN) for number in ("356000000", "356000001", "35600000", "")]
    [True, False, False, False]
    >>> has_right_key("35600000049837", Code.SIRET)  # La Poste: its own key
    True
    """
    if not re.fullmatch(CODE_PATTERNS[code].strip("^$"), number):
        return False
    digits = [int(digit) for digit in reversed(number)]
    luhn = sum(digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits))
    of_la_poste = code is Code.SIRET and number.startswith(LA_POSTE)
    return luhn % 10 == 0 or (of_la_poste and sum(digits) % 5 == 0)


def key_sql(text: str, code: Code) -> str:
    """SQL: does the number of `text` carry the right key? It must match the family's pattern already.

    The key is Luhn's (ISO/IEC 7812-1): every second digit from the right counts double, the sum is a multiple of 10.
    """
    luhn = f"({_luhn_sum(text, CODE_WIDTHS[code])}) % 10 = 0"
    if code is Code.SIRET:
        return f"({luhn} OR ({text} LIKE '{LA_POSTE}%' AND ({_digit_sum(text)}) % 5 = 0))"
    return f"({luhn})"


def _digit(text: str, place: int) -> str:
    return f"(ascii({text}[{place + 1}]) - 48)"


def _luhn_sum(text: str, width: int) -> str:
    terms = []
    for place in range(width):
        digit = _digit(text, place)
        doubled = (width - place) % 2 == 0
        terms.append(f"({digit} * 2 - CASE WHEN {digit} > 4 THEN 9 ELSE 0 END)" if doubled else digit)
    return " + ".join(terms)


def _digit_sum(text: str) -> str:
    return " + ".join(_digit(text, place) for place in range(CODE_WIDTHS[Code.SIRET]))
