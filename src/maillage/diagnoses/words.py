"""How a diagnosis is said in French: figures with their date and counts, reasons of absence, severities, doubts."""

from collections.abc import Sequence
from dataclasses import dataclass

from jauge.diagnosis import Confidence, Identity, Line, Measure, Point, PointKind, Section, Severity
from jauge.figures import Reading
from jauge.precision import choose_decimals
from jauge.quantities import Reason, Status, Unit
from maillage.ui.formats import format_count, format_number, format_points, format_value, in_period, typeset
from maillage.ui.words import KIND_WORDS as KINDS_OF_TERRITORY
from maillage.ui.words import LEVEL_WORDS, REASON_WORDS, STATUS_WORDS

SEVERITY_WORDS = {Severity.WATCH: "à surveiller", Severity.IMPORTANT: "important", Severity.MAJOR: "majeur"}
CONFIDENCE_WORDS = {Confidence.LOW: "faible", Confidence.MEDIUM: "moyenne", Confidence.HIGH: "élevée"}
KIND_WORDS = {PointKind.STRENGTH: "point d’appui", PointKind.WEAKNESS: "point d’attention", PointKind.KNOWLEDGE: "connaissance"}
DOUBT_WORDS = {
    "estimated": "un des chiffres est estimé",
    "old": "les chiffres ont plus de trois ans",
    "very_old": "les chiffres ont plus de six ans",
    "small_base": "l’effectif est inférieur à cent",
    "low_coverage": "moins de quatre territoires sur cinq sont couverts",
    "flagged": "nos contrôles signalent un des fichiers",
}
LEVEL_SHORT = {"epci": "intercommunalité", "departement": "département", "region": "région", "pays": "pays"}
PEERS = {
    "commune": "les communes de France",
    "epci": "les intercommunalités de France",
    "departement": "les départements de France",
    "region": "les régions de France",
}

NO_POINTS = (
    "Trop peu de sources nationales portent sur ce territoire pour en tirer un point d’appui ou d’attention. "
    "« Ce que l’on ne sait pas » dit ce qui manque, et qui pourrait le combler."
)
EMPTY_SECTIONS = {
    "figures": "Aucun chiffre de cette livraison ne porte sur ce territoire ; la raison est donnée dans « Ce que l’on ne sait pas ».",
    "comparison": "Aucun chiffre n’est connu à la fois ici et dans un territoire plus grand.",
    "change": "Aucun chiffre n’est connu ici à deux dates comparables.",
    "points": NO_POINTS,
}  # by kind of section

FEWEST_FOR_PERCENT = 100  # from 2 to 3 is one more, not «50 % more»
SIZES = (Unit.COUNT, Unit.PERSONS, Unit.PREMISES)  # grow with the territory: its place among its peers would only say how large it is


@dataclass(frozen=True, slots=True)
class FrenchWriter:
    """Writes the figures of sentences (jauge.diagnosis.Writer)."""

    def write_value(self, value: float, measure: Measure, base: float | None = None) -> str:
        """A value with its unit, and the decimals that its base carries."""
        return write_value(value, measure, base)

    def write_unreadable(self, written: str) -> str:
        """A compared value, from which the territory's own cannot be told."""
        return f"{written} (différence trop faible pour être lue)"

    def write_change(self, change: float, measure: Measure) -> str:
        """A difference, unsigned; in points for a share."""
        return f"{format_number(abs(change) * 100, 1)} points" if measure.unit is Unit.SHARE else write_value(abs(change), measure)

    def write_counts(self, reading: Reading, measure: Measure) -> str:
        """The counts of a share."""
        return write_counts(reading)

    def write_period(self, period: str) -> str:
        """When, in words."""
        return in_period(period)


def write_value(value: float | None, measure: Measure, base: float | None = None) -> str:
    """A value with its unit and the decimals of its indicator, fewer where its base is small; a count stays whole."""
    whole = measure.unit in (Unit.COUNT, Unit.PERSONS, Unit.PREMISES, Unit.EUR)
    unit = Unit.COUNT if measure.unit is Unit.PERSONS else measure.unit  # «600 000 habitants»: the sentence says who
    return format_value(value, unit, 0 if whole else choose_decimals(measure.decimals, unit, base))


