"""A plan of diagnosis: which sections, figures, pictures and rules, in which order. Read from YAML, with errors told by line."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from jauge.definitions import BadDefinition, suggest
from jauge.diagnosis.data import Awaited, Chosen, PointKind, Severity
from jauge.diagnosis.located import Mapping, parse_located
from jauge.expressions import BadExpression, Expression, parse_expression

SECTION_KINDS = ("identity", "figures", "comparison", "index", "change", "points", "unknown", "method", "sources")
PICTURE_KINDS = ("bars", "series", "choropleth")
ABOUT = (
    "_before_period",
    "_before",
    "_change",
    "_age",
    "_epci",
    "_departement",
    "_region",
    "_pays",
    "_median",
    "_q1",
    "_q3",
    "_numerator",
    "_denominator",
    "_counts",
    "_margin",
    "_period",
)
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of points of attention.

    grades: conditions by severity, the gravest first (one, without severity, for a strength or a gap in knowledge).
    sentence, sentence_past: templates by language whose `{names}` are figures; the second speaks of figures older than three years.
    figures: the indicators that the point stands on and shows. line: where the rule starts in its file.
    """

    code: str
    kind: PointKind
    grades: tuple[tuple[Severity | None, Expression], ...]
    figures: tuple[str, ...]
    title: dict[str, str]
    sentence: dict[str, str]
    sentence_past: dict[str, str]
    act: dict[str, str]
    line: int


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section as planned. `line` is where it starts in its file."""

    code: str
    kind: str
    title: dict[str, str]
    intro: dict[str, str]
    indicators: tuple[str, ...]
    pictures: tuple[Chosen, ...]
    awaiting: tuple[Awaited, ...]
    paragraphs: tuple[str, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan. `key_figures` come in order of preference: the first six that the territory has open the summary."""

    code: str
    title: dict[str, str]
    key_figures: tuple[str, ...]
    sections: tuple[SectionPlan, ...]
    rules: tuple[Rule, ...]
    file: str
    lines: dict[str, int]

    @property
    def indicators(self) -> tuple[str, ...]:
        """Every indicator that the plan reads, sorted."""
        return tuple(sorted(self.lines))


def parse_plan(text: str, *, file: str) -> Plan:
    """Read a plan from YAML text; `file` is the name told in errors. Raises BadDefinition (file, line, what was expected)."""
    root = parse_located(text, file=file)
    root.check_keys(("code", "title", "key_figures", "sections", "rules"))
    sections = tuple(_read_section(item) for item in root.take_mappings("sections"))
    rules = tuple(_read_rule(item) for item in root.take_mappings("rules"))
    if not sections:
        raise root.error("un plan a au moins un chapitre", "sections")
    _check_unique(root, [section.code for section in sections], "sections")
    _check_unique(root, [rule.code for rule in rules], "rules")
    key_figures = root.take_codes("key_figures")
    return Plan(
        code=root.take("code", str),
        title=root.take_texts("title"),
        key_figures=key_figures,
        sections=sections,
        rules=rules,
        file=file,
        lines=_locate_indicators(root, key_figures, sections, rules),
    )


def check_plan(plan: Plan, known: Collection[str]) -> None:
    """Refuse a plan that names an indicator without definition. Raises BadDefinition at its line, with the likeliest one meant."""
    for code in plan.indicators:
        if code not in known:
            problem = f"aucun indicateur ne s’appelle « {code} »{suggest(code, known)}"
            raise BadDefinition(file=plan.file, line=plan.lines[code], path="", problem=problem)


def _locate_indicators(
    root: Mapping, key_figures: tuple[str, ...], sections: tuple[SectionPlan, ...], rules: tuple[Rule, ...]
) -> dict[str, int]:
    """Line at which each indicator is first named."""
    lines: dict[str, int] = {}
    for code in key_figures:
        lines.setdefault(code, root.lines["key_figures"])
    for section in sections:
        for code in (*section.indicators, *(code for picture in section.pictures for code in picture.indicators)):
            lines.setdefault(code, section.line)
    for rule in rules:
        for code in rule.figures:
            lines.setdefault(code, rule.line)
    return lines


