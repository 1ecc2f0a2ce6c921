"""Numbers, dates, periods and typography as French readers expect them. Pure functions; pages and documents both use them.

Spaces are no-break: U+202F (fine) between thousands, before ; : ! ? % € and inside « ».
"""

import re
import unicodedata
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from jauge.figures import Reading
from jauge.precision import bound_reading, choose_decimals
from jauge.quantities import Unit

FINE = "\u202f"
NO_BREAK = "\u00a0"
NOT_AVAILABLE = "n.\u202fd."
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SMALL_SHARE = 1000  # denominator under which a decimal of a percentage is moved by less than one unit: no decimal is shown
STALE_AFTER_YEARS = 3  # issue 4: a figure older than three years is told in the past tense

_WHOLE = frozenset({Unit.COUNT, Unit.PERSONS, Unit.PREMISES})  # counts stay whole, even those shared among parts
_DECIMALS = {Unit.SHARE: 1, Unit.PER_10000: 1}
_UNIT_WORDS = {Unit.PERSONS: ("personne", "personnes"), Unit.PREMISES: ("local", "locaux")}
_PERIOD = re.compile(r"(?P<year>\d{4})(-Q(?P<quarter>[1-4])|-(?P<month>\d{2})(-(?P<day>\d{2}))?)?")


class UnreadablePeriod(ValueError):
    """A period is none of `2017`, `2018-Q1`, `2022-05`, `2019-09-30`."""


def format_number(value: float | Decimal, decimals: int = 0) -> str:
    """Write a number with a decimal comma and fine spaces between thousands; halves go away from zero.

    >>> format_number(1234567.891, 2)
    '1\u202f234\u202f567,89'
    >>> format_number(-0.04, 1)
    '0,0'
    """
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if not rounded:
        rounded = abs(rounded)  # no «-0»
    return f"{rounded:,f}".replace(",", FINE).replace(".", ",").replace("-", "\u2212")


def format_count(value: float | Decimal) -> str:
    """Write a whole number: `12 345`."""
    return format_number(value)


def format_value(value: float | None, unit: Unit | str, decimals: int | None = None) -> str:
    """Write a value with its unit; a share (0-1) becomes a percentage. None gives «n. d.»: the page says why beside it.

    >>> format_value(0.3321, Unit.SHARE)
    '33,2\u202f%'
    >>> format_value(1, Unit.PREMISES)
    '1 local'
    """
    if value is None:
        return NOT_AVAILABLE
    unit = Unit(unit)
    places = _DECIMALS.get(unit, 0) if decimals is None or unit in _WHOLE else decimals
    if unit is Unit.SHARE:
        return f"{format_number(Decimal(str(value)) * 100, places)}{FINE}%"
    written = format_number(value, places)
    if unit is Unit.EUR:
        return f"{written}{FINE}€"
    if unit is Unit.PER_10000:
        return f"{written} pour 10{FINE}000{NO_BREAK}habitants"
    return f"{written}{_unit_word(value, unit)}"


def format_reading(reading: Reading, unit: Unit, decimals: int, base: float | None = None) -> str:
    """Write the value of a figure with the decimals that its size carries (jauge.precision). base: bounds a denominator that is not known.

    >>> format_reading(Reading("a", "2018", 0.1, 8, 80), Unit.SHARE, 1)
    '10\u202f%'
    """
    known = base if reading.denominator is None else reading.denominator
    return format_value(reading.value, unit, choose_decimals(decimals, unit, known))


def write_margin(reading: Reading, small_below: int) -> str:
    """What a share of few units is worth, in a sentence: its interval and what one unit moves. Empty where it is large, or no share.

    small_below: denominator under which a share is not to be read as a trend.
    """
    bounds = bound_reading(reading)
    if bounds is None or reading.denominator is None or reading.denominator >= max(small_below, SMALL_SHARE):
        return ""
    low, high = (format_value(bound, Unit.SHARE, 0) for bound in bounds)
    unit = format_points(1 / reading.denominator).lstrip("+")
    trend = " À ne pas lire comme une tendance." if reading.denominator < small_below else ""
    return f"Petit effectif : une unité de plus ou de moins déplace ce taux de {unit} ; intervalle à 95 % : de {low} à {high}.{trend}"


def _unit_word(value: float, unit: Unit) -> str:
    """The unit in words after a no-break space, singular below two as in French; empty for a bare count."""
    words = _UNIT_WORDS.get(unit)
    return f"{NO_BREAK}{words[abs(value) >= 2]}" if words else ""


