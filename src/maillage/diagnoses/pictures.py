"""Draws the maps and charts that a diagnosis asks for, each with the table behind it."""

from collections.abc import Mapping

from jauge.diagnosis import Chosen, Diagnosis, Line, Measure, Section, choose_reading, list_lines
from jauge.figures import Reading
from jauge.quantities import Status
from jauge.territories import TerritoryRef
from maillage.diagnoses.data import Picture
from maillage.diagnoses.words import write_absence, write_reading, write_value
from maillage.settings import paths
from maillage.ui.charts import Bar, Dot, draw_bars, draw_series
from maillage.ui.formats import format_period, in_period, typeset
from maillage.ui.maps import Drawing, describe_values, draw_choropleth

Pieces = Mapping[TerritoryRef, Mapping[str, tuple[Reading, ...]]]
FEWEST_PIECES = 3  # a map of one or two territories shows nothing that the sentence does not
CHARTS = paths.CACHE / "charts"


def draw_pictures(
    diagnosis: Diagnosis, *, pieces: Pieces, names: Mapping[TerritoryRef, str], drawing: Drawing | None
) -> tuple[Picture, ...]:
    """Every picture of a diagnosis that its figures allow; without a drawing (no contours), the maps are left out."""
    lines = {line.measure.code: line for line in list_lines(diagnosis)}
    drawn = []
    for section in diagnosis.sections:
        for chosen in section.pictures:
            picture = _draw_picture(chosen, section, lines, diagnosis, pieces, names, drawing)
            drawn += [picture] if picture else []
    return tuple(drawn)


def list_mapped(diagnosis: Diagnosis) -> tuple[str, ...]:
    """The indicators that maps need, in order."""
    chosen = (picture for section in diagnosis.sections for picture in section.pictures if picture.kind == "choropleth")
    return tuple(dict.fromkeys(code for picture in chosen for code in picture.indicators))


def _draw_picture(
    chosen: Chosen,
    section: Section,
    lines: Mapping[str, Line],
    diagnosis: Diagnosis,
    pieces: Pieces,
    names: Mapping[TerritoryRef, str],
    drawing: Drawing | None,
) -> Picture | None:
    shown = [lines[code] for code in chosen.indicators if code in lines and lines[code].reading.value is not None]
    if not shown:
        return None
    if chosen.kind == "bars":
        return _draw_bars(chosen, section, shown, diagnosis)
    if chosen.kind == "series":
        return _draw_series(chosen, section, shown[0])
    return _draw_map(chosen, section, shown[0], diagnosis, pieces, names, drawing) if drawing else None


def _draw_bars(chosen: Chosen, section: Section, lines: list[Line], diagnosis: Diagnosis) -> Picture | None:
    bars, rows = [], []
    for line in lines:
        when = in_period(line.reading.period)
        own = [(diagnosis.identity.name, line.reading, True)]
        others = [(one.parent.name, one.reading, False) for one in line.comparisons if one.reading.value is not None]
        for name, reading, here in own + others:
            written = write_reading(reading, line.measure)
            bars.append(Bar(typeset(f"{line.measure.label}, {line.reading.period[:4]}"), name, reading.value or 0.0, written, here))
            rows.append((line.measure.label, when, name, written))
    if len(bars) <= len(lines):  # nothing to compare with
        return None
    title = typeset(chosen.title)
    alt = " ; ".join(f"{bar.group}, {bar.name}, {bar.written}" for bar in bars)
    svg = draw_bars(bars, title=title, cache=CHARTS)
    return Picture(
        section.code, "bars", title, svg, typeset(f"{title} : {alt}."), ("Indicateur", "Date", "Territoire", "Valeur"), tuple(rows)
    )


def _draw_series(chosen: Chosen, section: Section, line: Line) -> Picture | None:
    if len(line.series) < 3:
        return None
    dots = [Dot(_shorten(one.period), one.value or 0.0, write_reading(one, line.measure)) for one in line.series]
    rows = tuple((format_period(one.period), write_reading(one, line.measure)) for one in line.series)
    title = typeset(chosen.title)
    alt = typeset(f"{title} : de {dots[0].written} ({rows[0][0]}) à {dots[-1].written} ({rows[-1][0]}).")
    return Picture(section.code, "series", title, draw_series(dots, title=title, cache=CHARTS), alt, ("Date", "Valeur"), rows)


def _shorten(period: str) -> str:
    """A period short enough for an axis: `T1 2018`."""
    year, _, quarter = period.partition("-Q")
    return f"T{quarter} {year}" if quarter else format_period(period)


def _draw_map(
    chosen: Chosen,
    section: Section,
    line: Line,
    diagnosis: Diagnosis,
    pieces: Pieces,
    names: Mapping[TerritoryRef, str],
    drawing: Drawing,
) -> Picture | None:
    measure, period = line.measure, line.reading.period
    readings = {ref: _at(own.get(measure.code, ()), period) for ref, own in pieces.items()}
    values = {ref.code: reading.value for ref, reading in readings.items() if reading and reading.value is not None}
    if len(values) < FEWEST_PIECES:
        return None
    title = typeset(f"{chosen.title} ({in_period(period)})")

    def write(value: float) -> str:
        return write_value(value, measure)

    svg = draw_choropleth(
        drawing,
        values,
        title=title,
        write=write,
        secret=frozenset(ref.code for ref, reading in readings.items() if reading and reading.status is Status.SECRET),
        selected=diagnosis.identity.code,
    )
    alt = typeset(f"{title} : {describe_values(list(values.values()), write)}.")
    rows = sorted(((ref, reading) for ref, reading in readings.items()), key=lambda pair: names[pair[0]])
    table = tuple((names[ref], ref.code, _write_piece(reading, measure)) for ref, reading in rows)
    return Picture(section.code, "choropleth", title, svg, alt, ("Territoire", "Code", typeset(measure.label)), table)


def _at(readings: tuple[Reading, ...], period: str) -> Reading | None:
    """The reading of the same period as the territory's own, else none: a map never mixes dates."""
    return choose_reading(tuple(reading for reading in readings if reading.period == period))


def _write_piece(reading: Reading | None, measure: Measure) -> str:
    if reading is None:
        return "non disponible"
    return write_reading(reading, measure) if reading.value is not None else write_absence(reading)