def _check_unique(root: Mapping, codes: list[str], key: str) -> None:
    for code in codes:
        if codes.count(code) > 1:
            raise root.error(f"« {code} » y est deux fois", key)


def _read_section(item: Mapping) -> SectionPlan:
    item.check_keys(("code", "kind", "title", "intro", "indicators", "pictures", "awaiting", "paragraphs"))
    kind = _choose(item, "kind", SECTION_KINDS, "figures")
    return SectionPlan(
        code=item.take("code", str),
        kind=kind,
        title=item.take_texts("title"),
        intro=item.take_texts("intro", {}),
        indicators=item.take_codes("indicators"),
        pictures=tuple(_read_picture(picture) for picture in item.take_mappings("pictures")),
        awaiting=tuple(_read_awaited(awaited) for awaited in item.take_mappings("awaiting")),
        paragraphs=tuple(str(text).strip() for text in item.take("paragraphs", list, [])),
        line=item.line,
    )


def _read_picture(item: Mapping) -> Chosen:
    item.check_keys(("kind", "title", "indicators"))
    indicators = item.take_codes("indicators")
    if not indicators:
        raise item.error("une image montre au moins un indicateur (« indicators »)")
    return Chosen(kind=_choose(item, "kind", PICTURE_KINDS), title=item.take_texts("title")["fr"], indicators=indicators)


def _read_awaited(item: Mapping) -> Awaited:
    item.check_keys(("what", "filled_by"))
    return Awaited(what=item.take_texts("what")["fr"], filled_by=item.take_texts("filled_by")["fr"])


def _choose(item: Mapping, key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    chosen: str = item.take(key, str, ... if default is None else default)
    if chosen not in allowed:
        raise item.error(f"« {chosen} » est inconnu ; attendu : {', '.join(allowed)}", key)
    return chosen


def _read_rule(item: Mapping) -> Rule:
    item.check_keys(("code", "kind", "when", "severity", "figures", "title", "sentence", "sentence_past", "act"))
    kind = PointKind(_choose(item, "kind", tuple(PointKind)))
    rule = Rule(
        code=item.take("code", str),
        kind=kind,
        grades=_read_grades(item, kind),
        figures=item.take_codes("figures"),
        title=item.take_texts("title"),
        sentence=item.take_texts("sentence"),
        sentence_past=item.take_texts("sentence_past", item["sentence"]),
        act=item.take_texts("act"),
        line=item.line,
    )
    _check_rule_names(item, rule)
    return rule


def _read_grades(item: Mapping, kind: PointKind) -> tuple[tuple[Severity | None, Expression], ...]:
    """Conditions by severity for a weakness (`severity: {major: …}`), one condition (`when: …`) for the other kinds."""
    if kind is not PointKind.WEAKNESS:
        return ((None, _read_condition(item, "when")),)
    graded: Mapping = item.take("severity", Mapping)
    graded.check_keys(tuple(Severity))
    if not graded:
        raise graded.error("un point d’attention a au moins un degré de gravité")
    return tuple((severity, _read_condition(graded, severity)) for severity in reversed(Severity) if severity in graded)


def _read_condition(item: Mapping, key: str) -> Expression:
    try:
        return parse_expression(item.take(key, str))
    except BadExpression as error:
        raise item.error(str(error), key) from error


def _check_rule_names(item: Mapping, rule: Rule) -> None:
    """A rule may speak only of the figures that it declares: a reader sees all that its sentence stands on."""
    if not rule.figures:
        raise item.error("une règle nomme les chiffres sur lesquels elle s’appuie (« figures »)")
    templates = [*rule.sentence.values(), *rule.sentence_past.values(), *rule.act.values(), *rule.title.values()]
    spoken = [name for template in templates for name in _PLACEHOLDER.findall(template)]
    known = {f"{figure}{ending}" for figure in rule.figures for ending in ("", *ABOUT)}
    for name in spoken:
        if name not in {*known, "name"}:
            raise item.error(f"une phrase de la règle {rule.code} parle de « {name} »{suggest(name, known)}", "figures")
    for _, condition in rule.grades:
        try:
            condition.check_names(known)
        except BadExpression as error:
            raise item.error(str(error), "figures") from error
