"""What the definitions must agree on before a release is built: checks, lineage of sources, formulas under secrecy."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from jauge.checks import DeclaredCheck, TwoMeasures, check_references, find_cycle
from jauge.definitions import BadDefinition, suggest
from jauge.indicators import Indicator
from jauge.provenance import SourceDefinition
from jauge.secrecy import read_sum

_MARKS = ("_code", "_level", "_period")  # what a check may read of every row besides its columns


def check_rules(
    folder: Path, checks: Sequence[DeclaredCheck], sources: Mapping[str, SourceDefinition], indicators: Sequence[Indicator]
) -> None:
    """Refuse checks that name what does not exist, sources derived from each other in a circle, a derived source that wins over its
    raw one, two measures in one curve. Raises BadDefinition.
    """
    _check_lineage(folder, sources)
    columns = {name: (*source.names.values(), *_MARKS) for name, source in sources.items()}
    check_references(checks, columns, {one.code for one in indicators})
    for one in checks:
        _check_replacement(one, sources, indicators)
        if isinstance(one.check, TwoMeasures):
            _check_two_measures(one, one.check, indicators)


def check_secrecy(sources: Mapping[str, SourceDefinition], indicators: Sequence[Indicator]) -> None:
    """Refuse a count that is no plain sum of columns where small counts are secret: nothing ties it to the others, so that what it
    gives away by subtraction could not be hidden. Raises BadDefinition.
    """
    secret = {name for name, source in sources.items() if source.secrecy and source.secrecy.threshold}
    for indicator in indicators:
        for series in (one for one in indicator.series if one.source in secret):
            for part in ("count", "numerator", "denominator"):
                formula = series.formula.parts.get(part)
                if formula is not None and read_sum(formula) is None:
                    problem = f"« {formula.text} » : sous le secret de « {series.source} », un effectif est une somme de colonnes"
                    key = next((one for one in (part, "series") if one in indicator.lines), "code")
                    raise BadDefinition(file=indicator.file, line=indicator.lines.get(key, 1), path=part, problem=problem)


def _check_lineage(folder: Path, sources: Mapping[str, SourceDefinition]) -> None:
    derived = {name: source.derived_from for name, source in sources.items()}
    for name, parents in derived.items():
        for parent in parents:
            if parent not in sources:
                raise _refuse_lineage(folder, name, f"source inconnue « {parent} »{suggest(parent, sources)}")
    if circle := find_cycle(derived):
        raise _refuse_lineage(folder, circle[0], f"des sources dérivent l’une de l’autre en rond : {' → '.join(circle)}")


def _refuse_lineage(folder: Path, name: str, problem: str) -> BadDefinition:
    lines = (folder / "sources" / f"{name}.yaml").read_text(encoding="utf-8").splitlines()
    line = next((number for number, text in enumerate(lines, 1) if text.startswith("derived_from")), 1)
    return BadDefinition(file=f"sources/{name}.yaml", line=line, path="derived_from", problem=problem)


def _list_ancestors(name: str, sources: Mapping[str, SourceDefinition]) -> set[str]:
    parents = set(sources[name].derived_from)
    return parents.union(*(_list_ancestors(parent, sources) for parent in parents))


def _check_replacement(one: DeclaredCheck, sources: Mapping[str, SourceDefinition], indicators: Sequence[Indicator]) -> None:
    """What is replaced gives no figure, and is never replaced by what was made from it."""
    better, blamed = one.check.replaced_by, one.sources[0] if one.sources else ""
    if better is None:
        return
    if blamed in _list_ancestors(better, sources):
        raise one.refuse("replaced_by", f"« {better} » dérive de « {blamed} » : un fichier dérivé ne l’emporte jamais sur le fichier brut")
    columns = set(getattr(one.check, "columns", ()))
    for indicator in indicators:
        for series in indicator.series:
            if series.source == blamed and columns & set(series.formula.names):
                raise one.refuse("replaced_by", f"l’indicateur « {indicator.code} » lit encore la colonne remplacée de « {blamed} »")


def _check_two_measures(one: DeclaredCheck, check: TwoMeasures, indicators: Sequence[Indicator]) -> None:
    """The two sources are in no indicator together, and the indicators say that they are not comparable."""
    pair = {check.left.source, check.right.source}
    by_code = {indicator.code: indicator for indicator in indicators}
    for indicator in indicators:
        if len(pair) > 1 and pair <= {series.source for series in indicator.series}:
            raise one.refuse("indicators", f"l’indicateur « {indicator.code} » met les deux mesures dans une même courbe")
    for code in check.indicators:
        others = set(check.indicators) - {code}
        if not others <= set(by_code[code].not_comparable_with):
            raise one.refuse(code, f"l’indicateur « {code} » ne dit pas qu’il n’est pas comparable à {', '.join(sorted(others))}")