def format_points(difference: float, decimals: int = 1) -> str:
    """Write a difference of two shares in points, with its sign: `+3,2 points`."""
    points = Decimal(str(difference)) * 100
    written = format_number(points, decimals)
    sign = "+" if points > 0 and written.strip("0,") else ""
    return f"{sign}{written}{NO_BREAK}point{'s' if abs(points) >= 2 else ''}"


def format_bytes(size: int) -> str:
    """Write a size of a file: `870 octets`, `1,2 Mo`."""
    if size < 1000:
        return f"{size}{NO_BREAK}octet{'s' if size > 1 else ''}"
    for power, symbol in ((1, "ko"), (2, "Mo"), (3, "Go")):
        if size < 1000 ** (power + 1) or symbol == "Go":
            break
    return f"{format_number(size / 1000**power, 1)}{NO_BREAK}{symbol}"


def format_date(day: date | str) -> str:
    """Write a day (a date, or ISO text): `1er mars 2024`.

    >>> format_date("2019-09-30")
    '30\u00a0septembre\u00a02019'
    """
    if isinstance(day, str):
        day = date.fromisoformat(day[:10])
    number = "1er" if day.day == 1 else str(day.day)
    return NO_BREAK.join((number, MONTHS[day.month - 1], str(day.year)))


def format_period(period: str) -> str:
    """Write a period: `2017`, `1er trimestre 2018`, `mai 2022`, `30 septembre 2019`. Raises UnreadablePeriod."""
    parts = _read_period(period)
    if parts["day"]:
        return format_date(period)
    if parts["quarter"]:
        number = {"1": "1er"}.get(parts["quarter"], f"{parts['quarter']}e")
        return NO_BREAK.join((number, "trimestre", parts["year"]))
    if parts["month"]:
        return NO_BREAK.join((MONTHS[int(parts["month"]) - 1], parts["year"]))
    return parts["year"]


def in_period(period: str) -> str:
    """Say when: `en 2017`, `au 1er trimestre 2018`, `en mai 2022`, `au 30 septembre 2019`. Raises UnreadablePeriod."""
    parts = _read_period(period)
    preposition = "au" if parts["day"] or parts["quarter"] else "en"
    return f"{preposition}{NO_BREAK}{format_period(period)}"


def get_period_year(period: str) -> int:
    """The year of a period. Raises UnreadablePeriod."""
    return int(_read_period(period)["year"])


def is_past(period: str, today_year: int) -> bool:
    """Whether a period is more than three years old: its sentence is then in the past tense.

    >>> is_past("2019-09-30", 2026), is_past("2023", 2026)
    (True, False)
    """
    return get_period_year(period) + STALE_AFTER_YEARS < today_year


def _read_period(period: str) -> dict[str, str]:
    """Parts of a period; absent ones are empty."""
    found = _PERIOD.fullmatch(period)
    if found is None or not _is_calendar(found):
        raise UnreadablePeriod(period)
    return found.groupdict(default="")


def _is_calendar(found: re.Match[str]) -> bool:
    """Whether the month and the day of a matched period exist."""
    if not found["month"]:
        return True
    try:
        date(int(found["year"]), int(found["month"]), int(found["day"] or 1))
    except ValueError:
        return False
    return True


def typeset(text: str) -> str:
    """Give a French sentence its no-break spaces and curly apostrophes; leave addresses and clock times alone.

    >>> typeset("L'offre : « fibre » ?")
    'L\u2019offre\u202f: «\u202ffibre\u202f»\u202f?'
    """
    text = re.sub(r"(?<=\w)'(?=\w)", "’", text)
    text = re.sub(rf"[ {FINE}]+(?=[;:!?»%€])", FINE, text)
    text = re.sub(rf"«[ {FINE}]*", f"«{FINE}", text)
    text = re.sub(rf"(?<=[^\s{FINE}])»", f"{FINE}»", text)
    return re.sub(r"(?<=\d) (?=\d{3}\b)", FINE, text)


def fold_for_sorting(name: str) -> str:
    """The key by which French names sort: accents, case, hyphens and apostrophes aside.

    >>> sorted(["Étel", "Erdeven", "L'Éole"], key=fold_for_sorting)
    ['Erdeven', 'Étel', "L'Éole"]
    """
    plain = unicodedata.normalize("NFKD", name.lower().replace("œ", "oe").replace("æ", "ae")).encode("ascii", "ignore").decode()
    return " ".join(re.findall(r"[a-z0-9]+", plain))
