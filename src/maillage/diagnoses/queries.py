"""Reads the facts of a diagnosis: six reads of the observatory whatever the territory, and the plan."""

from collections.abc import Collection
from functools import cache

from jauge.diagnosis import Facts, Flag, Identity, Measure, Parent, Plan, Release, check_plan, choose_reading, parse_plan
from jauge.figures import Reading, Spread
from jauge.territories import Level, TerritoryRef
from maillage.observatory import api as observatory
from maillage.observatory.data import Figure, IndicatorInfo, ReleaseInfo
from maillage.settings import paths
from maillage.territories import api as territories
from maillage.territories.data import Drawn
from maillage.territories.data import Shape as Contour
from maillage.ui.maps import Drawing, Inset, Shape

PLAN = "numerique"
MAP_LEVELS = {
    Level.COMMUNE: (Level.EPCI, Level.COMMUNE),
    Level.EPCI: (Level.EPCI, Level.COMMUNE),
    Level.DEPARTEMENT: (Level.DEPARTEMENT, Level.COMMUNE),
    Level.REGION: (Level.REGION, Level.DEPARTEMENT),
    Level.PAYS: (Level.PAYS, Level.DEPARTEMENT),
}  # level of the territory -> level of the map's ground, level of its pieces


def read_plan(name: str = PLAN) -> Plan:
    """The plan of that name. Raises BadDefinition; read again whenever its file changes."""
    file = paths.DEFINITIONS / "diagnosis" / f"{name}.yaml"
    return _parse_plan(file.read_text(encoding="utf-8"), file.name)


@cache
def _parse_plan(text: str, file: str) -> Plan:
    return parse_plan(text, file=file)


def check_plan_indicators(plan: Plan) -> None:
    """Refuse a plan that names an indicator without definition. Raises BadDefinition."""
    check_plan(plan, {info.code for info in observatory.list_indicators()})


def read_facts(ref: TerritoryRef, *, plan: Plan, release: ReleaseInfo, year: int) -> Facts:
    """All that the plan needs of a territory on one release. Raises UnknownTerritory. Lookup queries: 3."""
    territory = territories.get_territory(ref)
    parents = tuple(_describe_parent(parent) for parent in territory.parents)
    refs = (ref, *territory.parents)
    figures = observatory.get_figures(refs, indicators=plan.indicators, release=release.id)
    readings = {str(one): _group_readings(figures.get(one, ())) for one in refs}
    counted = choose_reading(readings[str(ref)].get("population", ()))  # the released one, so that a diagnosis never tells two
    return Facts(
        identity=Identity(
            ref=str(ref),
            level=ref.level.value,
            code=ref.code,
            name=territory.name,
            kind=territory.kind,
            population=int(counted.value) if counted and counted.value is not None else territory.population,
            population_period=counted.period if counted and counted.value is not None else territory.population_period,
            commune_count=territory.commune_count,
            parents=parents,
        ),
        release=Release(release.id, release.number, release.cog_year),
        year=year,
        measures={info.code: _describe_measure(info) for info in observatory.list_indicators()},
        readings=readings,
        spreads=_read_spreads(ref, release.id),
        sources={source.name: source for source in release.sources},
        flags=_read_flags(ref, figures.get(ref, ()), release.id),
    )


def _read_flags(ref: TerritoryRef, figures: Collection[Figure], release: str) -> dict[tuple[str, str], tuple[Flag, ...]]:
    """What the checks found that puts a figure of the territory in doubt, by (indicator, period)."""
    findings = observatory.list_findings(territory=ref, release=release)
    return {
        (figure.indicator, figure.period): tuple(
            Flag(finding.number, finding.title, finding.reason or finding.says) for finding in findings if finding.doubts(figure)
        )
        for figure in figures
    }


def find_ground(ref: TerritoryRef) -> tuple[TerritoryRef, Level]:
    """The ground of a territory's maps and the level of its pieces: a commune is shown in its EPCI, or in its département without one."""
    ground_level, piece_level = MAP_LEVELS.get(ref.level, (ref.level, Level.COMMUNE))
    ground = ref
    if ref.level is Level.COMMUNE:
        parents = {parent.level: parent for parent in territories.get_territory(ref).parents}
        ground = parents.get(ground_level) or parents.get(Level.DEPARTEMENT) or ref
    return ground, piece_level


def list_pieces(ground: TerritoryRef, level: Level) -> dict[TerritoryRef, str]:
    """The pieces of a ground, with their names."""
    return {piece: territories.get_territory(piece).name for piece in territories.list_members(ground, level)}


def read_pieces(
    pieces: Collection[TerritoryRef], *, indicators: tuple[str, ...], release: str
) -> dict[TerritoryRef, dict[str, tuple[Reading, ...]]]:
    """The readings of a map's pieces, for all maps at once. Lookup queries: 1."""
    figures = observatory.get_figures(tuple(pieces), indicators=indicators, release=release)
    return {piece: _group_readings(figures.get(piece, ())) for piece in pieces}


def draw_ground(ground: TerritoryRef, level: Level) -> Drawing | None:
    """The contours of a map's pieces; None where the ground has none."""
    contours = territories.get_level_contours(level, ground)
    if not contours.shapes:
        return None
    left, top, width, height = contours.viewbox
    shapes = tuple(_describe_shape(one) for one in contours.shapes)
    insets = tuple(Inset(one.name, one.x, one.y, one.width, one.height) for one in contours.insets)
    return Drawing(width, height, shapes, insets, left, top)


def _describe_shape(one: Contour) -> Shape:
    """A contour to draw; a tile, whose square tells nothing, carries its code."""
    label = one.ref.code if one.drawn is Drawn.TILE else ""
    return Shape(one.ref.code, one.name, one.path_d, one.drawn is Drawn.INSIDE_PARENT, label, one.label_x, one.label_y)


def _describe_parent(ref: TerritoryRef) -> Parent:
    return Parent(str(ref), ref.level.value, territories.get_territory(ref).name)


def _describe_measure(info: IndicatorInfo) -> Measure:
    return Measure(
        code=info.code,
        label=info.label["fr"],
        unit=info.unit,
        direction=info.direction,
        decimals=info.decimals,
        champ=info.champ.get("fr", ""),
        definition=info.definition.get("fr", ""),
        formula=info.formula,
        breaks=info.breaks,
    )


def _group_readings(figures: tuple[Figure, ...]) -> dict[str, tuple[Reading, ...]]:
    """Figures of one territory by indicator, oldest first."""
    grouped: dict[str, list[Figure]] = {}
    for figure in sorted(figures, key=lambda figure: figure.period):
        grouped.setdefault(figure.indicator, []).append(figure)
    return {code: tuple(readings) for code, readings in grouped.items()}


def _read_spreads(ref: TerritoryRef, release: str) -> dict[tuple[str, str], Spread]:
    """The spreads of the territory's peers; none for a country, which has no peer here."""
    if ref.level in (Level.PAYS, Level.PERIMETRE):
        return {}
    return dict(observatory.get_distributions(ref.level, release=release))