def write_reading(reading: Reading, measure: Measure, population: int | None = None) -> str:
    """The value of a reading with the decimals that its size carries. population: bounds a denominator that is not known."""
    return write_value(reading.value, measure, population if reading.denominator is None else reading.denominator)


def write_end(value: float, measure: Measure) -> str:
    """A value at the end of a scale, short: the unit of a count is told by its label."""
    return format_count(value) if measure.unit in (Unit.PREMISES, Unit.PERSONS) else write_value(value, measure)


def write_counts(reading: Reading) -> str:
    """`12 sur 30`; empty where the source gives a rate without its counts."""
    if reading.numerator is None or reading.denominator is None:
        return ""
    return f"{format_count(reading.numerator)} sur {format_count(reading.denominator)}"


def write_when(line: Line) -> str:
    """When the figure was true: `en 2019`; empty where nothing was ever read."""
    return in_period(line.reading.period) if line.reading.period else ""


def write_absence(reading: Reading) -> str:
    """Why there is no value, in a sentence."""
    if reading.status is Status.SECRET:
        return str(REASON_WORDS[reading.reason or Reason.STATISTICAL_SECRECY])
    return str(REASON_WORDS[reading.reason]) if reading.reason else "Chiffre non disponible."


def write_status(reading: Reading) -> str:
    """The status of a value that is not plainly observed, with its reason; empty otherwise."""
    if reading.status is Status.OBSERVED:
        return ""
    reason = f" — {REASON_WORDS[reading.reason]}" if reading.reason else ""
    return f"{STATUS_WORDS[reading.status]}{reason}"


def write_base(line: Line) -> str:
    """The base of a rate: its counts and its field, or the plain word that the source gives no counts."""
    if line.measure.unit is not Unit.SHARE:
        return typeset(line.measure.champ)
    counts = write_counts(line.reading) or "taux publié sans ses effectifs"
    return typeset(" ; ".join(part for part in (counts, line.measure.champ) if part))


def write_empty(section: Section, points: Sequence[Point]) -> str:
    """What a section says where it holds no figure; empty where it holds some, or says already what it waits for."""
    compared = any(line.comparisons for line in section.lines)
    held = {"points": points, "comparison": compared, "change": section.lines}.get(section.kind, section.lines or section.awaiting)
    return "" if held else EMPTY_SECTIONS.get(section.kind, "")


def write_evolution(line: Line) -> str:
    """The difference between the first and the last comparable values: in points for a share, else in its unit, and in percent of a
    number large enough for one.
    """
    known = [reading.value for reading in line.series if reading.value is not None]
    if len(known) < 2:
        return ""
    first, last = known[0], known[-1]
    if line.measure.unit is Unit.SHARE:
        return format_points(last - first, line.measure.decimals)
    sign = "+" if last > first else ""
    relative = f" ({sign}{format_number((last - first) / first * 100, 1)}\u202f%)" if first >= FEWEST_FOR_PERCENT else ""
    return f"{sign}{write_value(last - first, line.measure)}{relative}"


def write_spread(line: Line, level: str) -> str:
    """The peers of a figure in words: `Parmi les départements de France : de 3 % à 100 %, médiane 54 %.`"""
    spread = line.spread
    if spread is None or level not in PEERS or line.measure.unit in SIZES:
        return ""
    low, middle, high = (write_value(value, line.measure) for value in (spread.minimum, spread.median, spread.maximum))
    half = f"la moitié entre {write_value(spread.q1, line.measure)} et {write_value(spread.q3, line.measure)}"
    return typeset(f"Parmi {PEERS[level]} qui ont ce chiffre ({format_count(spread.count)}) : de {low} à {high}, médiane {middle}, {half}.")


def write_today(line: Line) -> str:
    """Where today's figure stands, for one that is more than three years old; empty otherwise."""
    if not line.past or line.source is None:
        return ""
    return typeset(f"Ce chiffre a plus de trois ans. Chiffre d'aujourd'hui : {line.source.publisher}, {line.source.url}")


def write_kind(identity: Identity) -> str:
    """What the territory is: `communauté de communes`, `collectivité d’outre-mer`; plainly `commune` for every commune."""
    level = write_level(identity.level)
    return level if identity.level == "commune" else str(KINDS_OF_TERRITORY.get(identity.kind, level))


def write_level(level: str) -> str:
    """The level in words."""
    return str(LEVEL_WORDS[level]) if level in LEVEL_WORDS else level  # type: ignore[index]
