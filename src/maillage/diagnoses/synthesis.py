"""How matched territories and composite indices are said in a diagnosis: each number with what it is made of and what it lacks."""

from jauge.territories import TerritoryRef
from maillage.diagnoses.data import Contribution
from maillage.diagnoses.words import PEERS
from maillage.observatory import api as observatory
from maillage.observatory.data import CompositeIndex, IndexPart, Matching
from maillage.territories import api as territories
from maillage.ui.formats import NOT_AVAILABLE, format_count, format_number, format_period, format_value, typeset

MATCHING_SECTION, INDEX_SECTION = "comparison", "fragility"  # the planned sections that they fill


def list_syntheses(ref: TerritoryRef, *, release: str) -> tuple[tuple[str, Contribution], ...]:
    """What the release says of several figures at once, by section. Lookup queries: 2."""
    matchings = [(MATCHING_SECTION, _write_matching(ref, one)) for one in observatory.get_matchings(ref, release=release)]
    indices = [(INDEX_SECTION, _write_index(ref, one)) for one in observatory.get_indices(ref, release=release)]
    return (*matchings, *indices)


def _write_matching(ref: TerritoryRef, matching: Matching) -> Contribution:
    """The nearest territories, each with its distance and a link; how they were found, and how firmly."""
    if not matching.matches:
        return Contribution(matching.label, ((typeset("Trop peu de variables sont connues ici pour chercher qui lui ressemble."), ""),))
    rows = tuple((_describe(one.territory), format_number(one.distance, 2)) for one in matching.matches)
    sentences = [_warn(matching)] if not matching.is_near else []
    compared = ", ".join(f"{label} ({format_period(period)})" for label, _, period in matching.variables)
    sentences.append(f"Comparés parmi {PEERS.get(str(ref.level), 'leurs pairs')}, par : {compared}.")
    if matching.lacking:
        sentences.append(f"Sans {', '.join(matching.lacking)} : la livraison ne le connaît pas pour assez de territoires de ce niveau.")
    sentences.append("Un écart de 1 vaut, pour chaque variable, la dispersion habituelle des territoires de ce niveau.")
    if matching.stability is not None:
        kept = format_value(matching.stability, "share", 0)
        sentences.append(f"En retirant une variable à la fois, {kept} de ces territoires restent parmi les plus proches.")
    return Contribution(
        typeset(matching.label),
        tuple((typeset(text), "") for text in sentences),
        ("Territoire", "Écart moyen par variable"),
        rows,
        tuple(f"/territoires/{one.territory.level}/{one.territory.code}/" for one in matching.matches),
    )


def _warn(matching: Matching) -> str:
    nearest = format_number(matching.matches[0].distance, 1)
    return f"Aucun territoire ne lui ressemble vraiment : le plus proche est à un écart de {nearest} par variable. Comparez avec prudence."


def _describe(ref: TerritoryRef) -> str:
    territory = territories.get_territory(ref)
    parents = [territories.get_territory(parent).name for parent in territory.parents if parent.level == "departement"]
    return f"{territory.name} ({parents[0]})" if parents else territory.name


def _write_index(ref: TerritoryRef, index: CompositeIndex) -> Contribution:
    """The score with its known part, the rank with its interval, and every component with its points, the missing ones included."""
    sentences = [*_write_score(ref, index), index.definition, index.note]
    rows = tuple(_write_part(part, index) for part in index.parts)
    header = ("Axe", "Composante", "Poids", "Date", "Points")
    return Contribution(typeset(index.label), tuple((typeset(text), "") for text in sentences if text), header, rows)


def _write_score(ref: TerritoryRef, index: CompositeIndex) -> list[str]:
    known = format_value(index.known, "share", 0)
    if index.score is None:
        return [f"L’indice n’est pas calculé ici : ses composantes connues ne pèsent que {known} de l’ensemble, c’est trop peu."]
    parts = f"calculé sur {index.known_parts} composantes sur {len(index.parts)}, qui pèsent {known} de l’ensemble"
    said = [f"Indice de {format_number(index.score, 1)} sur 100, {parts}."]
    if index.rank is not None:
        peers = PEERS.get(str(ref.level), "ses pairs")
        said.append(
            f"Rang {format_count(index.rank)} sur {format_count(index.ranked)} parmi {peers} (1 : le plus fragile) ; entre "
            f"{format_count(index.rank_low or 0)} et {format_count(index.rank_high or 0)} quand les poids et l’échelle varient."
        )
    return said


def _write_part(part: IndexPart, index: CompositeIndex) -> tuple[str, ...]:
    points = format_number(part.points, 1) if part.points is not None else ("manquante" if index.score is not None else NOT_AVAILABLE)
    when = format_period(part.period) if part.period else ""
    return (typeset(part.axis), typeset(part.label), format_value(part.share, "share", 1), when, points)
