"""A diagnosis as plain texts: what the page, the PDF, the JSON and the CSV all write. Nothing here computes a figure."""

from dataclasses import asdict
from typing import Any

from jauge.diagnosis import Identity, Line, Parent, Point, Section, list_lines
from jauge.figures import Reading, Source
from maillage.diagnoses import words
from maillage.diagnoses.data import IllustratedDiagnosis
from maillage.ui.formats import format_count, format_date, in_period, typeset

SCHEMA = "maillage-diagnosis/1"
Document = dict[str, Any]  # JSON: texts, numbers, lists and mappings only
SUMMARY_SECTION = "networks"  # whose map opens the document
RELEASE_LETTERS = 12  # of the release's id, where a reader sees it


def write_document(illustrated: IllustratedDiagnosis, *, site: str = "") -> Document:
    """Write a diagnosis as texts in French, ready for a template; the pictures' SVG included. `site` opens the permalink."""
    diagnosis = illustrated.diagnosis
    sections = [_write_section(section, illustrated) for section in diagnosis.sections]
    points = [_write_point(point, illustrated) for point in diagnosis.points]
    return {
        "schema": SCHEMA,
        "title": typeset(f"{diagnosis.title} : {diagnosis.identity.name}"),
        "name": diagnosis.identity.name,
        "ref": diagnosis.identity.ref,
        "identity": write_identity(diagnosis.identity),
        "statement": write_statement(diagnosis.identity),
        "permalink": f"{site}{write_path(diagnosis.identity)}?livraison={diagnosis.release.id[:RELEASE_LETTERS]}",
        "release": {
            "number": diagnosis.release.number,
            "id": diagnosis.release.id,
            "short": diagnosis.release.id[:RELEASE_LETTERS],
            "cog_year": diagnosis.release.cog_year,
        },
        "key_figures": [_write_line(line, diagnosis.identity) for line in diagnosis.key_figures],
        "points": points,
        "summary_points": _choose_summary(points),
        "no_points": typeset(words.NO_POINTS),
        "summary_map": _choose_map(illustrated),
        "sections": sections,
        "unknown": _list_unknown(illustrated),
        "doubtful": _list_doubtful(illustrated),
        "sources": [_write_source(source) for source in diagnosis.sources],
        "figures": _list_figures(illustrated),
    }


def write_path(identity: Identity) -> str:
    """The diagnosis' address in the site."""
    return f"/territoires/{identity.level}/{identity.code}/diagnostic/"


def write_identity(identity: Identity) -> list[list[str]]:
    """The territory's card: pairs of a word and its value."""
    rows = [["Niveau", words.write_kind(identity)], ["Code", identity.code]]
    if identity.population is not None:
        when = f" ({in_period(identity.population_period)})" if identity.population_period else ""
        rows.append(["Population municipale", typeset(f"{format_count(identity.population)} habitants{when}")])
    if identity.level != "commune":
        rows.append(["Communes", format_count(identity.commune_count)])
    rows += [[words.write_level(parent.level).capitalize(), parent.name] for parent in identity.parents if parent.level != "pays"]
    if identity.level == "commune" and not any(parent.level == "epci" for parent in identity.parents):
        rows.append(["Intercommunalité", "aucune"])
    return rows


def write_statement(identity: Identity) -> str:
    """One sentence on who lives here, for the head of the summary."""
    if identity.population is None:
        return ""
    when = f", {in_period(identity.population_period)}" if identity.population_period else ""
    where = "" if identity.commune_count == 1 else f" dans {format_count(identity.commune_count)} communes"
    return typeset(f"{format_count(identity.population)} habitants{where} (population municipale{when}).")


def _write_line(line: Line, identity: Identity) -> Document:
    return {
        "code": line.measure.code,
        "label": typeset(line.measure.label),
        "when": words.write_when(line),
        "period": line.reading.period,
        "value": words.write_reading(line.reading, line.measure, identity.population),
        "known": line.reading.value is not None,
        "base": words.write_base(line),
        "counts": words.write_counts(line.reading),
        "status": typeset(words.write_status(line.reading)) if line.reading.value is not None else "",
        "absence": "" if line.reading.value is not None else typeset(words.write_absence(line.reading)),
        "today": words.write_today(line),
        "flags": [{"number": flag.number, "title": typeset(flag.title)} for flag in line.flags],
        "comparisons": [_write_comparison(one.parent, one.reading, line) for one in line.comparisons],
        "spread_words": words.write_spread(line, identity.level),
        "scale": _write_scale(line),
        "series": [
            {"when": in_period(one.period), "value": words.write_reading(one, line.measure, identity.population)} for one in line.series
        ],
        "evolution": words.write_evolution(line),
        "definition": typeset(line.measure.definition),
        "formula": line.measure.formula,
        "source": typeset(f"{line.source.publisher}, {line.source.label}") if line.source else "",
    }


def _write_comparison(parent: Parent, reading: Reading, line: Line) -> Document:
    return {
        "name": parent.name,
        "level": words.write_level(parent.level),
        "value": words.write_reading(reading, line.measure),
        "counts": words.write_counts(reading),
        "absence": "" if reading.value is not None else typeset(words.write_absence(reading)),
    }


def _write_scale(line: Line) -> Document | None:
    """Where the value stands among its peers, as fractions (0-1) of the way from the least to the most; None without peers."""
    spread, value = line.spread, line.reading.value
    if spread is None or value is None or spread.maximum <= spread.minimum or line.measure.unit in words.SIZES:
        return None

    def place(number: float) -> float:
        return round(min(1.0, max(0.0, (number - spread.minimum) / (spread.maximum - spread.minimum))), 4)

    return {
        "here": place(value),
        "q1": place(spread.q1),
        "median": place(spread.median),
        "q3": place(spread.q3),
        "low": words.write_end(spread.minimum, line.measure),
        "high": words.write_end(spread.maximum, line.measure),
    }


def _write_point(point: Point, illustrated: IllustratedDiagnosis) -> Document:
    doubts = " ; ".join(words.DOUBT_WORDS[doubt] for doubt in point.doubts)
    lines = {line.measure.code: line for line in list_lines(illustrated.diagnosis)}
    today = (words.write_today(lines[reading.indicator]) for reading in point.figures if reading.indicator in lines)
    return {
        "code": point.code,
        "kind": point.kind.value,
        "kind_words": words.KIND_WORDS[point.kind],
        "severity": words.SEVERITY_WORDS[point.severity] if point.severity else "",
        "confidence": words.CONFIDENCE_WORDS[point.confidence],
        "doubts": typeset(doubts),
        "title": typeset(point.title),
        "sentence": typeset(point.sentence),
        "act": typeset(point.act),
        "indicators": [reading.indicator for reading in point.figures],
        "today": next((text for text in today if text), ""),
    }


def _choose_map(illustrated: IllustratedDiagnosis) -> Document | None:
    """The map of the summary: the networks', else the first."""
    maps = [one for one in illustrated.pictures if one.kind == "choropleth"]
    chosen = next((one for one in maps if one.section == SUMMARY_SECTION), maps[0] if maps else None)
    return asdict(chosen) if chosen else None


def _choose_summary(points: list[Document]) -> list[Document]:
    """Five points at most for the summary, never only one side: two strengths and three weaknesses where there are as many."""
    strengths = [point for point in points if point["kind"] == "strength"]
    others = [point for point in points if point["kind"] != "strength"]
    kept = strengths[: max(2, 5 - len(others))]
    return kept + others[: 5 - len(kept)]


def _write_section(section: Section, illustrated: IllustratedDiagnosis) -> Document:
    diagnosis = illustrated.diagnosis
    return {
        "code": section.code,
        "kind": section.kind,
        "title": typeset(section.title),
        "intro": typeset(section.intro),
        "lines": [_write_line(line, diagnosis.identity) for line in section.lines],
        "absent": [_write_line(line, diagnosis.identity) for line in section.absent],
        "notes": _list_today(section),
        "pictures": [asdict(one) for one in illustrated.pictures if one.section == section.code],
        "empty": typeset(words.write_empty(section, diagnosis.points)),
        "awaiting": [{"what": typeset(one.what), "filled_by": typeset(one.filled_by)} for one in section.awaiting],
        "paragraphs": [typeset(text) for text in section.paragraphs],
        "contributions": [asdict(one) for code, one in illustrated.contributions if code == section.code],
    }


def _list_today(section: Section) -> list[Document]:
    """Where today's figures stand for those of a section that are more than three years old, each address once."""
    old = [line.source for line in section.lines if line.past and line.source]
    return list({one.url: {"publisher": one.publisher, "url": one.url} for one in old}.values())


def _list_unknown(illustrated: IllustratedDiagnosis) -> list[Document]:
    """What is not known, by reason: figures without a value, once each, then what no room records yet."""
    sections = illustrated.diagnosis.sections
    absent = {line.measure.code: line for section in sections for line in section.absent}
    rows: dict[str, list[str]] = {}
    for line in absent.values():
        when = words.write_when(line)
        rows.setdefault(words.write_absence(line.reading), []).append(f"{line.measure.label}, {when}" if when else line.measure.label)
    for one in (one for section in sections for one in section.awaiting):
        what, why = one.what[:1].upper() + one.what[1:], f"Pas encore recensé. Ce qui le comblerait : {one.filled_by}."
        if what not in rows.setdefault(why, []):
            rows[why].append(what)
    return [{"what": [typeset(one) for one in what], "why": typeset(why)} for why, what in rows.items()]


def _list_doubtful(illustrated: IllustratedDiagnosis) -> list[Document]:
    """What the checks found in the files behind the figures told, each finding once with the figures that it touches."""
    rows: dict[int, Document] = {}
    for line in list_lines(illustrated.diagnosis):
        for flag in line.flags:
            row = {"number": flag.number, "title": typeset(flag.title), "meaning": typeset(flag.meaning), "figures": []}
            rows.setdefault(flag.number, row)["figures"].append(typeset(line.measure.label))
    return [rows[number] for number in sorted(rows)]


def _write_source(source: Source) -> Document:
    written: Document = asdict(source)
    written["date_words"] = format_date(source.date) if len(source.date) >= 10 else source.date
    written["label"] = typeset(source.label)
    return written


def _list_figures(illustrated: IllustratedDiagnosis) -> list[Document]:
    """Every reading of the diagnosis as numbers and codes, for machines: the territory's series, then the territories that hold it."""
    diagnosis = illustrated.diagnosis
    rows: list[Document] = []
    for section in diagnosis.sections:
        for line in (*section.lines, *section.absent):
            own = line.series or (line.reading,)
            rows += [_write_figure(reading, line, diagnosis.identity.ref, section.code, diagnosis.release.id) for reading in own]
            rows += [_write_figure(one.reading, line, one.parent.ref, section.code, diagnosis.release.id) for one in line.comparisons]
    return list({(row["territory"], row["indicator"], row["period"]): row for row in reversed(rows)}.values())[::-1]


def _write_figure(reading: Reading, line: Line, territory: str, section: str, release: str) -> Document:
    return {
        "territory": territory,
        "section": section,
        "indicator": reading.indicator,
        "label": line.measure.label,
        "period": reading.period,
        "value": reading.value,
        "numerator": reading.numerator,
        "denominator": reading.denominator,
        "unit": line.measure.unit.value,
        "status": reading.status.value,
        "reason": reading.reason.value if reading.reason else None,
        "source": reading.source,
        "release": release,
    }
